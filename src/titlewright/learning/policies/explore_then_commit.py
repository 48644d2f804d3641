"""Explore, then commit: what an A/B test does. All titles equally, then the one that led for good.

Lattimore and Szepesvári 2020, "Bandit Algorithms", chapter 6.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from titlewright.errors import LearningError
from titlewright.learning.policies.base import Arms, CountingPolicy

if TYPE_CHECKING:
    import numpy as np
    from numpy.random import Generator
    from numpy.typing import NDArray


class ExploreThenCommit(CountingPolicy):
    """explore: impressions of a product that are shared equally before the decision.

    A product stays with its title until that is no longer on offer; then it explores anew, and
    what was seen before counts no more. When the decision falls depends on which events have come,
    so their order matters.
    """

    name = "explore_then_commit"

    def __init__(self, *, explore: int = 2000, **options: Any) -> None:
        super().__init__(**options)
        if explore < 1:
            raise LearningError(f"explore {explore!r} is too little. Give a number from 1.")
        self.explore = explore
        self.committed: dict[str, str] = {}  # product -> id of its title
        # product -> title -> how often it was shown and won when exploring began anew
        self._before: dict[str, dict[str, list[float]]] = {}

    def options(self) -> dict[str, Any]:
        return super().options() | {"explore": self.explore}

    def shares(self, arms: Arms, rng: Generator) -> NDArray[np.float64]:
        import numpy as np

        found = np.full(arms.shown.shape, 1 / arms.shown.shape[1])
        explored = arms.shown.sum(axis=1) >= self.explore
        for row, titles in enumerate(arms.titles):
            product = titles[0].product_id
            if not explored[row] and product not in self.committed:
                continue
            ids = [title.id for title in titles]
            if self.committed.get(product) not in ids:
                self._decide(product, ids, arms, row, rng)
            if product in self.committed:
                found[row] = 0.0
                found[row, ids.index(self.committed[product])] = 1.0
        return found

    def _decide(
        self, product: str, ids: Sequence[str], arms: Arms, row: int, rng: Generator
    ) -> None:
        """Commit to the leader, if enough was explored; begin anew where the title was lost."""
        import numpy as np

        counts = np.stack([arms.shown[row], arms.won[row]])  # [2, K]
        if self.committed.pop(product, None) is not None:
            self._before[product] = dict(zip(ids, counts.T.tolist(), strict=True))
        before = self._before.get(product, {})
        since = counts - np.array([before.get(name, [0.0, 0.0]) for name in ids]).T
        shown, won = np.maximum(since, 0.0)[:, None]
        if shown.sum() < self.explore:
            return
        worth = None if arms.worth is None else arms.worth[[row]]
        rates = Arms([arms.titles[row]], shown, won, worth).rates()[0]
        leaders = np.flatnonzero(rates == rates.max())
        self.committed[product] = ids[int(rng.choice(leaders))]

    def to_json(self) -> dict[str, Any]:
        return super().to_json() | {
            "committed": dict(self.committed),
            "before": {name: dict(titles) for name, titles in self._before.items()},
        }

    def restore(self, state: dict[str, Any]) -> None:
        super().restore(state)
        self.committed = dict(state["committed"])
        self._before = {name: dict(titles) for name, titles in state["before"].items()}
