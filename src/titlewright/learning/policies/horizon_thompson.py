"""Prior Thompson that knows how many impressions a product will get, and explores accordingly.

The less is left, the less there is to gain from what is found out: the variance of beliefs shrinks
with the square of what is left, from `variance` at the start to none at the end. A heuristic; it
was chosen by replaying tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from titlewright.errors import LearningError
from titlewright.learning.policies.base import Arms
from titlewright.learning.policies.prior_thompson import PriorThompson

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LEAST = 1e-4  # a variance that is as good as none


class HorizonThompson(PriorThompson):
    """horizon: impressions that a product will get in all; after them the likely best is shown."""

    name = "horizon_thompson"

    def __init__(self, *, horizon: int = 10_000, variance: float = 0.3, **options: Any) -> None:
        super().__init__(variance=variance, **options)
        if horizon < 1:
            raise LearningError(f"horizon {horizon!r} is too little. Give a number from 1.")
        self.horizon = horizon

    def options(self) -> dict[str, Any]:
        return super().options() | {"horizon": self.horizon}

    def variance_at(self, arms: Arms) -> NDArray[np.float64]:
        import numpy as np

        # All that events told of, old ones and those of titles that are gone; a replay tells none.
        told = [sum(self.tally.impressions(some[0].product_id).values()) for some in arms.titles]
        shown = np.maximum(arms.shown.sum(axis=1), told)
        left = np.maximum(1 - shown / self.horizon, 0)
        found: NDArray[np.float64] = np.maximum(self.variance * left**2, _LEAST)
        return found
