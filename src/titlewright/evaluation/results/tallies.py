"""Measures of many products in little memory: equal products are counted, not kept.

A bootstrap over products needs only how often each pair of values occurs: drawing a product again
is drawing its pair again.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from titlewright.evaluation.bootstrap import Sample, difference_interval, interval
from titlewright.records import JsonObject

BANDS = (0.5, 0.75, 0.9)  # where a score's bands begin, after 0


class Part(NamedTuple):
    """What one product adds to a ratio of sums; a mean has 1 below."""

    above: float
    below: float = 1.0


_NOTHING = Part(0.0, 0.0)


class BeforeAfter:
    """One measure of the titles before and after, over products."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[Part, Part]] = Counter()

    def add(self, before: Part | None, after: Part | None, times: int = 1) -> None:
        """Count a product; None where the measure doesn't apply to its title, or it has none."""
        pair = (before or _NOTHING, after or _NOTHING)
        if any(part.below for part in pair):
            self._counts[pair] += times

    def merge(self, other: BeforeAfter) -> None:
        self._counts.update(other._counts)

    def figures(self, seed: int = 0) -> JsonObject:
        """{"before", "after", "difference"}: each None or {"value", "low", "high", "products"}.

        The difference is that of the products measured both before and after.
        """
        both = sorted(pair for pair in self._counts if all(part.below for part in pair))
        return {
            "before": self._side(0, seed),
            "after": self._side(1, seed),
            "difference": self._difference(both, seed),
        }

    def _side(self, place: int, seed: int) -> JsonObject | None:
        pairs = sorted(pair for pair in self._counts if pair[place].below)
        sample = self._sample(pairs, place)
        bounds = interval(sample, seed=seed) if pairs else None
        if sample.value is None or bounds is None:
            return None
        return _figure(sample.value, bounds, sum(self._counts[pair] for pair in pairs))

    def _difference(self, pairs: list[tuple[Part, Part]], seed: int) -> JsonObject | None:
        if not pairs:
            return None
        before, after = self._sample(pairs, 0), self._sample(pairs, 1)
        bounds = difference_interval(after, before, seed=seed)
        if before.value is None or after.value is None or bounds is None:
            return None
        products = sum(self._counts[pair] for pair in pairs)
        return _figure(after.value - before.value, bounds, products)

    def _sample(self, pairs: list[tuple[Part, Part]], place: int) -> Sample:
        """The parts of each pair, shape (pairs,), with how many products have it."""
        import numpy as np

        return Sample(
            np.array([pair[place].above for pair in pairs], dtype=float),
            np.array([pair[place].below for pair in pairs], dtype=float),
            times=np.array([self._counts[pair] for pair in pairs], dtype=float),
        )


def _figure(value: float, bounds: tuple[float, float], products: int) -> JsonObject:
    return {
        "value": round(value, 6),
        "low": round(bounds[0], 6),
        "high": round(bounds[1], 6),
        "products": products,
    }


class Distribution:
    """Scores in [0, 1], kept to two decimals."""

    def __init__(self) -> None:
        self._counts: Counter[float] = Counter()

    def add(self, value: float) -> None:
        self._counts[round(min(max(value, 0.0), 1.0), 2)] += 1

    def figures(self, seed: int = 0) -> JsonObject:
        """{"products", "mean", "low", "high", "p10", "median", "p90", "bands"}.

        `bands` are the shares of scores from 0 and from each of BANDS on.
        """
        mean = BeforeAfter()
        for value, times in self._counts.items():
            mean.add(None, Part(value), times)
        told = mean.figures(seed)["after"] or {"value": None, "low": None, "high": None}
        return {
            "products": self._counts.total(),
            "mean": told["value"],
            "low": told["low"],
            "high": told["high"],
            "p10": self._quantile(0.1),
            "median": self._quantile(0.5),
            "p90": self._quantile(0.9),
            "bands": self._bands(),
        }

    def _quantile(self, fraction: float) -> float | None:
        """The smallest value that at least this fraction doesn't exceed."""
        seen = 0
        for value in sorted(self._counts):
            seen += self._counts[value]
            if seen >= fraction * self._counts.total():
                return value
        return None

    def _bands(self) -> list[float]:
        """Shares of the scores from 0, from 0.5, from 0.75 and from 0.9."""
        counts = [0] * (len(BANDS) + 1)
        for value, times in self._counts.items():
            counts[sum(value >= start for start in BANDS)] += times
        total = self._counts.total()
        return [round(count / total, 4) if total else 0.0 for count in counts]
