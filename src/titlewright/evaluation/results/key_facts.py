"""Which facts of a product a title should name, and whether it names them.

They are the plain facts that the quality "complete" asks for (titlewright.ranking.qualities). The
words of the present title, which it asks for too, are left out: that title would always have them.
"""

from __future__ import annotations

from typing import NamedTuple

from titlewright.generators.facts import Facts
from titlewright.text.tokens import has_unspaced_script
from titlewright.text.words import atoms, same_word, squeeze

NAMES = ("brand", "product type", "model", "gender", "color", "size", "quantity", "specification",
         "material")  # fmt: skip
_ENOUGH = 0.75  # of a fact's words: from there on a title names it, as "complete" has it


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


def says(title: str, fact: str) -> bool:
    """Whether a title names a fact: at least three quarters of its words, inflections included.

    A fact of a script without spaces may stand anywhere; of others whole words are compared, so
    that "HP" isn't found in "fish pan".
    """
    if has_unspaced_script(fact) and squeeze(fact) in squeeze(title):
        return True
    words = [atom.norm for atom in atoms(fact)]
    said = [atom.norm for atom in atoms(title)]
    found = sum(word in said or any(same_word(word, other) for other in said) for word in words)
    return bool(words) and found / len(words) >= _ENOUGH
