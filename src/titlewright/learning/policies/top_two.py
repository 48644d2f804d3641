"""Top-two Thompson sampling: the likely best title and its likeliest rival get most of the traffic.

Russo 2016, "Simple Bayesian algorithms for best arm identification", section 3.3 (top-two Thompson
sampling): finds which title is best with fewer impressions than Thompson sampling, and earns less
meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from titlewright.learning.policies.base import Arms, share_option, times_best
from titlewright.learning.policies.thompson import Thompson

if TYPE_CHECKING:
    import numpy as np
    from numpy.random import Generator
    from numpy.typing import NDArray


class TopTwoThompson(Thompson):
    """leader: the share of decisions at which the drawn leader is shown, not its rival."""

    name = "top_two_thompson"

    def __init__(self, *, leader: float = 0.5, **options: Any) -> None:
        super().__init__(**options)
        share_option("leader", leader)
        self.leader = leader

    def options(self) -> dict[str, Any]:
        return super().options() | {"leader": self.leader}

    def shares(self, arms: Arms, rng: Generator) -> NDArray[np.float64]:
        """Leader i and then, drawing on until another leads, rival j: p_i p_j / (1 - p_i)."""
        count = arms.shown.shape[1]
        leads = times_best(arms.valued(self.draws(arms, rng)))  # [T, K]
        if count == 1:
            return leads
        # A title that led in no draw still has a chance: half a draw's.
        leads = (leads * arms.draws + 0.5) / (arms.draws + count / 2)
        odds = leads / (1 - leads)
        rival = leads * (odds.sum(axis=1, keepdims=True) - odds)
        found: NDArray[np.float64] = self.leader * leads + (1 - self.leader) * rival
        return found
