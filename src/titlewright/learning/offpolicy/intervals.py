"""Intervals of a ratio of two sums by the bootstrap-t: right on both sides where clicks are rare.

Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapter 12: each resample's distance
from the estimate is measured in that resample's own standard error, so that the interval leans as
the estimate does. Percentiles of the resamples alone are too low for rare clicks of large weight.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from titlewright.learning.offpolicy.estimators import Terms

RESAMPLES = 999
_CHUNK = 111  # resamples drawn at once: bounds the memory at 111 * units * 24 bytes
_ALIKE = 8  # units of a kind from which drawing how many of each is quicker than drawing units


def interval(
    terms: Terms, units: NDArray[Any] | None = None, *, level: float = 0.95, seed: int = 0
) -> tuple[float, float]:
    """Bounds of the value; `units` [n] are drawn whole, None draws each decision by itself.

    The value itself twice where all units are alike, as without any reward.
    """
    above, below = terms.above, terms.below
    if units is not None:
        _, unit = np.unique(units, return_inverse=True)
        above, below = np.bincount(unit, above), np.bincount(unit, below)
    # Units that add the same are drawn together: there are few kinds where contexts are few.
    kinds, times = np.unique(np.column_stack([above, below]), axis=0, return_counts=True)
    error = float(_errors(_sums(times[None].astype(float), kinds))[0])
    if not error:
        return terms.value, terms.value
    rng = np.random.default_rng(seed)
    distances = []
    for _ in range(0, RESAMPLES, _CHUNK):
        sums = _sums(_draw(times, rng).astype(float), kinds)
        errors = _errors(sums)
        usable = errors > 0
        distances.append((sums[usable, 0] / sums[usable, 1] - terms.value) / errors[usable])
    shares = [(1 + level) / 2, (1 - level) / 2]
    far, near = np.quantile(np.concatenate(distances), shares, method="weibull")
    return terms.value - float(far) * error, terms.value - float(near) * error


def _draw(times: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
    """How often each kind is drawn in each resample of a chunk, [chunk, kinds]."""
    units, kinds = int(times.sum()), len(times)
    if units > _ALIKE * kinds:
        return rng.multinomial(units, times / units, size=_CHUNK)
    kind = np.repeat(np.arange(kinds), times)[rng.integers(0, units, (_CHUNK, units))]
    flat = kind + kinds * np.arange(_CHUNK)[:, None]
    return np.bincount(flat.ravel(), minlength=_CHUNK * kinds).reshape(_CHUNK, kinds)


def _sums(times: NDArray[Any], kinds: NDArray[Any]) -> NDArray[Any]:
    """Sums over drawn units, [draws, 5]: above, below, and their squares and product."""
    above, below = kinds.T
    columns = [above, below, above**2, above * below, below**2]
    return np.asarray(times @ np.column_stack(columns))


def _errors(sums: NDArray[Any]) -> NDArray[Any]:
    """The standard error of each draw's ratio, [draws]; 0 where rounding leaves nothing."""
    above, below, squares, products, below_squares = sums.T
    ratio = np.divide(above, below, out=np.zeros_like(above), where=below > 0)
    spread = squares - 2 * ratio * products + ratio**2 * below_squares
    return np.asarray(np.sqrt(np.maximum(spread, 0)) / np.maximum(below, 1e-300))
