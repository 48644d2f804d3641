"""Groups of products that could get the same title.

What the seller has grouped belongs together. So do other products of one brand whose texts are
nearly the same but for numbers, colours, sizes, materials and audiences, which tell variants apart.
Each product's words are kept as hashes (about 200 bytes a product), so that a feed of a million
products fits; the same products give the same groups in every process.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping

import numpy as np

from titlewright.feeds.groups import is_group_name
from titlewright.generators.facts import own_brand
from titlewright.records import Product
from titlewright.text.near_duplicates import (
    SIMILAR,
    DisjointSets,
    band_keys,
    groups_of_equal,
    hash_of,
    signature,
    unite_similar,
    word_hash,
)
from titlewright.text.quantities import without_quantities
from titlewright.text.words import fold

_LONGEST = 300  # characters of a text that are compared


def sibling_groups(products: Iterable[Product], groups: Mapping[str, str]) -> list[list[int]]:
    """Places of the products that belong together, ascending, of two or more.

    `groups` names the seller's groups by product id; an attribute item_group_id does too.
    """
    sets = DisjointSets()
    first_of: dict[str, int] = {}
    alone: list[int] = []
    words: list[array[int]] = []
    brands: list[int] = []
    for place, product in enumerate(products):
        group = groups.get(product.id) or _own_group(product)
        if group:
            sets.unite(first_of.setdefault(group, place), place)
            continue
        plain = _plain_words(product)
        if plain:
            alone.append(place)
            words.append(array("I", sorted(map(word_hash, plain))))
            brands.append(hash_of([fold(own_brand(product))]))
    if alone:
        _unite_alike(alone, words, brands, sets)
    return list(sets.sets())


def _own_group(product: Product) -> str:
    return next((value for name, value in product.attributes.items() if is_group_name(name)), "")


def _plain_words(product: Product) -> list[str]:
    """The words of the title, or where there is none of the description, that no variant has."""
    text = without_quantities((product.title or product.description)[:_LONGEST])
    words, telling = signature(text)
    return [word for word in words if word not in set(telling)]


def _unite_alike(
    places: list[int], words: list[array[int]], brands: list[int], sets: DisjointSets
) -> None:
    def alike(one: int, other: int) -> bool:
        here, there = set(words[one]), set(words[other])
        return brands[one] == brands[other] and len(here & there) >= SIMILAR * len(here | there)

    found = DisjointSets()
    for band in band_keys(words, brands):
        for bucket in groups_of_equal(band):
            unite_similar(np.sort(bucket).tolist(), alike, found)
    for head, *others in found.sets():
        for other in others:
            sets.unite(places[head], places[other])
