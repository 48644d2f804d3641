"""The alarm for a sample ratio mismatch: arms that got other shares than they should have.

Something then decides who is counted, a redirect that loses some, bots, a logging fault; and the
comparison is worth nothing until it is found. Fabijan et al. 2019, "Diagnosing sample ratio
mismatch in online controlled experiments", KDD. Pearson's chi-square test of the counts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from titlewright.errors import LearningError

ALARM = 0.001  # the test is made in each experiment, so it is let cry wolf once in a thousand


@dataclass(frozen=True, slots=True)
class SampleRatio:
    """The chi-square test of the arms' counts. `alarm` says that they don't fit the shares."""

    statistic: float
    p: float

    @property
    def alarm(self) -> bool:
        return self.p < ALARM


def sample_ratio(counts: Sequence[int], shares: Sequence[float] = ()) -> SampleRatio:
    """Counts of units (shoppers, or impressions where these were assigned) against their shares.

    shares  even where not given. Raises LearningError where they don't fit the counts.
    """
    shares = shares or [1 / len(counts)] * len(counts)
    if len(shares) != len(counts) or min(shares) <= 0 or len(counts) < 2:
        raise LearningError(
            f"{len(counts)} arms and the shares {list(shares)!r} don't fit: give one above 0 each."
        )
    total, whole = sum(counts), sum(shares)
    if not total:
        return SampleRatio(0.0, 1.0)
    expected = [total * share / whole for share in shares]
    statistic = sum((n - e) ** 2 / e for n, e in zip(counts, expected, strict=True))
    return SampleRatio(statistic, chi_square_tail(statistic, len(counts) - 1))


def chi_square_tail(statistic: float, freedom: int) -> float:
    """Probability of a chi-square above the statistic, with that many degrees of freedom.

    By the recurrence Q(a + 1, x) = Q(a, x) + x^a exp(-x) / Gamma(a + 1) of the incomplete gamma
    function (NIST Digital Library of Mathematical Functions, 8.8.6), from Q(1/2, x) = erfc(sqrt x)
    or Q(1, x) = exp(-x).
    """
    x = statistic / 2
    if x <= 0:
        return 1.0
    a = 0.5 if freedom % 2 else 1.0
    tail = math.erfc(math.sqrt(x)) if freedom % 2 else math.exp(-x)
    while a < freedom / 2:
        tail += math.exp(a * math.log(x) - x - math.lgamma(a + 1))
        a += 1
    return min(tail, 1.0)
