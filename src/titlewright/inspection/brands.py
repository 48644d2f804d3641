"""Titles that open with another brand of the same feed than the row's own.

The brands are known only when the whole feed has been read, so titles that don't hold their
row's brand are kept as one block of text and judged at the end.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator

import regex

from titlewright.records import Product
from titlewright.text.text_block import TextBlock

COMMON = 3  # rows a brand needs to count as a brand
_MOST_BRANDS = 200_000
_HEAD = 3  # words at the head of a title in which a brand is looked for
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}&'’+.\-]+")
_KEPT = 200  # code points of a title that are kept


class BrandMemory:
    def __init__(self) -> None:
        self._brands: Counter[str] = Counter()
        self._rows = array("I")
        self._titles = TextBlock()

    def add(self, row: int, product: Product) -> None:
        brand = _plain(product.brand)
        if not brand:
            return
        if brand in self._brands or len(self._brands) < _MOST_BRANDS:
            self._brands[brand] += 1
        title = _plain(product.title)
        if not title or brand in title or brand.replace(" ", "") in title.replace(" ", ""):
            return
        if set(brand.split()) & set(title.split()[:_HEAD]):  # "HP Inc." sells "HP Pavilion"
            return
        self._rows.append(row)
        self._titles.append(f"{product.brand[:_KEPT]}\n{product.title[:_KEPT]}")

    def contradicting(self) -> Iterator[tuple[int, str, str, str]]:
        """(row, title, the brand that it opens with, the row's own), in row order."""
        for index, row in enumerate(self._rows):
            own, _, title = self._titles[index].partition("\n")
            words = _plain(title).split()
            for size in range(min(_HEAD, len(words)), 0, -1):
                brand = " ".join(words[:size])
                if self._brands[brand] >= COMMON:
                    yield row, title, brand, own
                    break


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.lower().replace("’", "'")))
