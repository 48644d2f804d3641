"""Whether a log can answer what another policy would earn, and of how much worth it is.

What was never shown has no reward to weigh: inverse propensity scores then leave a part of the
policy out, without a sign of it in their intervals. So a log without support is refused.
Effective sample size: Kish 1965, "Survey Sampling", (sum of weights)^2 / sum of their squares.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from titlewright.errors import LearningError
from titlewright.learning.offpolicy.log import Log

MOST_MISSING = 0.01  # of the target's probability on what was never shown in its context
FEWEST_EFFECTIVE = 30  # decisions: below, neither an estimate nor its bootstrap is to be trusted
_FAR = 5.0  # standard errors of the mean weight from 1


@dataclass(frozen=True, slots=True)
class Support:
    """How well the log supports the target.

    effective    decisions of the target's own that the log is worth
    mean_weight  1 but for chance, where propensities are right and nothing is missing
    largest      share of all weight on one decision
    missing      share of the target's decisions on arms never shown in their context
    """

    decisions: int
    effective: float
    mean_weight: float
    largest: float
    missing: float

    def to_json(self) -> dict[str, float]:
        return {name: round(getattr(self, name), 6) for name in self.__slots__}


def support(log: Log) -> Support:
    """The log's support, whatever it is worth."""
    weights = log.weights()
    total = float(weights.sum())
    squares = float(weights @ weights)
    return Support(
        len(weights),
        total**2 / squares if squares else 0.0,
        float(weights.mean()),
        float(weights.max()) / total if total else 1.0,
        float(_missing(log).sum()),
    )


def check_support(log: Log) -> Support:
    """The log's support. Raises LearningError where the log can't tell what the target earns."""
    found, missing = support(log), _missing(log)
    if found.missing > MOST_MISSING:
        by_arm = np.bincount(log.arm_ids().ravel(), missing.ravel())
        arm = int(by_arm.argmax())
        raise LearningError(
            f"{found.missing:.1%} of what the target would show was never shown by the policy that "
            f"was logged, most of it arm {log.name(arm)!r} ({by_arm[arm]:.1%}). Evaluate a target "
            "that keeps to arms in the log, or show these for a while."
        )
    if found.effective < FEWEST_EFFECTIVE:
        raise LearningError(
            f"The log's {found.decisions} decisions are worth {found.effective:.1f} of the target: "
            f"too few ({FEWEST_EFFECTIVE} are the least). Log more, or evaluate a policy that is "
            "nearer to the logged one."
        )
    weights = log.weights()
    error = float(weights.std(ddof=1)) / math.sqrt(len(weights))
    if abs(found.mean_weight - 1) > max(_FAR * error, MOST_MISSING):
        raise LearningError(
            f"The weights' mean is {found.mean_weight:.3f} and should be 1 ± {_FAR * error:.3f}: "
            "the propensities aren't those with which arms were shown, or arms that the target "
            "shows are missing. See how propensities are logged."
        )
    return found


def _missing(log: Log) -> NDArray[Any]:
    """The share of the target's decisions on each place where it was never shown, [C, K]."""
    shown = np.zeros(log.target.shape, bool)
    shown[log.contexts, log.arms] = True
    often = np.bincount(log.contexts, minlength=len(shown)) / len(log.contexts)
    return np.asarray(often[:, None] * np.where(shown, 0.0, log.target))
