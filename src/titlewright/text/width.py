"""How long a title is, in the units that sales channels count.

Covers counting only; which channel counts in which unit is said in its rule pack.
"""

from __future__ import annotations

import math
import unicodedata
from typing import Literal, get_args

import regex

Unit = Literal[
    "code_points", "utf16", "display_width", "half_width", "utf8", "gb18030", "chinese_weighted"
]
UNITS: tuple[Unit, ...] = get_args(Unit)

_HAN = regex.compile(r"\p{Han}")


def count(text: str, unit: Unit = "code_points", *, weight: float = 1.0) -> int:
    """The length of the text in a unit.

    code_points       Unicode code points
    utf16             UTF-16 code units, what JavaScript's length gives
    display_width     East Asian wide and full-width characters are 2, all others 1
    half_width        as display_width, and ambiguous characters (①, Ω, Я) are 2, as in Shift-JIS
    utf8              bytes of UTF-8
    gb18030           bytes of GB 18030: ASCII 1, what GBK holds 2, the rest 4
    chinese_weighted  Chinese characters count `weight` each, all others 1; rounded up

    Raises ValueError for another unit.
    """
    if text.isascii() and unit in UNITS:
        return len(text)
    match unit:
        case "code_points":
            return len(text)
        case "utf16":
            return len(text) + sum(character > "\uffff" for character in text)
        case "display_width":
            return display_width(text)
        case "half_width":
            return _width(text, "WFA")
        case "utf8":
            return len(text.encode("utf-8", "surrogatepass"))
        case "gb18030":
            return len(text.encode("gb18030", "replace"))
        case "chinese_weighted":
            han = len(_HAN.findall(text))
            return math.ceil(len(text) - han + weight * han)
    raise ValueError(f"{unit!r} is not a unit of length. Use one of: {', '.join(UNITS)}.")


def display_width(text: str) -> int:
    """Columns on a terminal or in an ad: wide and full-width characters are 2, all others 1.

    The classes are those of Unicode Standard Annex 11 (https://www.unicode.org/reports/tr11/).
    """
    return len(text) if text.isascii() else _width(text, "WF")


def _width(text: str, double: str) -> int:
    width_of = unicodedata.east_asian_width
    return len(text) + sum(width_of(character) in double for character in text)
