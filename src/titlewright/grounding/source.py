"""Everything a product states, indexed for looking words up: the source side of the evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import regex

from titlewright.grounding.context import (
    Negations,
    is_affirmative,
    is_negative,
    negated_at,
    negations,
    related_atoms,
)
from titlewright.records import Product, Span
from titlewright.text.language import identify
from titlewright.text.quantities import Quantity, find_quantities
from titlewright.text.words import Atom, atoms, fold, same_word, simplified, strip_accents

# Compatibility characters of unspaced scripts: Thai ำ, radicals, squared words (㍑), half-width ｶﾞ.
_COMPATIBLE = regex.compile(
    r"[\u0e33\u2e9f\u2ef3\u2f00-\u2fd5\u3038-\u303a\u309f\u30ff\u32d0-\u32fe\u3300-\u33ff"
    r"\uf900-\ufaff\uff65-\uff9f\U0001f200\U0002f800-\U0002fa1d]"
)
_CLUSTER = regex.compile(r".[ﾞﾟ]?", regex.DOTALL)
_LIST_MARKS = regex.compile(r"[;,，、/|]")


class SourceField:
    """One text of the product: its atoms, negations and quantities, each read when first asked."""

    def __init__(
        self, name: str, text: str, language: str, *, label: str = "", denied: bool = False
    ) -> None:
        self.name = name
        self.text = text
        self.label = label  # the attribute's name, where the text is its value
        self.denied = denied  # the name of an attribute whose value is "no"
        self._language = language

    @cached_property
    def atoms(self) -> tuple[Atom, ...]:
        return atoms(self.text)

    @cached_property
    def _negations(self) -> Negations:
        return negations(self.text, self.atoms, self._language)

    @property
    def negated(self) -> frozenset[int]:
        """Atoms that the text says are not so."""
        return self._all_atoms if self.denied else self._negations.reached

    @property
    def negators(self) -> frozenset[int]:
        """Atoms that say so: "not", "without", "free"."""
        return frozenset() if self.denied else self._negations.negators

    @cached_property
    def _all_atoms(self) -> frozenset[int]:
        return frozenset(range(len(self.atoms)))

    def negates(self, span: Span) -> bool:
        """Whether the text says that something of this span is not so."""
        return self.denied or any(
            index in self.negated
            for index, atom in enumerate(self.atoms)
            if atom.start < span.end and span.start < atom.end
        )

    @cached_property
    def related(self) -> frozenset[int]:
        return related_atoms(self.text, self.atoms, self._language)

    @cached_property
    def fitted(self) -> frozenset[int]:
        """Atoms that name what the product fits or replaces."""
        return related_atoms(self.text, self.atoms, self._language, strict=True)

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        return find_quantities(self.text)

    @cached_property
    def folded(self) -> str:
        """The text for substring search in unspaced scripts; `place` leads back to the text."""
        return self._folded[0]

    def place(self, start: int, end: int) -> Span:
        """Where a part of the folded text stands in the text."""
        places = self._folded[1]
        if places is None:
            return Span(start, end)
        return Span(places[start], max(places[end], places[start] + 1))

    @cached_property
    def _folded(self) -> tuple[str, list[int] | None]:
        """The folded text; where folding changes lengths (ｶﾞ to ガ), each character's place too."""
        text = simplified(self.text)
        folded = text.lower()
        if len(folded) == len(text) and not _COMPATIBLE.search(text):
            return folded, None
        pieces = [(match.start(), fold(match[0])) for match in _CLUSTER.finditer(text)]
        places = [start for start, piece in pieces for _ in piece]
        return "".join(piece for _, piece in pieces), [*places, len(text)]

    @cached_property
    def squeezed(self) -> tuple[str, dict[int, int], dict[int, int]]:
        """All atoms run together, with the places where an atom starts and where one ends."""
        parts: list[str] = []
        starts, ends = {}, {}
        length = 0
        for index, atom in enumerate(self.atoms):
            part = "".join(character for character in fold(atom.text) if character.isalnum())
            starts[length] = index
            length += len(part)
            ends[length] = index
            parts.append(part)
        return "".join(parts), starts, ends


class Occurrence(NamedTuple):
    """A place in the source: atoms first..last of a field."""

    field: SourceField
    first: int
    last: int
    kind: str  # "exact" or "inflected"

    @property
    def span(self) -> Span:
        return Span(self.field.atoms[self.first].start, self.field.atoms[self.last].end)

    @property
    def negated(self) -> bool:
        """A wording that takes in its negation is none that is negated: all of "without hood"."""
        places = range(self.first, self.last + 1)
        if self.field.negators and any(index in self.field.negators for index in places):
            return False
        return any(index in self.field.negated for index in places)


