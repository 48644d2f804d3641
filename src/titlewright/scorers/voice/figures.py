"""What the style of a title is made of, as figures: length, case, marks, digits and order.

A figure is NaN where a title has nothing to tell of it (the place of a colour without a colour).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import regex
from numpy.typing import NDArray

from titlewright.channels.case import find_words
from titlewright.scorers.wording import (
    AUDIENCE,
    COLOUR,
    MATERIAL,
    PRAISE,
    QUANTITY,
    TYPE,
    content_words,
)
from titlewright.text.language import identify
from titlewright.text.width import display_width
from titlewright.text.words import Atom, atoms

Array = NDArray[np.float64]


class Figure(NamedTuple):
    """A figure's name, how far titles differ in it at least, and what to say of less and more."""

    name: str
    floor: float
    less: str
    more: str


_MARKS = {
    ",": "commas", "-": "dashes", "|": "bars", "(": "brackets", "/": "slashes", ":": "colons",
    "&": "“&”", ".": "full stops",
}  # fmt: skip
_MARK = {mark: regex.compile(regex.escape(mark)) for mark in _MARKS} | {
    ",": regex.compile(r"[,，、]"),
    "-": regex.compile(r"(?:^|\s)[-–—](?=\s)"),
    "(": regex.compile(r"[(\[（【]"),
    ":": regex.compile(r"[:：]"),
    ".": regex.compile(r"[.。](?=\s|$)"),
}
_KINDS = {
    TYPE: "the product type", COLOUR: "the colour", MATERIAL: "the material",
    AUDIENCE: "for whom it is", QUANTITY: "the measures",
}  # fmt: skip
_SHARES = (
    ("small", 0.12, "in small letters"),
    ("capitals", 0.12, "in capitals"),
    ("digits", 0.08, "words with digits"),
    ("praise", 0.08, "praise"),
)
_PLACE = 0.12  # of a title's words by which places differ at least

FIGURES: tuple[Figure, ...] = (
    Figure("length", 0.15, "", ""),  # said with its ratio
    Figure("letters a word", 0.5, "your titles use longer words", "your titles use shorter words"),
    *(Figure(name, floor, f"your titles have more {what}", f"your titles have less {what}")
      for name, floor, what in _SHARES),
    *(Figure(mark, 0.25, f"your titles use {name}", f"your titles use no {name}")
      for mark, name in _MARKS.items()),
    Figure("brand", 0.25, "your titles name the brand", "your titles don't name the brand"),
    Figure("brand place", _PLACE, "your titles name the brand later",
           "your titles name the brand earlier"),
    *(Figure(kind, 0.25, f"your titles tell {name}", f"your titles don't tell {name}")
      for kind, name in _KINDS.items()),
    *(Figure(f"{kind} place", _PLACE, f"your titles tell {name} later",
             f"your titles tell {name} earlier") for kind, name in _KINDS.items()),
)  # fmt: skip
NAMES = tuple(figure.name for figure in FIGURES)


def figures(title: str, brand: str = "") -> Array:
    """The figures of a title, [F]; the length is the logarithm of its columns."""
    words = atoms(title)
    spaced = [word.text for word in words if not word.unspaced and word.text.isalpha()]
    count = max(len(words), 1)
    found = {
        "length": math.log(max(display_width(title), 1)),
        "letters a word": _mean([len(word) for word in spaced]),
        "small": _mean([word.islower() for word in spaced]),
        "capitals": _mean([word.isupper() and len(word) > 1 for word in spaced]),
        "digits": sum(any(map(str.isdigit, word.text)) for word in words) / count,
    }
    found |= {mark: min(2.0, len(_MARK[mark].findall(title))) for mark in _MARKS}
    found |= _brand(title, words, brand) | _order(title, words)
    return np.array([found.get(name, math.nan) for name in NAMES])


def _brand(title: str, words: Sequence[Atom], brand: str) -> dict[str, float]:
    if not brand:
        return {}
    places = find_words(title, brand)
    if not places:
        return {"brand": 0.0}
    return {"brand": 1.0, "brand place": _place(words, places[0].start)}


def _order(title: str, words: Sequence[Atom]) -> dict[str, float]:
    """Which kinds of words a title has, the share that is praise, and where each kind begins."""
    known = content_words(title, identify(title, "en"))
    found = {"praise": sum(PRAISE in word.kinds for word in known) / max(len(known), 1)}
    for kind in _KINDS:
        places = [word.start for word in known if kind in word.kinds]
        found[kind] = float(bool(places))
        if places:
            found[f"{kind} place"] = _place(words, places[0])
    return found


def _place(words: Sequence[Atom], at: int) -> float:
    """The share of the words that stand before a position."""
    return sum(word.start < at for word in words) / max(len(words), 1)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else math.nan
