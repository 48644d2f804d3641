"""UCB1: the title whose rate could be highest, by a bound that holds for any rewards in [0, 1].

Auer, Cesa-Bianchi and Fischer 2002, "Finite-time analysis of the multiarmed bandit problem",
Machine Learning 47, figure 1. The bound knows nothing of rare clicks, so that at click rates of a
few per cent it explores for very long; `width` below 1 narrows it, at the price of the guarantee.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from titlewright.errors import LearningError
from titlewright.learning.policies.base import Arms, CountingPolicy, among_best

if TYPE_CHECKING:
    import numpy as np
    from numpy.random import Generator
    from numpy.typing import NDArray


class Ucb1(CountingPolicy):
    """width: by what the bound is multiplied, from 0; 1 is the paper's.

    Titles that were never shown come first. For revenue the bound is in units of the largest mean
    value of a purchase.
    """

    name = "ucb1"

    def __init__(self, *, width: float = 1.0, **options: Any) -> None:
        super().__init__(**options)
        if not (math.isfinite(width) and width >= 0):
            raise LearningError(f"width {width!r} is no factor. Give a number from 0.")
        self.width = width

    def options(self) -> dict[str, Any]:
        return super().options() | {"width": self.width}

    def shares(self, arms: Arms, rng: Generator) -> NDArray[np.float64]:  # noqa: ARG002
        import numpy as np

        total = np.maximum(arms.shown.sum(axis=1, keepdims=True), 1.0)
        bound = self.width * np.sqrt(2 * np.log(total) / np.maximum(arms.shown, 1e-12))
        if arms.worth is not None:
            bound = bound * arms.worth.max(axis=1, keepdims=True)
        return among_best(np.where(arms.shown > 0, arms.rates() + bound, np.inf))
