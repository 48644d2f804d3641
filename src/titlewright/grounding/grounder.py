"""Evidence for every span of a title, or none.

The title is read left to right: quantities and codes first, then words and phrases (as they are,
inflected, spelled otherwise, by alias), then the whole is checked against what the product's own
attributes say (colour, material, audience, brand).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from titlewright.grounding.aliases import AliasTable, alias_table
from titlewright.grounding.contradictions import contradicted
from titlewright.grounding.imitations import without_imitations
from titlewright.grounding.reading.codes import read_codes
from titlewright.grounding.reading.notes import Reading
from titlewright.grounding.reading.quantities import read_quantity
from titlewright.grounding.reading.words import read_word
from titlewright.grounding.source import Source
from titlewright.records import Evidence, Product
from titlewright.text.quantities import find_quantities
from titlewright.text.remembering import Remembered


@dataclass(frozen=True, slots=True)
class Grounding:
    """The evidence of one title, in title order.

    `content_units` counts the words, codes and quantities that had to be backed.
    """

    title: str
    evidence: tuple[Evidence, ...]
    content_units: int

    @property
    def unsupported(self) -> tuple[Evidence, ...]:
        return tuple(item for item in self.evidence if item.kind == "none")

    @property
    def supported(self) -> bool:
        return not self.unsupported


class Grounder:
    """Looks for what a product's text says about titles. Build once per product, ask often.

    `use_title` lets the product's present title count as a statement of the seller's;
    `aliases` is a user's file or folder of further aliases.
    """

    def __init__(
        self, product: Product, *, use_title: bool = True, aliases: Path | None = None
    ) -> None:
        self.product = product
        self._use_title = use_title
        self._aliases = aliases

    @cached_property
    def source(self) -> Source:
        return _with_title(self.product) if self._use_title else _without_title(self.product)

    def ground(self, title: str) -> Grounding:
        """The evidence for each content span of the title; never fails, whatever the text."""
        return _read(title, self.source, alias_table(self._aliases))


# A generator that asks what a product backs is followed by the pipeline that asks again.
_with_title = Remembered(Source.of, most=128)
_without_title = Remembered(partial(Source.of, use_title=False), most=128)


def ground(product: Product, title: str) -> Grounding:
    """The evidence for one title of one product; see Grounder for several."""
    return Grounder(product).ground(title)


def _read(title: str, source: Source, aliases: AliasTable) -> Grounding:
    reading = Reading(title, source, aliases)
    quantities = find_quantities(title)
    read_codes(reading, quantities)
    for quantity in quantities:
        read_quantity(reading, quantity)
    for index in range(len(reading.words)):
        if index not in reading.done:
            read_word(reading, index)
    evidence = contradicted(title, reading.found, source)
    evidence = without_imitations(title, evidence, source)
    evidence.sort(key=lambda item: item.span)
    return Grounding(title, tuple(evidence), len(evidence))
