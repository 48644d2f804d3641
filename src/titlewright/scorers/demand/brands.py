"""Which brands a search names, of those that are known."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from titlewright.generators.facts import own_brand
from titlewright.generators.phrases import is_product_type
from titlewright.grounding.function_words import is_function_word
from titlewright.records import Product
from titlewright.scorers.demand.phrases import key_of, wordings_in
from titlewright.text.lexicon import load_lexicon
from titlewright.text.words import fold

_EVERYDAY = ("colours", "colour_values", "materials", "material_values", "audiences", "sizes")


class Brands:
    """Names to look for. One that is an everyday word (Orange, Cotton) is left out."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        keys = {key_of(name) for name in names if not _is_everyday(name)}
        self._names = frozenset(key for key in keys if len(key) > 1)

    def named(self, text: str) -> tuple[str, ...]:
        """The brands that a text names, as it writes them."""
        return tuple(words for words, _ in wordings_in(text, self._names))


def brands_of(products: Iterable[Product]) -> frozenset[str]:
    """The brands of a feed, as its products state them."""
    return frozenset(brand for product in products if (brand := own_brand(product)))


def _is_everyday(name: str) -> bool:
    norm = fold(name)
    return norm in _everyday_words() or is_product_type([norm]) or is_function_word(norm, "zh")


@cache
def _everyday_words() -> frozenset[str]:
    return frozenset(
        fold(word) for name in _EVERYDAY for words in load_lexicon(name).values() for word in words
    )
