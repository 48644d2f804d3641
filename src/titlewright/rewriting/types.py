"""Where a title names what the thing is."""

from __future__ import annotations

from titlewright.generators.chinese import known_types
from titlewright.generators.facts import Facts
from titlewright.generators.phrases import product_phrase
from titlewright.product_types.inventory import inventory
from titlewright.records import Span
from titlewright.rewriting.joining import is_unspaced, place_of


def type_place(title: str, facts: Facts) -> Span | None:
    """Where the product type stands: the product's own, or else the first that is known."""
    for known in (facts.slots.get("product_type", ""), facts.kind):
        if known and (place := place_of(known, title)):
            return place
    if is_unspaced(title):
        kind = next((word for word in known_types() if word in title), "")
        return Span(title.rfind(kind), title.rfind(kind) + len(kind)) if kind else None
    found = product_phrase(title, brand=facts.brand)
    if found:
        end = title.find(found.phrase) + len(found.phrase)
        return Span(end - len(found.kind), end)
    mention = next(inventory().mentions(title), None)
    return Span(mention.start, mention.end) if mention else None
