"""Click rates where units, not impressions, were assigned: products, clusters, or shoppers whole.

Impressions of one unit are alike, so they count for less than as many of different ones. The ratio
of the arms' rates, each all clicks over all impressions, with a variance from the units: the delta
method (Deng, Knoblich and Lu 2018, "Applying the delta method in metric analytics", KDD), written
as the sum of what each unit contributes, so that a unit that crosses over from arm to arm is
compared with itself. For few units the interval takes Student's t.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

from titlewright.errors import LearningError
from titlewright.learning.experiments.counts import Count, check_share
from titlewright.learning.experiments.fixed import Comparison

FEWEST, FEWEST_OF_ARM = 10, 5  # units with impressions: below it no interval is to be trusted


@dataclass(frozen=True, slots=True)
class LogRatio:
    """Log of the arm's rate over the control's, its variance, and the degrees of freedom."""

    ratio: float
    variance: float
    freedom: float


def compare_units(
    control: Mapping[str, Count], arm: Mapping[str, Count], *, level: float = 0.95
) -> Comparison:
    """Counts by unit of the control and of the arm; a unit may stand in both.

    Raises LearningError as `log_ratio` does.
    """
    found = log_ratio(control, arm)
    ratio, error = found.ratio, math.sqrt(found.variance)
    wide = student_quantile((1 + check_share(level, "The level")) / 2, found.freedom)
    low, high = (math.expm1(ratio + side * wide * error) for side in (-1, 1))
    rate = _total(control).rate
    return Comparison(
        rate * math.expm1(ratio),
        (rate * low, rate * high),
        math.expm1(ratio),
        (low, high),
        student_p(ratio / error, found.freedom) if error else 1.0,
    )


def log_ratio(control: Mapping[str, Count], arm: Mapping[str, Count]) -> LogRatio:
    """Of the arms' click rates. Units that were shown in no arm count for nothing.

    Degrees of freedom by Welch 1947 where no unit crosses over, else those of the smaller arm.
    Raises LearningError for fewer than ten units or five in an arm, and for arms without clicks.
    """
    control, arm = ({unit: count for unit, count in one.items() if count.impressions}
                    for one in (control, arm))  # fmt: skip
    units, fewest = len({*control, *arm}), min(len(control), len(arm))
    if units < FEWEST or fewest < FEWEST_OF_ARM:
        raise LearningError(
            f"{units} units with impressions, {fewest} in the smaller arm, say too little of how "
            f"much units differ; {FEWEST} are the least, and {FEWEST_OF_ARM} in an arm. Assign "
            "more products, or smaller clusters."
        )
    totals = [_total(counts) for counts in (control, arm)]
    if not all(total.clicks for total in totals):
        raise LearningError("An arm has no click yet: wait for some before comparing.")
    parts: dict[str, float] = defaultdict(float)
    own = []  # what each arm by itself adds to the variance, and its degrees of freedom
    for sign, counts, total in zip((-1, 1), (control, arm), totals, strict=True):
        scale = sign * math.sqrt(len(counts) / (len(counts) - 1)) / total.clicks
        told = {unit: scale * (count.clicks - total.rate * count.impressions)
                for unit, count in counts.items()}  # fmt: skip
        for unit, part in told.items():
            parts[unit] += part
        own.append((sum(part**2 for part in told.values()), len(counts) - 1))
    freedom = float(fewest - 1)
    spread = sum(variance**2 / degrees for variance, degrees in own)
    if not set(control) & set(arm) and spread:
        freedom = sum(variance for variance, _ in own) ** 2 / spread
    return LogRatio(
        math.log(totals[1].rate / totals[0].rate), sum(part**2 for part in parts.values()), freedom
    )


def _total(counts: Mapping[str, Count]) -> Count:
    return sum(counts.values(), Count(0, 0))


def student_quantile(share: float, freedom: float) -> float:
    """Student's t by the expansion of Abramowitz and Stegun 1964, 26.7.5, good from 5 degrees."""
    z = NormalDist().inv_cdf(share)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / freedom**power for power, term in enumerate(terms, 1))


def student_p(t: float, freedom: float) -> float:
    """Two-sided, by the normal approximation of Wallace 1959, "Bounds on normal approximations to
    Student's and the chi-square distributions", Annals of Mathematical Statistics 30:1121-1130."""
    z = (8 * freedom + 1) / (8 * freedom + 3) * math.sqrt(freedom * math.log1p(t * t / freedom))
    return math.erfc(z / math.sqrt(2))
