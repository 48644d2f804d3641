"""Text as units that a title model copies or writes whole: words, codes, punctuation, segments.

A unit is never broken again, so a model number or a quantity that is copied is copied right.
`split` cuts a text, `join` puts chosen units back together with the spaces that titles have.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from titlewright.text.casing import looks_like_code
from titlewright.text.words import UNSPACED, segment_chinese

SPACE = "␣"  # a space that the writer put between two words of an unspaced script

_PIECES = regex.compile(
    rf"(?P<unspaced>[{UNSPACED}]+)|(?P<spaced>[^\s{UNSPACED}]+)|(?P<gap>\s+)", regex.VERSION1
)
_IS_UNSPACED = regex.compile(rf"[{UNSPACED}]")
_INSIDE = regex.compile(
    r"(?<!\p{N})[/,;|](?=.)|(?<=.)[/,;|](?!\p{N})"  # "red/black" is two, 9/16 and 1,000 are one
    r"|(?<=\b\p{Ll}{3,})(?=\p{Lu}\p{Ll}{2})"  # feeds lose line breaks: "lockOne handle"
    r"|[*×]|(?<!\(e?s)\)|\((?!e?s\))|[\[\]{}【】（）「」『』《》]|[™®©]|[:：](?!\p{N})"
)
_SEGMENTS = regex.compile(r"[\p{L}\p{M}\p{N}]+(?:['’.,/][\p{L}\p{M}\p{N}]+)*")
_MEASURED = regex.compile(r"(\p{N}+(?:[.,/]\p{N}+)*)(\p{L}{1,4})")
_OPENING = regex.compile(r"^[^\p{L}\p{M}\p{N}$€£¥#.&+%]")
_CLOSING = regex.compile(
    r"""(?:(?<![\p{N}])["'”″]|[^\p{L}\p{M}\p{N}"'”″%+°²³½¼¾*#)]|(?<!\(e?s)\))$"""
)
_NO_SPACE_BEFORE = frozenset(",.;:!?)]}/%™®©】）」』》，。、；：！？")
_NO_SPACE_AFTER = frozenset("([{/【（「『《，。、；：！？")


def split(text: str) -> list[str]:
    """The units of a text, left to right; spaces are dropped but for SPACE beside an unspaced one.

    "Men's T-Shirt (Black/XL)" is Men's, T-Shirt, (, Black, /, XL, ).
    """
    units: list[str] = []
    spaced = False  # whether a gap stands before the next unit
    for match in _PIECES.finditer(text):
        if match["gap"]:
            spaced = bool(units)
            continue
        unspaced = match["unspaced"] is not None
        found = segment_chinese(match[0]) if unspaced else list(_spaced_units(match[0]))
        if spaced and found and (unspaced or is_unspaced(units[-1])):
            units.append(SPACE)
        units += found
        spaced = False
    return units


def join(units: Sequence[str]) -> str:
    """A title from its units."""
    text = ""
    for unit in units:
        if unit == SPACE:
            text = text.rstrip() + " "
        elif not text or text[-1] == " " or _stick(text[-1], unit):
            text += unit
        else:
            text += " " + unit
    return text.strip()


def parts(unit: str) -> list[str]:
    """What a compound is made of: "slim-fit" slim and fit, "620cm" 620 and cm; a code is whole."""
    if looks_like_code(unit):
        return []
    found: list[str] = []
    for segment in _SEGMENTS.findall(unit):
        measured = _MEASURED.fullmatch(segment)
        found += [measured[1], measured[2]] if measured else [segment]
    return found if len(found) > 1 else []


def is_unspaced(unit: str) -> bool:
    """Whether a unit comes from a script that is written without spaces."""
    return _IS_UNSPACED.search(unit) is not None


def is_word(unit: str) -> bool:
    """Whether a unit says something: it holds a letter or a digit."""
    return any(character.isalnum() for character in unit)


def _spaced_units(chunk: str) -> Iterator[str]:
    start = 0
    for match in _INSIDE.finditer(chunk):
        yield from _peeled(chunk[start : match.start()])
        if match[0]:
            yield match[0]
        start = match.end()
    yield from _peeled(chunk[start:])


def _peeled(word: str) -> Iterator[str]:
    """A word without the punctuation around it, which stands as units of its own."""
    closing: list[str] = []
    while word and _OPENING.search(word):
        yield word[0]
        word = word[1:]
    while len(word) > 1 and _CLOSING.search(word):
        closing.append(word[-1])
        word = word[:-1]
    if word:
        yield word
    yield from reversed(closing)


def _stick(last: str, unit: str) -> bool:
    if unit[0] in _NO_SPACE_BEFORE and len(unit) == 1:
        return True
    if last in _NO_SPACE_AFTER:
        return True
    return is_unspaced(last) or is_unspaced(unit[0])
