"""LinUCB: the title whose success is likeliest for who looks, at the upper end of what is believed.

Li, Chu, Langford and Schapire 2010, "A contextual-bandit approach to personalized news article
recommendation", algorithm 1.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from titlewright.errors import LearningError
from titlewright.learning.policies.base import among_best
from titlewright.learning.policies.linear import LinearPolicy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


class LinUcb(LinearPolicy):
    """alpha: by how many standard deviations the bound lies above the mean, from 0.

    The paper's alpha is in units of the reward; here it is multiplied by the standard deviation of
    one reward, so that it means the same where clicks are rare and where they aren't.
    """

    name = "linucb"

    def __init__(self, *, alpha: float = 1.0, **options: Any) -> None:
        super().__init__(**options)
        if not (math.isfinite(alpha) and alpha >= 0):
            raise LearningError(f"alpha {alpha!r} can't be. Give a number from 0.")
        self.alpha = alpha

    def options(self) -> dict[str, Any]:
        return super().options() | {"alpha": self.alpha}

    def score_shares(self, mean: Array, spread: Array, noise: Array) -> Array:
        return among_best(mean + self.alpha * noise * spread)
