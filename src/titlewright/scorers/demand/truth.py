"""Whether what a search says is true of a product: each of its words is stated, or implied.

Cheap looks come first, the whole of grounding last. Beyond grounding, another brand's name is never
true, and a word of an unspaced script has to be a word there, or to begin or end one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from titlewright.generators.facts import own_brand
from titlewright.grounding import Grounder
from titlewright.grounding.source import SourceField
from titlewright.records import Product
from titlewright.scorers.demand.keys import LETTERS, beginnings, beginnings_in
from titlewright.scorers.demand.phrases import key_of, wordings_in
from titlewright.scorers.demand.things import before_aside
from titlewright.scorers.demand.units import Edges, Said, Unit
from titlewright.scorers.demand.wordings import wordings
from titlewright.text.words import atoms, squeeze


class Truth:
    """One product, asked about many searches."""

    def __init__(self, product: Product, aliases: Path | None = None) -> None:
        self.product = product
        self.brand = own_brand(product)
        self._grounder = Grounder(product, aliases=aliases)
        self.source = self._grounder.source
        self._aliases = aliases

    @cached_property
    def keys(self) -> frozenset[str]:
        """All keys that words which may be true of the product answer to; see `keys`."""
        return frozenset(self._own_keys.union(beginnings(self._other_words)))

    @cached_property
    def _own_keys(self) -> set[str]:
        found = set(self._unspaced)
        for field in self.source.fields:
            found.update(beginnings_in(field.atoms))
        for inferred in self.product.inferred:
            found.update(beginnings_in(atoms(inferred.text)))
        return found

    @cached_property
    def _other_words(self) -> frozenset[str]:
        return frozenset().union(*wordings(self._aliases).of(self._own_keys, self._unspaced))

    @cached_property
    def _unspaced_fields(self) -> tuple[SourceField, ...]:
        return tuple(
            field for field in self.source.fields if any(atom.unspaced for atom in field.atoms)
        )

    @cached_property
    def _unspaced(self) -> str:
        return "\n".join(field.folded for field in self._unspaced_fields)

    def may_state(self, asked: Sequence[Unit]) -> bool:
        """False where `states` would be, as far as a quick look tells."""
        return bool(asked) and all(self._may_hold(unit) for unit in asked)

    def states(self, query: str, asked: Sequence[Unit]) -> bool:
        """Whether all of the search is stated of the product itself."""
        grounding = self._grounder.ground(query)
        return grounding.supported and grounding.content_units > 0 and self._aligned(asked)

    def says_foremost(self, asked: Sequence[Unit]) -> list[bool]:
        """For each unit whether it stands elsewhere than in the description, which speaks of other
        things too.
        """
        return self._foremost.held(asked)

    @cached_property
    def _foremost(self) -> Said:
        product = self.product
        texts = [product.title, self.brand, *product.category]
        texts += [f"{name} {value}" for name, value in product.attributes.items()]
        texts += [inferred.text for inferred in product.inferred]
        return Said("; ".join(texts), self.source.language)

    def names_another(self, brands: Sequence[str]) -> bool:
        """Whether one of these brands isn't the product's; where it states none, one that its title
        doesn't name before it says what the thing is for.
        """
        own = self.brand or before_aside(self.product.title)
        return not all(any(wordings_in(own, (key_of(brand),))) for brand in brands)

    def _may_hold(self, unit: Unit) -> bool:
        if unit.quantity or unit.norm in self._other_words:
            return True
        if unit.unspaced:  # it may be made of parts of two characters or more
            return unit.norm[:2] in self._unspaced_wordings
        if unit.norm.isdecimal() and len(unit.norm) < LETTERS:  # may be written as a word
            return True
        return bool(self.source.word(unit.norm)) or squeeze(unit.norm) in self._squeezed

    @cached_property
    def _unspaced_wordings(self) -> str:
        return "\n".join((self._unspaced, *sorted(self._other_words)))

    @cached_property
    def _squeezed(self) -> str:
        inferred = "".join(squeeze(each.text) for each in self.product.inferred)
        return inferred + "".join(field.squeezed[0] for field in self.source.fields)

    def _aligned(self, asked: Sequence[Unit]) -> bool:
        """Whether no word of an unspaced script is stated only across two of the product's."""
        for unit in asked:
            found = unit.unspaced and unit.norm in self._unspaced
            if found and not any(edges.hold(unit.norm) for edges in self._edges):
                return False
        return True

    @cached_property
    def _edges(self) -> tuple[Edges, ...]:
        return tuple(map(Edges, self._unspaced_fields))
