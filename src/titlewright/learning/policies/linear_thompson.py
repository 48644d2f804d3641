"""Linear Thompson sampling: as often as a title is believed to be the best for who looks.

Agrawal and Goyal 2013, "Thompson sampling for contextual bandits with linear payoffs", section 2.2,
with a model for each title: x'theta ~ Normal(x'A^-1 b, v^2 x'A^-1 x). How likely each is the best
is integrated, not drawn: the propensity of a weak title is small, and not 0 by chance.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from titlewright.errors import LearningError
from titlewright.learning.policies.linear import LinearPolicy

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_NODES = np.linspace(-4, 4, 17)  # of each title's belief, in its standard deviations


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

    def score_shares(self, mean: Array, spread: Array, noise: Array) -> Array:
        return likely_best(mean, np.maximum(self.width * noise * spread, 1e-12))


def likely_best(mean: Array, spread: Array) -> Array:
    """[T, K] probabilities that each of independent normal variables [T, K] is the largest.

    The sum, over the nodes of all of them, of a variable's probability of lying between two nodes
    times that of all others' lying below. 2 Phi(z) - 1 = tanh(y), within 0.0004, where
    y = sqrt(2 / pi) z (1 + 0.044715 z^2) (Page 1977, "Approximations to the cumulative normal
    function", Applied Statistics 26:75-76).
    """
    mean, spread = mean[..., None], spread[..., None]
    nodes = (mean + spread * _NODES).reshape(len(mean), 1, -1)
    nodes.sort()
    z = (nodes - mean) / spread  # [T, K, nodes]
    side = 0.25 * np.tanh(z * (0.7978846 + 0.0356774 * (z * z)))
    lower, upper = side[..., :-1], side[..., 1:]
    below = lower + upper + (0.5 + 1e-10)  # never 0
    others = np.multiply.reduce(below, axis=1)[..., None]  # and their own
    likely = (((upper - lower) / below) @ others)[..., 0]
    found: Array = likely / likely.sum(axis=1, keepdims=True)
    return found
