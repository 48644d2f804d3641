"""Demand as a Score: how much of what people search for this product a title covers."""

from __future__ import annotations

from collections.abc import Sequence

from titlewright.generators.facts import own_brand
from titlewright.records import Candidate, Product, Score
from titlewright.scorers.demand.covering import Coverage, coverage
from titlewright.scorers.demand.fitting import Demand, Fit
from titlewright.scorers.demand.stuffing import factor

_NAMED = 3  # terms that a reason names


class DemandScorer:
    """Coverage of the fitting terms (see `covering`), less for stuffing (see `stuffing`).

    A product that no term fits has 0.5, whatever its titles.
    """

    name = "demand"

    def __init__(self, demand: Demand) -> None:
        self.demand = demand

    def score(
        self,
        product: Product,
        candidates: Sequence[Candidate],
        audience: str | None = None,  # noqa: ARG002 - a file of terms names no audiences
    ) -> list[Score]:
        fits = self.demand.fitting(product)
        if not fits:
            what = "phrase of the feed" if self.demand.mined else "search of yours"
            return [Score(self.name, 0.5, (f"no {what} fits this product",))] * len(candidates)
        brand = own_brand(product)
        return [self._score(candidate.text, fits, brand) for candidate in candidates]

    def _score(self, title: str, fits: Sequence[Fit], brand: str) -> Score:
        found = coverage(title, fits, self.demand.language)
        less, overdone = factor(title, self.demand.language, brand)
        return Score(self.name, found.share * less, (self._told(found), *overdone))

    def _told(self, found: Coverage) -> str:
        what = "phrases usual in the feed" if self.demand.mined else "fitting searches"
        count = len(found.covered) + len(found.uncovered)
        told = f"covers {len(found.covered)} of {count} {what}"
        named = [self._named(fit) for fit in found.uncovered[:_NAMED]]
        return f"{told}; without: {', '.join(named)}" if named else told

    def _named(self, fit: Fit) -> str:
        of = "products" if self.demand.mined else "searches"
        return f"{fit.term.query} ({fit.term.volume:,.0f} {of})"
