"""Which rows are of one family: products that differ in colour, size or count only.

A family stays on one side of the split: a model that has seen the blue shirt in training knows
the title of the red one, and a test on it would measure memory.
"""

from __future__ import annotations

from functools import cache

import regex

from titlewright.records import Product
from titlewright.text.lexicon import load_lexicon
from titlewright.text.quantities import without_quantities
from titlewright.training.prepare.rows import SourceRow, input_texts, stable_hash
from titlewright.training.prepare.segmentation import segment

_NUMBER = regex.compile(r"\p{N}[\p{N}.,/x]*\p{L}{0,2}")  # 500, 12x18, 5th; not CF283A, a code


def family_of(row: SourceRow, product: Product) -> int:
    """The hash of the row's group: the column's value, or brand and title family, else its text."""
    if row.group:
        return stable_hash(f"column\0{row.group}")
    title = without_quantities(product.title)
    words = sorted({word for word in segment(title) if not _tells_variants(word)})
    if not words:  # no title, or nothing but numbers and colours
        return stable_hash("text\0" + product.title + "\0".join(input_texts(product)))
    return stable_hash("\0".join(["title", product.brand.casefold(), *words]))


def _tells_variants(word: str) -> bool:
    return _NUMBER.fullmatch(word) is not None or word in _colours_and_sizes()


@cache
def _colours_and_sizes() -> frozenset[str]:
    return frozenset(
        wording.lower()
        for name in ("colours", "sizes")
        for wordings in load_lexicon(name).values()
        for wording in wordings
    )
