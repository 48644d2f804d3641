"""Click rates of arms in contexts, shrunk where little was seen: q(context, arm).

The rate of an arm in a context is drawn towards the arm's rate in all contexts, and that towards
the rate of everything, each as if so many decisions with that rate had been seen besides. Simple on
purpose: the doubly robust estimator is right with any model, and the less noisy the nearer it is.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from titlewright.learning.offpolicy.log import Log

Floats = NDArray[Any]


def fit(log: Log, chosen: Floats) -> Floats:
    """Expected reward [C, K], learnt from the chosen decisions ([n], bool)."""
    shape = log.target.shape
    rewards, cells = log.rewards[chosen], (log.contexts[chosen], log.arms[chosen])
    counts, sums = np.zeros(shape), np.zeros(shape)
    np.add.at(counts, cells, 1.0)
    np.add.at(sums, cells, rewards)
    overall = float(rewards.mean()) if len(rewards) else 0.0
    strength = _strength(rewards, overall)
    ids = log.arm_ids()
    often, earned = (np.bincount(ids.ravel(), of.ravel()) for of in (counts, sums))  # [A]
    by_arm = (earned + strength * overall) / (often + strength)
    return np.asarray((sums + strength * by_arm[ids]) / (counts + strength))


def _strength(rewards: Floats, overall: float) -> float:
    """Decisions after which a rate of its own counts half: those in which noise is as large as the
    mean itself, about one click's worth for click rates."""
    if not overall:
        return 1.0
    return max(1.0, float(rewards.var()) / overall**2)


def cross_fitted(log: Log, *, folds: int = 5, seed: int = 0) -> Floats:
    """For each decision the expected reward of its context's arms, [n, K], learnt without its fold.

    Decisions of one unit are in one fold.
    """
    units = np.arange(len(log.rewards)) if log.units is None else log.units
    _, unit = np.unique(units, return_inverse=True)
    fold = np.random.default_rng(seed).integers(0, folds, unit.max() + 1)[unit]
    expected = np.empty((len(log.rewards), log.target.shape[1]))
    for one in range(folds):
        held = fold == one
        expected[held] = fit(log, ~held)[log.contexts[held]]
    return expected
