"""Epsilon-greedy: mostly the title with the best rate so far, sometimes any.

Sutton and Barto 2018, "Reinforcement Learning", section 2.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from titlewright.learning.policies.base import Arms, CountingPolicy, among_best, share_option

if TYPE_CHECKING:
    import numpy as np
    from numpy.random import Generator
    from numpy.typing import NDArray


class EpsilonGreedy(CountingPolicy):
    """epsilon: the share of traffic that all titles get equally, in [0, 1].

    Titles that were never shown come first.
    """

    name = "epsilon_greedy"

    def __init__(self, *, epsilon: float = 0.1, **options: Any) -> None:
        super().__init__(**options)
        share_option("epsilon", epsilon)
        self.epsilon = epsilon

    def options(self) -> dict[str, Any]:
        return super().options() | {"epsilon": self.epsilon}

    def shares(self, arms: Arms, rng: Generator) -> NDArray[np.float64]:  # noqa: ARG002
        import numpy as np

        best = among_best(np.where(arms.shown > 0, arms.rates(), np.inf))
        found: NDArray[np.float64] = (1 - self.epsilon) * best + self.epsilon / best.shape[1]
        return found
