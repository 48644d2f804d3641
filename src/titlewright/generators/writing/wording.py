"""What a written unit says, for repetition and likeness, and the last touch to a title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from titlewright.generators.writing.units import is_unspaced, is_word, join
from titlewright.text.words import fold

_PARTS = regex.compile(r"\p{N}+(?:[.,/]\p{N}+)*|[\p{L}\p{M}]+")
_SMALL = frozenset(
    """a an and at by de der die das con for from für in la le mit of on or para per pour the to
    und von with x y""".split()  # noqa: SIM905 - a page of quotes reads worse
)
_PAIRS = (("(", ")"), ("[", "]"), ("【", "】"), ("（", "）"), ("{", "}"))


@lru_cache(maxsize=65536)
def content(folded: str) -> frozenset[str]:
    """What a unit says, inflection aside: "t-shirts" says t and shirt, "of" nothing."""
    if folded in _SMALL or not is_word(folded):
        return frozenset()
    if is_unspaced(folded):
        return frozenset((folded,))
    return frozenset(_stem(part) for part in _PARTS.findall(folded))


@dataclass(frozen=True, slots=True)
class Said:
    """A unit and what the rules of writing ask of it."""

    text: str
    folded: str
    keys: frozenset[str]  # see `content`
    word: bool  # holds a letter or digit
    small: bool  # joins others and says nothing itself
    digits: bool
    unspaced: bool


@lru_cache(maxsize=65536)
def said(unit: str) -> Said:
    folded = fold(unit)
    return Said(
        unit, folded, content(folded), is_word(unit), folded in _SMALL, unit.isdigit(),
        is_unspaced(unit),
    )  # fmt: skip


def finished(units: Sequence[str]) -> str:
    """The title: no punctuation or small word at its end, no bracket that stays open."""
    kept = list(units)
    for opening, closing in _PAIRS:
        if kept.count(opening) != kept.count(closing):
            kept = [unit for unit in kept if unit not in (opening, closing)]
    while kept and (kept[-1].lower() in _SMALL or not (is_word(kept[-1]) or kept[-1] in ")]】）")):
        kept.pop()
    while kept and not (is_word(kept[0]) or kept[0] in "([【（"):
        kept.pop(0)
    return join(kept)


def _stem(word: str) -> str:
    for ending in ("'s", "es", "s"):
        if len(word) - len(ending) > 2 and word.endswith(ending) and not word.endswith("ss"):
            return word[: -len(ending)]
    return word
