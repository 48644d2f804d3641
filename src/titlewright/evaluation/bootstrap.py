"""95 % intervals by the bootstrap, and paired intervals for the difference of two systems.

Efron & Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13 (percentile intervals).
The unit that is drawn again is the product, or for findability the query.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import numpy

RESAMPLES = 1000
_CHUNK = 100  # resamples drawn at once: bounds the memory at 100 * units * 8 bytes


@dataclass(frozen=True, slots=True)
class Sample:
    """A measure as the ratio of two sums over units, both of shape (units,).

    A mean is the ratio with 1 for each unit that counts; units that don't count hold 0 and 0.
    `scale` multiplies the ratio, such as 1000 for "per 1,000 titles". `times`, also of shape
    (units,), says how many equal units each entry stands for; None means one each.
    """

    numerator: numpy.ndarray
    denominator: numpy.ndarray
    scale: float = 1.0
    times: numpy.ndarray | None = None

    @property
    def value(self) -> float | None:
        """The ratio, None where no unit counts."""
        total = self._sum(self.denominator)
        return self.scale * self._sum(self.numerator) / total if total else None

    def _sum(self, parts: numpy.ndarray) -> float:
        return float(parts.sum() if self.times is None else parts @ self.times)


def mean_of(values: list[float | None]) -> Sample:
    """The mean over units, None for a unit that doesn't count."""
    import numpy as np

    return Sample(
        np.array([value or 0.0 for value in values]),
        np.array([float(value is not None) for value in values]),
    )


def interval(sample: Sample, *, seed: int = 0) -> tuple[float, float] | None:
    """The middle 95 % of the measure over resampled units, None where no unit counts."""
    return None if sample.value is None else _middle([sample], seed)


def difference_interval(
    ours: Sample, theirs: Sample, *, seed: int = 0
) -> tuple[float, float] | None:
    """The middle 95 % of ours - theirs, both on the same resampled units (and `times` of ours).

    Raises ValueError when the two don't have the same number of units.
    """
    if ours.numerator.shape != theirs.numerator.shape:
        raise ValueError(
            f"Paired samples need the same units, not {ours.numerator.shape[0]} "
            f"and {theirs.numerator.shape[0]}."
        )
    if ours.value is None or theirs.value is None:
        return None
    return _middle([ours, theirs], seed)


def _middle(samples: list[Sample], seed: int) -> tuple[float, float]:
    """Percentiles 2.5 and 97.5 of the first sample's ratio, less the second's if there is one."""
    import numpy as np

    entries, times = samples[0].numerator.shape[0], samples[0].times
    units = entries if times is None else int(times.sum())
    shares = np.full(entries, 1 / entries) if times is None else times / units
    rng = np.random.default_rng(seed)
    results = []
    for _ in range(0, RESAMPLES, _CHUNK):
        # How often each unit is drawn: the same as drawing indices, and a matrix product away.
        counts = rng.multinomial(units, shares, size=_CHUNK)  # (chunk, entries)
        ratios = [_ratio(counts, sample) for sample in samples]
        results.append(ratios[0] if len(ratios) == 1 else ratios[0] - ratios[1])
    low, high = np.nanpercentile(np.concatenate(results), [2.5, 97.5])
    return float(low), float(high)


def _ratio(counts: numpy.ndarray, sample: Sample) -> numpy.ndarray:
    import numpy as np

    tops = counts @ sample.numerator  # (chunk,)
    bottoms = counts @ sample.denominator  # (chunk,)
    empty = np.full(tops.shape, np.nan)  # a resample without any unit that counts says nothing
    ratios = np.divide(tops, bottoms, out=empty, where=bottoms > 0)
    return cast("numpy.ndarray", sample.scale * ratios)
