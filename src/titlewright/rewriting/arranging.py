"""Titles built anew from the same words, for when edits are free: in the order of the places.

Chinese, which strings its words together, can be regrouped word by word; in other scripts the order
of words carries grammar, and the template's titles stand for what is built anew.
"""

from __future__ import annotations

from collections.abc import Iterator

from titlewright.generators.template import TemplateGenerator
from titlewright.records import Hints
from titlewright.rewriting.case import Case
from titlewright.rewriting.joining import is_unspaced, joined, place_of, without
from titlewright.rewriting.problems import Edit
from titlewright.rewriting.spelling import brand_names
from titlewright.rewriting.types import type_place

_FRONT = ("model", "season", "style", "material", "color", "gender", "specification")
_BACK = ("size", "quantity")


def rearranged(case: Case, text: str, hints: Hints) -> Iterator[Edit]:
    """Whole new titles, each with what was done."""
    if is_unspaced(text):
        regrouped = _regrouped(case, text)
        if regrouped != text:
            yield Edit(regrouped, "put the words in the order of the channel's places")
    for candidate in TemplateGenerator().generate([case.product], n=3, hints=[hints])[0]:
        yield Edit(
            candidate.text, "built the title anew from the product's facts", candidate.generator
        )


def _regrouped(case: Case, text: str) -> str:
    """Brand, what is said before the type, the type, its measures; other words stay before it."""
    rest = text
    taken: dict[str, str] = {}
    for name in brand_names(case.facts.brand):
        if place := place_of(name, rest):
            taken["brand"] = rest[place.start : place.end]
            rest = without(rest, place)
            break
    kind = type_place(rest, case.facts)
    if kind:
        taken["product_type"] = rest[kind.start : kind.end]
        rest = without(rest, kind)
    for slot in (*_FRONT, *_BACK):
        fact = case.facts.slots.get(slot, "")
        if fact and (place := place_of(fact, rest)):
            taken[slot] = rest[place.start : place.end]
            rest = without(rest, place)
    front = [taken.get(slot, "") for slot in _FRONT]
    back = [taken.get(slot, "") for slot in _BACK]
    parts = [taken.get("brand", ""), *front, rest, taken.get("product_type", ""), *back]
    return joined(*parts, unspaced=True)
