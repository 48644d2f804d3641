"""The alarm for a sample ratio mismatch: arms that got other shares than they should have.

Something then decides who is counted, a redirect that loses some, bots, a logging fault; and the
comparison is worth nothing until it is found. Fabijan et al. 2019, "Diagnosing sample ratio
mismatch in online controlled experiments", KDD. Once, at the end: Pearson's chi-square test of the
counts. At any time: the probability of the counts under shares from a Dirichlet distribution around
the planned ones, divided by that under these, is an e-value; Lindon and Malek 2022, "Anytime-valid
inference for multinomial count data", NeurIPS (arXiv 2011.03567), section 3.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from titlewright.errors import LearningError

ALARM = 0.001  # the test is made in each experiment, so it is let cry wolf once in a thousand
_WEIGHT = 2500.0  # of the Dirichlet distribution: a share of a half is off by a hundredth, or so


@dataclass(frozen=True, slots=True)
class SampleRatio:
    """The test of the arms' counts. `alarm` says that they don't fit the shares."""

    p: float

    @property
    def alarm(self) -> bool:
        return self.p < ALARM


def sample_ratio(
    counts: Sequence[int], shares: Sequence[float] = (), *, any_time: bool = False
) -> SampleRatio:
    """Counts of units (shoppers, or impressions where these were assigned) against their shares.

    shares    even where not given. Raises LearningError where they don't fit the counts
    any_time  the test is right however often one looks
    """
    shares = shares or [1.0] * len(counts)
    if len(shares) != len(counts) or min(shares) <= 0 or len(counts) < 2:
        raise LearningError(
            f"{len(counts)} arms and the shares {list(shares)!r} don't fit: give one above 0 each."
        )
    planned = [share / sum(shares) for share in shares]
    total = sum(counts)
    if not total:
        return SampleRatio(1.0)
    if any_time:
        return SampleRatio(math.exp(min(0.0, -_log_evidence(counts, planned))))
    statistic = sum((n - total * share) ** 2 / (total * share)
                    for n, share in zip(counts, planned, strict=True))  # fmt: skip
    return SampleRatio(chi_square_tail(statistic, len(counts) - 1))


def _log_evidence(counts: Sequence[int], planned: Sequence[float]) -> float:
    """Log of the counts' probability with shares from the Dirichlet distribution, less that with
    the planned ones."""
    found = math.lgamma(_WEIGHT) - math.lgamma(_WEIGHT + sum(counts))
    for n, share in zip(counts, planned, strict=True):
        weight = _WEIGHT * share
        found += math.lgamma(weight + n) - math.lgamma(weight) - n * math.log(share)
    return found


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
