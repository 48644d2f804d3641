"""Linear Thompson sampling: as often as a title is believed to be the best for who looks.

Agrawal and Goyal 2013, "Thompson sampling for contextual bandits with linear payoffs", section 2.2,
with a model for each title: x'theta ~ Normal(x'A^-1 b, v^2 x'A^-1 x).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from titlewright.errors import LearningError
from titlewright.learning.policies.base import times_best
from titlewright.learning.policies.linear import LinearPolicy

if TYPE_CHECKING:
    import numpy as np
    from numpy.random import Generator
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_DRAWS = 50


class LinearThompson(LinearPolicy):
    """width: v, in standard deviations of one reward, above 0."""

    name = "linear_thompson"

    def __init__(self, *, width: float = 1.0, **options: Any) -> None:
        super().__init__(**options)
        if not (math.isfinite(width) and width > 0):
            raise LearningError(f"width {width!r} can't be. Give a number above 0.")
        self.width = width

    def options(self) -> dict[str, Any]:
        return super().options() | {"width": self.width}

    def score_shares(self, mean: Array, spread: Array, noise: Array, rng: Generator) -> Array:
        deviates = rng.standard_normal((*mean.shape, _DRAWS))
        return times_best(mean[..., None] + (self.width * noise * spread)[..., None] * deviates)
