"""Words of any language with their places: Latin words, codes, Chinese and Japanese segments.

A chunk is what stands between spaces ("Wi-Fi", "CF283A/2"); an atom is a run of letters and
digits inside it ("Wi", "Fi"). Numbers with units are the business of quantities.py.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

import regex

if TYPE_CHECKING:
    from opencc import OpenCC

# scripts that are written without spaces, as a class of regular expressions
UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}ー々〆\p{Thai}"

_ATOM = regex.compile(
    r"(?P<unspaced>[\p{Han}\p{Hiragana}\p{Katakana}ー々〆\p{Thai}][\p{Han}\p{Hiragana}\p{Katakana}"
    r"ー々〆\p{Thai}ｰﾞﾟ]*)"
    r"|\p{N}+(?:[.,]\p{N}+)+"
    # feeds lose line breaks: "lockOne handle" is lock, One, handle
    r"|(?:(?![\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}])[\p{L}\p{M}\p{N}]"
    r"(?!(?<=\p{Ll}{2})\p{Lu}\p{Ll}{2}))*"
    r"(?![\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}])[\p{L}\p{M}\p{N}]"
    r"(?:['’](?:s|S|t|T|re|ll|d|m|S)(?![\p{L}\p{N}]))?"
    r"(?:(?<=\bd|\bl|\bD|\bL|\bqu)['’](?=\p{L}))?"
)
_CHUNK_END = regex.compile(r"[\s,;|()\[\]]")
_JAPANESE_RUNS = regex.compile(r"[\p{Katakana}ーｰﾞﾟ]+|\p{Hiragana}+|[\p{Han}々〆]+|\p{Thai}+")
_KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]")
_HAS_HAN = regex.compile(r"\p{Han}")


class Atom(NamedTuple):
    """A word with its place. `norm` is what is compared: case folded, accents kept.

    `chunk` numbers the space-delimited chunk that it stands in; `unspaced` says that it comes
    from a script that is written without spaces.
    """

    text: str
    norm: str
    start: int
    end: int
    chunk: int
    unspaced: bool


@lru_cache(maxsize=2048)
def atoms(text: str) -> tuple[Atom, ...]:
    """The words of a text, left to right."""
    return tuple(_read_atoms(text))


def _read_atoms(text: str) -> Iterator[Atom]:
    chunk, previous_end = -1, -1
    for match in _ATOM.finditer(text):
        start, end = match.span()
        if chunk < 0 or (start != previous_end and _breaks_chunk(text[previous_end:start])):
            chunk += 1
        previous_end = end
        if match["unspaced"]:
            for offset, piece in _segments(simplified(match[0])):
                chunk += 1
                place = start + offset, start + offset + len(piece)
                yield Atom(text[slice(*place)], fold(piece), *place, chunk, True)
        else:
            yield Atom(match[0], _word_norm(match[0]), start, end, chunk, False)


def begins_unspaced(text: str) -> bool:
    """Whether the first word is of a script written without spaces; nothing is segmented."""
    match = _ATOM.search(text)
    return match is not None and match["unspaced"] is not None


def _breaks_chunk(between: str) -> bool:
    return not between or _CHUNK_END.search(between) is not None


def _word_norm(word: str) -> str:
    """Case folded, without the possessive: Men's, MEN’S and Mens' are all "men" or "mens"."""
    norm = fold(word)
    if norm.endswith(("'s", "’s")):
        return norm[:-2]
    return norm.rstrip("'’")


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Comparable text: compatibility forms unified (full width, ligatures), case folded."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).casefold()


@lru_cache(maxsize=8192)
def simplified(text: str) -> str:
    """Text with its Han characters simplified, character for character.

    Japanese too: there is no telling which language a lone 綿 is in.
    """
    if text.isascii() or not _HAS_HAN.search(text):
        return text
    converted = _to_simplified().convert(text)
    return converted if len(converted) == len(text) else text


@cache
def _to_simplified() -> OpenCC:
    import opencc

    return opencc.OpenCC("t2s")


@lru_cache(maxsize=8192)
def strip_accents(text: str) -> str:
    """Latin letters without their accents: café to cafe. Other scripts are unchanged."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFD", text)
    kept = "".join(
        character
        for index, character in enumerate(decomposed)
        if not (unicodedata.combining(character) and index and decomposed[index - 1].isascii())
    )
    return unicodedata.normalize("NFC", kept)


