"""Explore, then commit: what an A/B test does. All titles equally, then the one that led for good.

Lattimore and Szepesvári 2020, "Bandit Algorithms", chapter 6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from titlewright.errors import LearningError
from titlewright.learning.policies.base import Arms, CountingPolicy

if TYPE_CHECKING:
    import numpy as np
    from numpy.random import Generator
    from numpy.typing import NDArray


class ExploreThenCommit(CountingPolicy):
    """explore: impressions of a product that are shared equally before the decision.

    A product stays with its title until that is no longer on offer; then it explores anew. When
    the decision falls depends on which events have come, so their order matters.
    """

    name = "explore_then_commit"

    def __init__(self, *, explore: int = 2000, **options: Any) -> None:
        super().__init__(**options)
        if explore < 1:
            raise LearningError(f"explore {explore!r} is too little. Give a number from 1.")
        self.explore = explore
        self.committed: dict[str, str] = {}  # product -> id of its title

    def options(self) -> dict[str, Any]:
        return super().options() | {"explore": self.explore}

    def shares(self, arms: Arms, rng: Generator) -> NDArray[np.float64]:
        import numpy as np

        count = arms.shown.shape[1]
        found = np.full(arms.shown.shape, 1 / count)
        explored = arms.shown.sum(axis=1) >= self.explore
        for row in np.flatnonzero(explored).tolist():
            titles = arms.titles[row]
            product = titles[0].product_id
            ids = [title.id for title in titles]
            if self.committed.get(product) not in ids:
                rates = arms.rates()[row]
                leaders = np.flatnonzero(rates == rates.max())
                self.committed[product] = ids[int(rng.choice(leaders))]
            found[row] = 0.0
            found[row, ids.index(self.committed[product])] = 1.0
        return found

    def to_json(self) -> dict[str, Any]:
        return super().to_json() | {"committed": dict(self.committed)}

    def restore(self, state: dict[str, Any]) -> None:
        super().restore(state)
        self.committed = dict(state["committed"])
