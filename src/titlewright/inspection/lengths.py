"""A distribution of whole numbers: quantiles and a histogram, exact up to a cap."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from titlewright.records import JsonObject

CAP = 2000  # what is longer counts as this long


class Bin(NamedTuple):
    """Lengths from `start` up to and without `end`; `end` None is open."""

    start: int
    end: int | None
    rows: int


class Lengths:
    def __init__(self) -> None:
        self._counts: Counter[int] = Counter()

    def add(self, length: int) -> None:
        self._counts[min(length, CAP)] += 1

    def quantile(self, fraction: float) -> int:
        """The smallest length that at least this fraction of titles doesn't exceed; 0 if none."""
        wanted, seen = fraction * self._counts.total(), 0
        for length in sorted(self._counts):
            seen += self._counts[length]
            if seen >= wanted:
                return length
        return 0

    @property
    def longest(self) -> int:
        return max(self._counts, default=0)

    def histogram(self, width: int = 10, last: int = 250) -> list[Bin]:
        """Bins of equal width up to `last`, then one open bin; up to the longest title."""
        if not self._counts:
            return []
        top = min(self.longest // width * width + width, last)
        bins = [
            Bin(start, start + width, sum(self._counts[n] for n in range(start, start + width)))
            for start in range(0, top, width)
        ]
        if self.longest >= last:
            rest = sum(rows for length, rows in self._counts.items() if length >= last)
            bins.append(Bin(last, None, rest))
        return bins

    def to_json(self) -> JsonObject:
        return {
            "median": self.quantile(0.5),
            "p95": self.quantile(0.95),
            "longest": self.longest,
            "histogram": [{"from": b.start, "to": b.end, "rows": b.rows} for b in self.histogram()],
        }
