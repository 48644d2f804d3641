"""What a target policy would have earned a decision, three ways, each a ratio of two sums.

ips     inverse propensity scores: Horvitz and Thompson 1952, JASA 47:663-685; for policies
        Dudik, Langford and Li 2011, equation 2. Unbiased, noisy where weights are large
snips   the same, divided by the sum of the weights: Swaminathan and Joachims 2015, "The
        self-normalized estimator for counterfactual learning", NeurIPS. Steadier, hardly biased
dr      doubly robust: Dudik, Langford and Li 2011, "Doubly robust policy evaluation and learning",
        ICML, equation 3; with a cross-fitted model (Chernozhukov et al. 2018, "Double/debiased
        machine learning", Econometrics Journal 21). Unbiased as ips is, with the model's noise off
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from titlewright.learning.offpolicy.log import Log
from titlewright.learning.offpolicy.reward_model import cross_fitted

Floats = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Terms:
    """What each decision adds above and below, both [n]; the value is the ratio of their sums."""

    above: Floats
    below: Floats

    @property
    def value(self) -> float:
        return float(self.above.sum() / self.below.sum())


def ips(log: Log, seed: int = 0) -> Terms:  # noqa: ARG001 - all estimators are called alike
    return Terms(log.weights() * log.rewards, np.ones(len(log.rewards)))


def snips(log: Log, seed: int = 0) -> Terms:  # noqa: ARG001
    weights = log.weights()
    return Terms(weights * log.rewards, weights)


def doubly_robust(log: Log, seed: int = 0) -> Terms:
    """`seed` deals the decisions to folds."""
    expected = cross_fitted(log, seed=seed)
    by_target = np.einsum("na,na->n", log.target[log.contexts], expected)
    shown = np.take_along_axis(expected, log.arms[:, None], 1)[:, 0]
    above = by_target + log.weights() * (log.rewards - shown)
    return Terms(above, np.ones(len(above)))


ESTIMATORS: Mapping[str, Callable[..., Terms]] = {
    "ips": ips, "snips": snips, "dr": doubly_robust,
}  # fmt: skip
