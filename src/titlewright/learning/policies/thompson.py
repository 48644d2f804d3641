"""Thompson sampling with Beta beliefs: a title is shown as often as it is believed to be best.

Thompson 1933; the Beta-Bernoulli form is algorithm 1 of Chapelle and Li 2011, "An empirical
evaluation of Thompson sampling"; section 3 there narrows the posterior. The shares are counted over
posterior draws.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from titlewright.errors import LearningError
from titlewright.learning.policies.base import Arms, CountingPolicy, factor_option, times_best

if TYPE_CHECKING:
    import numpy as np
    from numpy.random import Generator
    from numpy.typing import NDArray


class Thompson(CountingPolicy):
    """prior     successes and failures that every title is believed to have had, both above 0; the
              default, one success in 71, is how titles and headlines are clicked, roughly
    variance  what the variance of beliefs is multiplied by, above 0; 1 is plain Thompson sampling
    """

    name = "thompson"

    def __init__(
        self,
        *,
        prior: tuple[float, float] = (1.0, 70.0),
        variance: float = 1.0,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        factor_option("variance", variance)
        if len(prior) != 2 or not all(math.isfinite(one) and one > 0 for one in prior):
            raise LearningError(
                f"prior {prior!r} is no Beta prior. Give two numbers above 0, as in (1, 70)."
            )
        self.prior = (float(prior[0]), float(prior[1]))
        self.variance = variance

    def options(self) -> dict[str, Any]:
        return super().options() | {"prior": self.prior, "variance": self.variance}

    def shares(self, arms: Arms, rng: Generator) -> NDArray[np.float64]:
        return times_best(arms.valued(self.draws(arms, rng)))

    def draws(self, arms: Arms, rng: Generator) -> NDArray[np.float64]:
        """[T, K, D] success rates as they are believed to be."""
        wins = (self.prior[0] + arms.won) / self.variance
        losses = (self.prior[1] + arms.shown - arms.won) / self.variance
        return rng.beta(wins[..., None], losses[..., None], (*arms.shown.shape, arms.draws))
