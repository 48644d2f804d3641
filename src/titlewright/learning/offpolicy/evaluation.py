"""The value of a target policy from another one's log, with intervals and a look at the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from titlewright.errors import LearningError
from titlewright.learning.experiments.counts import check_share
from titlewright.learning.offpolicy.estimators import ESTIMATORS, Terms
from titlewright.learning.offpolicy.intervals import interval
from titlewright.learning.offpolicy.log import Log
from titlewright.learning.offpolicy.support import Support, check_support


@dataclass(frozen=True, slots=True)
class Estimate:
    """The value a decision, such as clicks an impression, by one estimator."""

    estimator: str
    value: float
    low: float
    high: float

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The target's value by each estimator, beside what the logged policy earned itself."""

    logged: Estimate
    estimates: tuple[Estimate, ...]
    support: Support

    def to_json(self) -> dict[str, Any]:
        return {
            "logged": self.logged.to_json(),
            "estimates": [one.to_json() for one in self.estimates],
            "support": self.support.to_json(),
        }


def evaluate(
    log: Log, estimators: Sequence[str] = tuple(ESTIMATORS), *, level: float = 0.95, seed: int = 0
) -> Evaluation:
    """What the target would have earned a decision; the doubly robust value is the one to quote.

    Raises LearningError where the log lacks support or any reward, or an estimator is unknown.
    """
    check_share(level, "The level")
    if unknown := [name for name in estimators if name not in ESTIMATORS]:
        raise LearningError(
            f"There is no estimator {unknown[0]!r}. Choose from {', '.join(ESTIMATORS)}."
        )
    found = check_support(log)
    if not log.rewards.any():
        raise LearningError(
            f"None of the log's {len(log.rewards)} decisions earned anything, so policies can't be "
            "told apart. Log until there are clicks."
        )
    plain = Terms(log.rewards.astype(float), np.ones(len(log.rewards)))
    return Evaluation(
        _estimate("logged", plain, log, level, seed),
        tuple(
            _estimate(name, ESTIMATORS[name](log, seed), log, level, seed) for name in estimators
        ),
        found,
    )


def _estimate(name: str, terms: Terms, log: Log, level: float, seed: int) -> Estimate:
    low, high = interval(terms, log.units, level=level, seed=seed)
    return Estimate(name, terms.value, low, high)