@dataclass(frozen=True)
class Source:
    """The product's fields and the look-ups over them."""

    product: Product
    fields: tuple[SourceField, ...]
    language: str

    @classmethod
    def of(cls, product: Product, *, use_title: bool = True) -> Source:
        language = (
            product.locale[:2].lower()
            if product.locale
            else identify(f"{product.description[:400]} {product.title}", "en") or "en"
        )
        return cls(product, tuple(_fields(product, language, use_title)), language)

    @cached_property
    def _by_norm(self) -> dict[str, list[tuple[SourceField, int]]]:
        index: dict[str, list[tuple[SourceField, int]]] = defaultdict(list)
        for field in self.fields:
            for position, atom in enumerate(field.atoms):
                index[atom.norm].append((field, position))
        return index

    @cached_property
    def _by_prefix(self) -> dict[str, list[str]]:
        index: dict[str, list[str]] = defaultdict(list)
        for norm in self._by_norm:
            index[strip_accents(norm)[:3]].append(norm)
        return index

    def word(self, norm: str) -> tuple[Occurrence, ...]:
        """Where a word stands: first as it is, then inflected. Candidates share words: kept."""
        found = self._found.get(norm)
        if found is None:
            found = self._found[norm] = tuple(self._look_up(norm))
        return found

    @cached_property
    def _found(self) -> dict[str, tuple[Occurrence, ...]]:
        return {}

    def _look_up(self, norm: str) -> Iterator[Occurrence]:
        for field, position in self._by_norm.get(norm, ()):
            yield Occurrence(field, position, position, "exact")
        for other in self._by_prefix.get(strip_accents(norm)[:3], ()):
            if other != norm and same_word(norm, other, self.language):
                for field, position in self._by_norm[other]:
                    yield Occurrence(field, position, position, "inflected")

    def phrase(self, norms: Sequence[str]) -> Iterator[Occurrence]:
        """Where words stand one after the other, each possibly inflected."""
        if len(norms) == 1:
            yield from self.word(norms[0])
            return
        for start in self.word(norms[0]):
            last = start.first + len(norms) - 1
            if last >= len(start.field.atoms):
                continue
            following = start.field.atoms[start.first + 1 : last + 1]
            if all(
                same_word(atom.norm, norm, self.language)
                for atom, norm in zip(following, norms[1:], strict=True)
            ):
                yield Occurrence(start.field, start.first, last, start.kind)

    def joined(self, squeezed: str) -> Iterator[Occurrence]:
        """Where letters and digits stand in this order from an atom's start to an atom's end.

        Finds LQ-630 for lq630, waterproof for water-proof, USB 3.0 for usb30.
        """
        for field in self.fields:
            text, starts, ends = field.squeezed
            at = text.find(squeezed)
            while at >= 0:
                if at in starts and at + len(squeezed) in ends:
                    yield Occurrence(field, starts[at], ends[at + len(squeezed)], "exact")
                at = text.find(squeezed, at + 1)

    def has_any(self, norms: frozenset[str]) -> bool:
        """Whether any of these words stands in the source; True where words can't be told apart."""
        return not norms.isdisjoint(self._by_norm) or self._unspaced

    @cached_property
    def _unspaced(self) -> bool:
        return any(atom.unspaced for field in self.fields for atom in field.atoms)

    def has_value(self, text: str) -> bool:
        """Whether an attribute states just this, alone or in a list: 包 in "手提; 包"."""
        return text in self._values

    @cached_property
    def _values(self) -> frozenset[str]:
        return frozenset(
            value.strip()
            for field in self.fields
            if field.label
            for value in _LIST_MARKS.split(field.folded)
        )

    def substring(self, text: str) -> Iterator[tuple[SourceField, Span, bool]]:
        """Where a text of an unspaced script stands: field, span, whether it is negated."""
        for field in self.fields:
            at = field.folded.find(text)
            while at >= 0:
                end = at + len(text)
                negated = field.denied or negated_at(field.folded, at, end)
                yield field, field.place(at, end), negated
                at = field.folded.find(text, at + 1)

    @cached_property
    def quantities(self) -> tuple[tuple[SourceField, Quantity], ...]:
        return tuple((field, quantity) for field in self.fields for quantity in field.quantities)


def _fields(product: Product, language: str, use_title: bool) -> Iterator[SourceField]:
    if product.brand:
        yield SourceField("brand", product.brand, language)
    if use_title and product.title:
        yield SourceField("title", product.title, language)
    for name, value in product.attributes.items():
        denied = is_negative(value)
        yield SourceField(f"attribute name: {name}", name, language, denied=denied)
        if value and not denied and not is_affirmative(value):
            yield SourceField(f"attributes.{name}", value, language, label=name)
    for level, node in enumerate(product.category):
        yield SourceField(f"category.{level}", node, language)
    if product.description:
        yield SourceField("description", product.description, language)
