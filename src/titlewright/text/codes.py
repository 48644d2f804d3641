"""Model and part numbers in running text: WH-1000XM5, CF283A/2, K30 in 小米K30手机."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import regex

from titlewright.text.casing import looks_like_code
from titlewright.text.words import UNSPACED, fold

# a comma between digits belongs to a number; "red/black" is two
_PIECE = regex.compile(rf"(?:[^\s/,;|{UNSPACED}]|(?<=\p{{N}}),(?=\p{{N}}))+")
MARKS = ".,;:!?()[]{}\"'“”‘’®™"  # around a code, not part of it


class Code(NamedTuple):
    """A word that looks like a code, with its place. `norm` is compared: but for case the same."""

    text: str
    norm: str
    start: int
    end: int


def codes(text: str) -> Iterator[Code]:
    """The codes of a text, left to right; of what a slash joins, each by itself."""
    for piece in _PIECE.finditer(text):
        bare = piece[0].strip(MARKS)
        if looks_like_code(bare):
            start = piece.start() + piece[0].index(bare)
            yield Code(bare, fold(bare), start, start + len(bare))


def without_unstated_codes(text: str, source: str) -> str:
    """The text without the codes that stand nowhere in `source`; what stood around them stays."""
    stated = {code.norm for code in codes(source)}
    kept, end = "", 0
    for code in codes(text):
        if code.norm not in stated:
            kept += text[end : code.start]
            end = code.end
    return kept + text[end:]