def squeeze(text: str) -> str:
    """Only the letters and digits, folded: LQ-630, LQ 630 and lq630 are the same code."""
    return "".join(character for character in fold(text) if character.isalnum())


def _segments(run: str) -> Iterator[tuple[int, str]]:
    """A run of an unspaced script cut into words, with their offsets in the run."""
    if _KANA.search(run) or not _HAS_HAN.search(run):
        for match in _JAPANESE_RUNS.finditer(run):
            yield match.start(), match[0]
        return
    offset = 0
    for word in segment_chinese(run):
        yield offset, word
        offset += len(word)


@lru_cache(maxsize=8192)
def segment_chinese(text: str) -> tuple[str, ...]:
    """Chinese text cut into words by jieba's dictionary; joined they are the text again."""
    import rjieba

    return tuple(rjieba.cut(text))


_SUFFIXES: dict[str, frozenset[str]] = {
    "en": frozenset({"", "e", "s", "es", "ed", "d", "ing", "n", "en", "y", "ies", "ied", "ly"}),
    "de": frozenset({"", "e", "en", "er", "es", "em", "n", "s", "ern", "se", "sen"}),
    "fr": frozenset({"", "s", "e", "es", "x", "aux", "al", "ale", "ales", "le", "les", "ne", "nes",
                     "se", "ses", "ée", "é", "és", "ées", "er", "ant"}),
    "es": frozenset({"", "s", "es", "o", "a", "os", "as", "ces", "z", "e"}),
    "it": frozenset({"", "o", "a", "e", "i", "io", "hi", "he", "co", "ca", "ci", "che"}),
    "pt": frozenset({"", "s", "es", "o", "a", "os", "as", "ns", "m", "is", "l", "ais", "eis"}),
    "nl": frozenset({"", "e", "en", "s", "n", "es", "je", "jes"}),
    "id": frozenset({"", "nya", "an", "kan"}),
}  # fmt: skip
_UNRELATED = frozenset({("", "y"), ("", "n"), ("", "ly"), ("n", "s"), ("d", "n"), ("", "en")})


@lru_cache(maxsize=8192)
def same_word(one: str, other: str, language: str = "en") -> bool:
    """Whether two folded words are inflections of one word in the language.

    They share all but a short ending of that language, and at least three letters; doubled
    consonants (hooded / hood, wrapped / wrap) and y / ies (berry / berries) count.
    """
    if one == other:
        return True
    one, other = strip_accents(one), strip_accents(other)
    if one == other:
        return True
    if any(character.isdigit() for character in one + other):
        return False
    shared = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        shared += 1
    if shared < 3 or shared < min(len(one), len(other)) - 3:
        return False
    endings = _SUFFIXES.get(language, _SUFFIXES["en"])
    for keep in (shared, shared - 1):
        left, right = one[keep:], other[keep:]
        if keep < 3 or left not in endings or right not in endings:
            continue
        if language == "en" and not _english_pair(left, right, one[:keep]):
            continue
        return True
    doubled = one[shared:], other[shared:]
    return (
        language == "en"
        and shared >= 3
        and any(
            not short and long[:1] == one[shared - 1] and long[1:] in {"ed", "ing", "er"}
            for short, long in (doubled, doubled[::-1])
        )
    )


def _english_pair(left: str, right: str, stem: str) -> bool:
    pair = (min(left, right), max(left, right))
    if pair in {("", "s"), ("", "es"), ("", "ed"), ("", "d"), ("", "ing"), ("ed", "ing"),
                ("ed", "s"), ("ing", "s"), ("d", "s"), ("es", "ing"), ("ed", "es")}:  # fmt: skip
        return len(stem) >= 3 and not (pair == ("", "d") and not stem.endswith("e"))
    if pair in {("ies", "y"), ("ied", "y"), ("ied", "ies")}:
        return True
    if pair == ("e", "ing"):
        return True
    return pair == ("", "en") and stem in {"wool", "gold", "wood", "ox", "silk"}
