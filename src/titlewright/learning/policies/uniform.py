"""Uniform: every title as often as any other. What the others are measured against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from titlewright.learning.policies.base import Arms, CountingPolicy

if TYPE_CHECKING:
    import numpy as np
    from numpy.random import Generator
    from numpy.typing import NDArray


class Uniform(CountingPolicy):
    """Learns nothing, and is what an evaluation by inverse propensities likes best to read."""

    name = "uniform"

    def shares(self, arms: Arms, rng: Generator) -> NDArray[np.float64]:  # noqa: ARG002
        import numpy as np

        return np.full(arms.shown.shape, 1 / arms.shown.shape[1])
