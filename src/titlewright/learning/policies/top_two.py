"""Top-two Thompson sampling: the likely best title and its likeliest rival get most of the traffic.

Russo 2016, "Simple Bayesian algorithms for best arm identification", section 3.3 (top-two Thompson
sampling): finds which title is best with fewer impressions than Thompson sampling, and earns less
meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from titlewright.learning.policies.base import DRAWS, Arms, share_option, times_best, with_a_chance
from titlewright.learning.policies.thompson import Thompson

if TYPE_CHECKING:
    import numpy as np
    from numpy.random import Generator
    from numpy.typing import NDArray


class TopTwoThompson(Thompson):
    """leader: the share of decisions at which the drawn leader is shown, not its rival."""

    name = "top_two_thompson"
    fewest_draws = DRAWS  # half a draw's chance must be a small one

    def __init__(self, *, leader: float = 0.5, **options: Any) -> None:
        super().__init__(**options)
        share_option("leader", leader)
        self.leader = leader

    def options(self) -> dict[str, Any]:
        return super().options() | {"leader": self.leader}

    def shares(self, arms: Arms, rng: Generator) -> NDArray[np.float64]:
        """Leader i and then, drawing on until another leads, rival j: p_i p_j / (1 - p_i)."""
        leads = times_best(arms.valued(self.draws(arms, rng)))  # [T, K]
        if leads.shape[1] == 1:
            return leads
        leads = with_a_chance(leads, arms.draws)
        odds = leads / (1 - leads)
        rival = leads * (odds.sum(axis=1, keepdims=True) - odds)
        found: NDArray[np.float64] = self.leader * leads + (1 - self.leader) * rival
        return found
