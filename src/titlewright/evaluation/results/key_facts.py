"""Which facts of a product a title should name.

They are the plain facts that the quality "complete" asks for (titlewright.ranking.qualities). The
words of the present title, which it asks for too, are left out: that title would always have them.
"""

from __future__ import annotations

from typing import NamedTuple

from titlewright.generators.facts import Facts

NAMES = ("brand", "product type", "model", "gender", "color", "size", "quantity", "specification",
         "material")  # fmt: skip


class KeyFact(NamedTuple):
    """A fact's name, one of NAMES, and its text."""

    name: str
    text: str


def key_facts(facts: Facts) -> tuple[KeyFact, ...]:
    """The key facts that a product states, in the order of NAMES."""
    told = {"brand": facts.brand, "product type": facts.kind} | {
        name: facts.slots.get(name, "") for name in NAMES[2:]
    }
    return tuple(KeyFact(name, told[name]) for name in NAMES if told[name])
