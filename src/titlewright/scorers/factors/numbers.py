"""Numbers: does a title give the measures, counts and specifications that help to choose?

Each different quantity with a unit, count or percentage leaves half of what is missing: 0, 0.5,
0.75 and so on. A number without a unit counts half of one; a year, a longer number and the digits
of a model code count nothing.
"""

from __future__ import annotations

import regex

from titlewright.records import Product, Score
from titlewright.scorers.factors.base import Factor, quoted
from titlewright.text.quantities import Quantity, find_quantities

_BARE = 0.5  # what a number without a unit is worth
_LONGEST_BARE = 3  # digits: longer ones are years and codes
# What technical goods are told apart by, written as one word.
_SPECIFICATION = regex.compile(
    r"(?<![\p{Latin}\p{N}])(?:\d{3,4}[pi]|[2-8][kK]|[2-6]G|IP[X\d]\d|Wi-?Fi ?\d[eE]?"
    r"|USB ?[23](?:\.\d)?|DDR\d[xX]?|i[3579])(?![\p{Latin}\p{N}])"
)


class Numbers(Factor):
    name = "numbers"

    def judge(self, product: Product, title: str) -> Score:  # noqa: ARG002 - the gate knows truth
        specifications = list(dict.fromkeys(_SPECIFICATION.findall(title)))
        said = {(found.dimension, found.base): found for found in find_quantities(title)}
        measured = [found.text for found in said.values() if found.dimension] + specifications
        bare = [found.text for found in said.values() if _is_bare(found)]
        value = 1 - 0.5 ** (len(measured) + _BARE * len(bare))
        if measured:
            reasons = [f"tells {quoted(measured)}"]
        else:
            reasons = ["no measure, count or specification"]
        if bare:
            reasons.append(f"a number without its unit: {quoted(bare)}")
        return Score(self.name, value, tuple(reasons))


def _is_bare(quantity: Quantity) -> bool:
    return not quantity.dimension and len(quantity.text) <= _LONGEST_BARE
