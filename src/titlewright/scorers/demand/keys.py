"""What a text must hold to state a word, told without cutting it into words: a quick, coarse look.

Inflections of a word share all but four letters of it, and at least three (`text.words.same_word`),
so a search's word needs such a beginning (its key) among the beginnings of a product's words. A
word of an unspaced script needs its characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import pairwise
from sys import intern

import regex

from titlewright.grounding.compounds import LANGUAGES as COMPOUNDING
from titlewright.grounding.function_words import is_function_word
from titlewright.text.casing import UNIT_WORDS
from titlewright.text.lexicon import load_lexicon
from titlewright.text.words import Atom, fold, simplified, strip_accents

LETTERS = 3
_ENDING = 4
_PIECE = regex.compile(
    r"(?P<unspaced>[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}])"
    r"|(?:(?![\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}])[\p{L}\p{M}\p{N}])+"
)
_FAR = -9  # places before any text
_BATCH = 1000  # texts whose characters are simplified in one call


def keys_of_searches(queries: Iterable[str], language: str) -> list[frozenset[str]]:
    """For each search the keys that a product must have for all of it to be true.

    Numbers, their units, and words of one or two letters with what follows them, may be written in
    many ways: they have keys only where nothing else has.
    """
    folded = [fold(query).replace("\n", " ") for query in queries]
    return [
        _keys_of_search(query, language)
        for start in range(0, len(folded), _BATCH)
        for query in simplified("\n".join(folded[start : start + _BATCH])).split("\n")
    ]


def _keys_of_search(query: str, language: str) -> frozenset[str]:
    ending = 99 if language in COMPOUNDING else _ENDING  # Damenschuhe may be Schuhe für Damen
    sure: set[str] = set()
    vague: set[str] = set()
    number = short = _FAR  # where the last number ended, and the last word of a letter or two
    for match in _PIECE.finditer(query):
        word, unspaced = match[0], match["unspaced"] is not None
        if word in _grammar() if unspaced else is_function_word(word, language):
            continue
        numeric = not unspaced and any(map(str.isdigit, word))
        measures = match.start() <= number + 1 and (unspaced or word in UNIT_WORDS)
        little = not (unspaced or numeric or measures) and len(word) < LETTERS
        joined = match.start() <= short + 1  # shirt of t-shirt, which may be tshirt
        key = intern(_key(word, ending))
        (vague if numeric or little or measures or joined else sure).add(key)
        number = match.end() if numeric else _FAR
        short = match.end() if little else _FAR
    return frozenset(sure or vague)


def keys_of_phrase(words: Iterable[str]) -> frozenset[str]:
    """The keys of folded words that have to be stated together."""
    return frozenset(_key(match[0]) for word in words for match in _PIECE.finditer(word))


def _key(word: str, ending: int = _ENDING) -> str:
    return word if len(word) == 1 else strip_accents(word)[: max(LETTERS, len(word) - ending)]


def beginnings(words: Iterable[str]) -> Iterator[str]:
    """All keys that folded words answer to."""
    for word in words:
        yield from _beginnings(word)


def beginnings_in(found: Iterable[Atom]) -> Iterator[str]:
    """All keys that a text answers to, by its words alone or two joined: water-proof."""
    words = list(found)
    yield from beginnings(word.norm for word in words)
    for one, other in pairwise(words):
        if not (one.unspaced or other.unspaced):
            yield from beginnings((one.norm + other.norm,))


@lru_cache(maxsize=16384)
def _beginnings(word: str) -> tuple[str, ...]:
    pieces = [strip_accents(match[0]) for match in _PIECE.finditer(word)]
    return tuple(
        piece[:size] for piece in pieces for size in range(min(LETTERS, len(piece)), len(piece) + 1)
    )


@cache
def _grammar() -> frozenset[str]:
    """The characters of Chinese and Japanese function words."""
    lexicon = load_lexicon("function_words")
    return frozenset(
        character
        for language in ("zh", "ja")
        for word in lexicon[language]
        for character in fold(simplified(word))
    )
