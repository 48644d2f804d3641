"""How well a product answers a search that is true of it.

In English the relevance model tells, of the product's present title, or of its brand, model and
type where it has none. In other languages what counts is where the search's words stand: what
stands in the title, the type or the attributes is what the product is, what only the description
mentions may be an aside; and a search that names the thing tells more than one that doesn't.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from titlewright.generators.facts import read_facts
from titlewright.records import Product
from titlewright.scorers.demand.things import thing
from titlewright.scorers.demand.truth import Truth
from titlewright.scorers.demand.units import units

if TYPE_CHECKING:
    from titlewright.scorers.relevance.model import RelevanceModel

# From what value on a term fits: benchmarks/demand.py shows what other values do for relevance.
ENOUGH_RELEVANCE, ENOUGH_BY_PLACE = 0.6, 0.6
_ASIDE = 0.5  # what a word counts that only the description holds
_UNNAMED = 0.7  # of a search that names no type that is known
_MOST_KNOWN = 20_000  # queries whose meaning is kept


@dataclass(frozen=True, slots=True)
class Answer:
    """A value in [0, 1], its reason, and whether it is enough for the search to fit."""

    value: float
    reason: str
    enough: bool


class Answering:
    """Judges many searches of one product; the model is loaded when it is first needed."""

    def __init__(self, model: RelevanceModel | None = None) -> None:
        self._given = model
        self._known: dict[str, Any] = {}

    def judge(self, queries: Sequence[str], truth: Truth, language: str) -> list[Answer]:
        """An answer for each search, all of which are true of the product."""
        if not queries:
            return []
        if language == "en" and truth.source.language == "en":
            return self._by_relevance(queries, known_as(truth.product))
        return [_by_place(query, truth, language) for query in queries]

    def _by_relevance(self, queries: Sequence[str], title: str) -> list[Answer]:
        import numpy as np

        from titlewright.generators.compact import embedding

        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        for query in queries:
            if query not in self._known:
                self._known[query] = embedding.embed([query])[0]
        meaning = np.repeat(embedding.embed([title]), len(queries), axis=0)
        of_query = np.stack([self._known[query] for query in queries])
        found = self._model.from_embedded(queries, [title] * len(queries), of_query, meaning)
        return [
            Answer(
                round(float(value), 4),
                f"all it says is stated; relevance {value:.2f}",
                bool(value >= ENOUGH_RELEVANCE),
            )
            for value in found
        ]

    @cached_property
    def _model(self) -> RelevanceModel:
        from titlewright.scorers.relevance.model import RelevanceModel

        return self._given or RelevanceModel.load()

    def __getstate__(self) -> dict[str, Any]:
        """Without the graph, which can't be pickled."""
        return {"_given": self._given, "_known": {}}


def known_as(product: Product) -> str:
    """The present title, or what a short one would be."""
    facts = read_facts(product)
    named = (facts.brand, facts.slots.get("model", ""), facts.phrase or facts.kind)
    return product.title or " ".join(filter(None, named)) or product.description[:200]


def _by_place(query: str, truth: Truth, language: str) -> Answer:
    held = truth.says_foremost(units(query, language))
    share = sum(1.0 if there else _ASIDE for there in held) / len(held)
    value = share * (1.0 if thing(query) else _UNNAMED)
    reason = f"all it says is stated, {sum(held)} of {len(held)} words outside the description"
    return Answer(round(value, 4), reason, value >= ENOUGH_BY_PLACE)
