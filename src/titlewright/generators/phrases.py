"""Finding the words for the product in running text: "PU leather stiletto sandals".

A product type from the lexicon is looked for near the start of the text and taken together with
the words that describe it right before it. Only the text's own words, in its own order.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

import regex

from titlewright.grounding.pruning import tidy
from titlewright.text.lexicon import load_lexicon
from titlewright.text.words import Atom, atoms, fold

_OPENING_REACH = 120  # words into a text where a clause that names something may begin
_REACH = 60  # words into a text where the product is still being introduced
_LONGEST_PHRASE = 9  # words
_BREAK = regex.compile(r"[.,;:!?()\[\]|•\n。，；：！？、【】~*]|\s[-–—]\s")
_JOINERS = frozenset({"and", "&", "n", "und", "et", "y", "e", "in", "of", "to"})


class ProductPhrase(NamedTuple):
    phrase: str
    kind: str


@cache
def _presenting() -> frozenset[str]:
    """Words that introduce a product and never describe it inside its name."""
    return frozenset(load_lexicon("presenting")["en"])


@cache
def _types() -> tuple[frozenset[str], frozenset[str], int]:
    """Product types in Latin script, those in scripts without spaces, longest in words."""
    words = [fold(word) for group in load_lexicon("product_types").values() for word in group]
    unspaced = {word for word in words if word and not word.isascii() and _unspaced(word)}
    spaced = {" ".join(a.norm for a in atoms(word)) for word in words if word not in unspaced}
    longest = max((word.count(" ") + 1 for word in spaced), default=1)
    return frozenset(spaced), frozenset(unspaced), min(longest, 4)


def _unspaced(word: str) -> bool:
    return regex.search(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]", word) is not None


@cache
def _praise() -> frozenset[str]:
    return frozenset(
        fold(word)
        for words in load_lexicon("generic_claims").values()
        for word in words
        if " " not in word
    )


def is_product_type(words: Sequence[str]) -> bool:
    """Whether folded words, singular or plural, are a product type of the lexicon."""
    spaced, _, _ = _types()
    text = " ".join(words)
    return any(form in spaced for form in _singulars(text))


@lru_cache(maxsize=16384)
def _begins_type(norm: str) -> bool:
    """Whether any product type begins with this word, singular or plural."""
    return any(form in _first_words() for form in _singulars(norm))


@cache
def _first_words() -> frozenset[str]:
    return frozenset(word.split(" ", 1)[0] for word in _types()[0])


def _singulars(text: str) -> tuple[str, ...]:
    forms = [text]
    if text.endswith("ies"):
        forms.append(text[:-3] + "y")
    if text.endswith("es"):
        forms.append(text[:-2])
    if text.endswith("s") and not text.endswith("ss"):
        forms.append(text[:-1])
    return tuple(forms)


def product_phrase(text: str, *, brand: str = "") -> ProductPhrase | None:
    """The first product type that the text names, with the words describing it before it."""
    words = atoms(text)[:_REACH]  # all of them: grounding reads the same text and finds it read
    _, _, longest = _types()
    for index, word in enumerate(words):
        if not _begins_type(word.norm):
            continue
        for length in range(longest, 0, -1):
            piece = words[index : index + length]
            if len(piece) < length or _broken(text, piece) or piece[0].unspaced:
                continue
            if is_product_type([atom.norm for atom in piece]):
                if index and words[index - 1].norm == "to":  # "easy to dress up" names nothing
                    continue
                last = _prolong(text, words, index + length - 1)
                first = _expand(text, words, index, last, brand)
                phrase = text[words[first].start : words[last].end]
                return ProductPhrase(phrase, text[piece[0].start : words[last].end])
    return None


def phrase_around(text: str, start: int, end: int, *, brand: str = "") -> ProductPhrase | None:
    """The words at text[start:end] as a product type, with the words describing it before it.

    None where they don't stand in the text's first words, in which it is still introduced.
    """
    words = atoms(text)[:_REACH]
    inside = [index for index, word in enumerate(words) if start <= word.start and word.end <= end]
    if not inside or words[inside[0]].start != start or words[inside[-1]].end != end:
        return None
    first = _expand(text, words, inside[0], inside[-1], brand)
    return ProductPhrase(text[words[first].start : end], text[start:end])


def without_praise(title: str) -> str:
    """A title without praise that any seller could write, and without words said twice in a row."""
    if not title:
        return ""
    plain = _TWICE.sub(r"\1", _praise_pattern().sub(" ", title))
    return tidy(" ".join(plain.split())).strip(" ,;:-–—|&!")


@cache
def _praise_pattern() -> regex.Pattern[str]:
    wordings = {
        word
        for words in load_lexicon("generic_claims").values()
        for word in words
        if not is_product_type([word])  # "top" is praise and a garment
    }
    joined = "|".join(map(regex.escape, sorted(wordings, key=len, reverse=True)))
    return regex.compile(
        rf"(?<![\p{{L}}\p{{N}}-])(?:{joined})(?![\p{{L}}\p{{N}}-])", flags=regex.IGNORECASE
    )


_TWICE = regex.compile(r"(?<![\p{L}\p{N}])(\p{L}{3,})(?:\s+\1)+(?![\p{L}\p{N}])", regex.IGNORECASE)


def _broken(text: str, piece: Sequence[Atom]) -> bool:
    return any(_apart(text, one, other) for one, other in pairwise(piece))


def _apart(text: str, one: Atom, other: Atom) -> bool:
    """Whether a clause ends between two words; a lost line break counts ("bagTwo handles")."""
    between = text[one.end : other.start]
    if not between and one.text[:1].islower():
        return True
    return _BREAK.search(between) is not None


def _prolong(text: str, words: Sequence[Atom], last: int) -> int:
    """A type followed at once by another is one compound: laptop bag, shirt dress."""
    while last + 1 < len(words):
        following = words[last + 1]
        if _apart(text, words[last], following) or following.unspaced:
            break
        if not is_product_type([following.norm]) or following.norm in _presenting():
            break
        last += 1
    return last


def _expand(text: str, words: Sequence[Atom], first: int, last: int, brand: str) -> int:
    """How far the describing words reach to the left of the type."""
    brand_words = {atom.norm for atom in atoms(brand)}
    start = first
    while start > 0 and last - start < _LONGEST_PHRASE:
        before = words[start - 1]
        if _apart(text, before, words[start]) or before.unspaced:
            break
        if before.norm in brand_words:
            break
        if before.norm in _presenting() or before.norm in _praise():
            break
        start -= 1
    while start < first and words[start].norm in _JOINERS:
        start += 1
    return start


_OPENERS = frozenset({"this", "these", "the", "a", "an", "our", "it", "its", "we", "you", "your"})


def opening(text: str, *, longest: int = 12) -> str:
    """The first words of a text that name something, up to where a sentence or its verb begins.

    Labels ("Product Information"), greetings and lone words at the start are passed over, as are
    an article or a pronoun that begins the clause. "" when no two such words stand in a row.
    """
    words = [word for word in atoms(text)[:_OPENING_REACH] if not word.unspaced]
    start = 0
    while start < len(words):
        end = start + 1
        while end < len(words) and not _SENTENCE_END.search(
            text[words[end - 1].end : words[end].start]
        ):
            end += 1
        clause = _trimmed(_before_verb(words[start:end])[:longest])
        if len(clause) >= 2:
            return text[clause[0].start : clause[-1].end]
        start = end
    return ""


_SENTENCE_END = regex.compile(r"[.!?]\s|[;|•\n…~*]|^$|\s[-–—]\s|:\s")
_LABELS = frozenset(
    {"product", "information", "description", "details", "overview", "about", "item"}
)


def _before_verb(words: Sequence[Atom]) -> Sequence[Atom]:
    """A sentence's words up to its verb; an article or pronoun may begin it."""
    skipped = 0
    while skipped < len(words) and words[skipped].norm in _OPENERS:
        skipped += 1
    for index in range(skipped, len(words)):
        if words[index].norm in sentence_words():
            return words[skipped:index]
    return words[skipped:]


@cache
def sentence_words() -> frozenset[str]:
    """Words that a title does without: verbs of description, pronouns (English)."""
    return frozenset(load_lexicon("presenting")["sentence"])


def _trimmed(words: Sequence[Atom]) -> Sequence[Atom]:
    first, last = 0, len(words)
    while first < last and (words[first].norm in _OPENERS or words[first].norm in _LABELS):
        first += 1
    while last > first and (
        words[last - 1].norm in _JOINERS or words[last - 1].norm in _presenting()
    ):
        last -= 1
    return words[first:last]


def lead_clause(text: str) -> str:
    """The first clause of a text when it reads like a title: no praise and no verb in it."""
    clause = opening(text, longest=9)
    norms = [word.norm for word in atoms(clause)]
    if any(n in _praise() or (n in _presenting() and n not in _JOINERS) for n in norms):
        return ""
    return clause
