"""What came of a replay, as JSON: means, their intervals over seeds, and differences over tests."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from titlewright.learning.replay.running import Replayed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

NOTE = (
    "Replay: each title's measured rate is taken for the truth. "
    "What shoppers would have done is not known."
)
_RESAMPLES = 2000
_AT_ONCE = 100  # resamples, so that many tests need little memory
# 97.5 % quantiles of Student's t with 1, 2, ... degrees of freedom; the normal's beyond
_STUDENT = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
)  # fmt: skip


def summarise(replayed: Mapping[str, Replayed]) -> dict[str, Any]:
    """Of each policy gain, regret (clicks a test) and share of the traffic on the best title.

    `low` and `high` are a 95 % interval of the mean over seeds (Student's t); with one seed, the
    value itself. `over_tests` is the gain's 95 % bootstrap interval with whole tests drawn anew.
    """
    some = next(iter(replayed.values()))
    oracle = float(some.best.sum() / some.uniform.sum() - 1)
    return {
        "oracle": {"gain": oracle},
        "policies": {
            name: {
                "gain": over_seeds(one.gain),
                "regret": over_seeds(one.regret),
                "best_arm_share": over_seeds(one.on_best.mean(axis=1)),
                "over_tests": over_tests(one.clicks.mean(axis=0), one.uniform),
            }
            for name, one in replayed.items()
        },
    }


def differences(replayed: Mapping[str, Replayed], of: str) -> dict[str, dict[str, float]]:
    """The gain of one policy less that of each other one, on the same tests.

    The 95 % interval is the bootstrap's, tests and seeds drawn anew together.
    """
    ours = replayed[of]
    return {
        name: _over_both(ours.clicks - one.clicks, one.uniform)
        for name, one in replayed.items()
        if name != of
    }


def over_seeds(values: Array) -> dict[str, float]:
    mean, count = float(values.mean()), len(values)
    if count == 1:
        return {"mean": mean, "low": mean, "high": mean}
    factor = _STUDENT[count - 2] if count - 2 < len(_STUDENT) else 1.96
    wide = factor * float(values.std(ddof=1)) / math.sqrt(count)
    return {"mean": mean, "low": mean - wide, "high": mean + wide}


def over_tests(clicks: Array, uniform: Array) -> dict[str, float]:
    """Of sum(clicks) / sum(uniform) - 1, both [T]."""
    sums = _resampled(np.stack([clicks, uniform], axis=1))
    low, high = np.percentile(sums[:, 0] / sums[:, 1] - 1, [2.5, 97.5])
    return {"low": float(low), "high": float(high)}


def _over_both(clicks: Array, uniform: Array) -> dict[str, float]:
    """Of sum(clicks) / sum(uniform), with clicks [S, T] averaged over the seeds that are drawn."""
    rng = np.random.default_rng(1)
    seeds = len(clicks)
    weights = rng.multinomial(seeds, np.full(seeds, 1 / seeds), size=_RESAMPLES) / seeds  # [R, S]
    sums = _resampled(np.column_stack([clicks.T, uniform]))  # [R, S + 1]
    ratios = (weights * sums[:, :-1]).sum(axis=1) / sums[:, -1]
    low, high = np.percentile(ratios, [2.5, 97.5])
    return {"mean": float(clicks.mean(axis=0).sum() / uniform.sum()), "low": float(low),
            "high": float(high)}  # fmt: skip


def _resampled(values: Array) -> Array:
    """[R, N] sums over tests drawn anew of values [T, N]."""
    times = _times(len(values))
    found = [times[at : at + _AT_ONCE] @ values for at in range(0, _RESAMPLES, _AT_ONCE)]
    return np.concatenate(found)


@lru_cache(maxsize=1)
def _times(tests: int) -> NDArray[np.uint8]:
    """[R, T] how often each test is drawn; the same whatever is compared."""
    rng = np.random.default_rng(0)
    return np.concatenate([
        rng.multinomial(tests, np.full(tests, 1 / tests), size=_AT_ONCE).astype(np.uint8)
        for _ in range(0, _RESAMPLES, _AT_ONCE)
    ])  # fmt: skip
