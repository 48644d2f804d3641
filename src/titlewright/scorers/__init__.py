"""Scorers: one quality of titles a file, one contract. What they say is a score, not a gate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from titlewright.records import Candidate, Product, Score

__all__ = ["Scorer"]


class Scorer(Protocol):
    """Judges titles of one product by one quality; `name` stands on every score."""

    name: str

    def score(
        self, product: Product, candidates: Sequence[Candidate], audience: str | None = None
    ) -> list[Score]:
        """A score in [0, 1] with its reasons for each candidate, in their order.

        A candidate's score doesn't depend on the others. `audience` is named as in Hints.
        """
        ...
