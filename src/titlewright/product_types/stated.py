"""Which product types a product's own text names, and how: the clues for which of them it is.

"Sleeve for your laptop" names two; where each stands tells the thing from what it is for.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import log1p

import regex

from titlewright.product_types.inventory import inventory
from titlewright.records import Product

CLUES = 10  # numbers in a clue vector, see `clues`
_READ = 1500  # characters of the description that are read
_EARLY = 60  # characters into it where the product is being introduced
_ASIDE = regex.compile(
    r"(?:\b(?:for|with|from|your|any|fits?|includes?|including|or|to|into|of|in|on|matching|"
    r"compatible with|like|plus|other)|[&+,/])\s+(?:[\p{L}'-]+\s+){0,2}$",
    regex.IGNORECASE,
)
_INTRODUCES = regex.compile(r"\b(?:this|these|the|is an?|are|our|a|an)\s+(?:[\p{L}'-]+\s+){0,3}$",
                            regex.IGNORECASE)  # fmt: skip


def stated_types(product: Product) -> frozenset[str]:
    """The types that the product's texts name, present title included, and their wider kinds.

    The names of attributes name none: "toner page yield" is stated of printers too.
    """
    types = inventory()
    values = product.attributes.values()
    texts = (product.title, *values, *product.category, _introduction(product))
    return frozenset(
        kind
        for text in texts
        for mention in types.mentions(text)
        for kind in types.lineage(mention.type)
    )


def clues(product: Product) -> Mapping[str, list[float]]:
    """For each type named outside the title a vector of CLUES numbers.

    In order: named in an attribute's value; is that whole value; in an attribute's name; in the
    last node of the category; in another; first type of the description; named near its start;
    log of the times named there; share of these after "for", "with" and the like; share after
    "this", "is a" and the like.
    """
    types = inventory()
    found: dict[str, list[float]] = {}

    def clue(name: str) -> list[float]:
        return found.setdefault(name, [0.0] * CLUES)

    for name, value in product.attributes.items():
        for mention in types.mentions(value[:200]):
            clue(mention.type)[0] = 1.0
            if mention.end - mention.start >= len(value) - 2:
                clue(mention.type)[1] = 1.0
        for mention in types.mentions(name):
            clue(mention.type)[2] = 1.0
    for level, node in enumerate(product.category):
        for mention in types.mentions(node):
            clue(mention.type)[3 if level == len(product.category) - 1 else 4] = 1.0
    text = _introduction(product)
    named: dict[str, int] = {}
    for order, mention in enumerate(types.mentions(text)):
        vector = clue(mention.type)
        named[mention.type] = named.get(mention.type, 0) + 1
        if order == 0:
            vector[5] = 1.0
        if mention.start < _EARLY:
            vector[6] = 1.0
        before = text[max(0, mention.start - 40) : mention.start]
        vector[8] += _ASIDE.search(before) is not None
        vector[9] += _INTRODUCES.search(before) is not None
    for name, times in named.items():
        vector = found[name]
        vector[7] = log1p(times)
        vector[8] /= times
        vector[9] /= times
    return found


def _introduction(product: Product) -> str:
    """The description's beginning without the brand, which may be a type's name: Pepe Jeans."""
    text, brand = product.description[:_READ], product.brand
    if not brand or not any(inventory().mentions(brand)):
        return text
    return regex.sub(regex.escape(brand), " ", text, flags=regex.IGNORECASE)
