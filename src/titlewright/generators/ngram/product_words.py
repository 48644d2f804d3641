"""A product as the n-gram family reads it: its words, where each stands, and what follows what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from titlewright.generators.facts import slot_of
from titlewright.generators.writing.units import SPACE, parts, split
from titlewright.records import Product
from titlewright.text.words import fold

MOST_WORDS = 256
_MOST_CHARACTERS = 4000  # of a field
_OPENING = 12  # units of a description that count as its opening, which often names the product
START = -1  # stands in for the word before the first of each field


@dataclass(slots=True)
class ProductWords:
    """One product's input: G different words, numbered in the order they come.

    words   G, as each is written where it comes first
    index   folded word to its number
    kinds   G, the field that a word stands in first
    fields  G, all fields that it stands in
    after   a word's number, or START, to the words that directly follow it, with the fields
    """

    product: Product
    words: list[str] = field(default_factory=list)
    index: dict[str, int] = field(default_factory=dict)
    kinds: list[str] = field(default_factory=list)
    fields: list[set[str]] = field(default_factory=list)
    after: dict[int, dict[int, set[str]]] = field(default_factory=dict)

    def add(self, name: str, units: list[str], before: int = START) -> int:
        """Put in what stands in a field, left to right; returns the number of its last word."""
        for unit in units:
            whole = self._add(name, unit, before)
            for part in parts(unit):
                before = self._add(name, part, before)
            before = whole
        return before

    def _add(self, name: str, unit: str, before: int) -> int:
        key = fold(unit)
        number = self.index.get(key)
        if number is None:
            if len(self.words) == MOST_WORDS:
                return before
            number = self.index[key] = len(self.words)
            self.words.append(unit)
            self.kinds.append(name)
            self.fields.append(set())
        self.fields[number].add(name)
        self.after.setdefault(before, {}).setdefault(number, set()).add(name)
        return number


def read(product: Product) -> ProductWords:
    """The product's words, MOST_WORDS at most; those of the description come last."""
    found = ProductWords(product)
    for name, text in _texts(product):
        units = [unit for unit in split(text[:_MOST_CHARACTERS]) if unit != SPACE]
        if name == "description":
            last = found.add("opening", units[:_OPENING])
            found.add(name, units[_OPENING:], last)
        else:
            found.add(name, units)
    return found


def _texts(product: Product) -> Iterator[tuple[str, str]]:
    yield "brand", product.brand
    for inference in product.inferred:
        yield "inferred", inference.text
    for name, value in product.attributes.items():
        yield "attribute name", name
        yield slot_of(name) or "attribute", value
    for level in product.category:
        yield "category", level
    yield "title", product.title
    yield "description", product.description
