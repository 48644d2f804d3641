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
from statistics import NormalDist

from titlewright.errors import LearningError
from titlewright.learning.experiments.counts import Count, check_share
from titlewright.learning.experiments.fixed import Comparison

FEWEST = 10  # units with impressions: below it no interval is to be trusted


def compare_units(
    control: Mapping[str, Count], arm: Mapping[str, Count], *, level: float = 0.95
) -> Comparison:
    """Counts by unit of the control and of the arm; a unit may stand in both.

    Raises LearningError for fewer than ten units, and for arms without impressions or clicks.
    """
    units = sorted({unit for counts in (control, arm) for unit in counts})
    if len(units) < FEWEST:
        raise LearningError(
            f"{len(units)} units say too little of how much units differ; {FEWEST} are the least. "
            "Assign more products, or smaller clusters."
        )
    totals = [sum(counts.values(), Count(0, 0)) for counts in (control, arm)]
    if not all(total.clicks for total in totals):
        raise LearningError("An arm has no click yet: wait for some before comparing.")
    parts: dict[str, float] = defaultdict(float)
    for sign, counts, total in zip((-1, 1), (control, arm), totals, strict=True):
        for unit, count in counts.items():
            parts[unit] += sign * (count.clicks - total.rate * count.impressions) / total.clicks
    freedom = len(units) - (1 if set(control) & set(arm) else 2)
    scale = len(units) / freedom
    error = math.sqrt(scale * sum(part**2 for part in parts.values()))
    ratio = math.log(totals[1].rate / totals[0].rate)
    wide = student_quantile((1 + check_share(level, "The level")) / 2, freedom)
    low, high = (math.expm1(ratio + side * wide * error) for side in (-1, 1))
    rate = totals[0].rate
    return Comparison(
        totals[1].rate - rate,
        (rate * low, rate * high),
        math.expm1(ratio),
        (low, high),
        _student_p(ratio / error, freedom) if error else 1.0,
    )


def student_quantile(share: float, freedom: int) -> float:
    """Student's t by the expansion of Abramowitz and Stegun 1964, 26.7.5, good from 5 degrees."""
    z = NormalDist().inv_cdf(share)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / float(freedom) ** power for power, term in enumerate(terms, 1))


def _student_p(t: float, freedom: int) -> float:
    """Two-sided, by the normal approximation of Abramowitz and Stegun 1964, 26.7.8."""
    z = abs(t) * (1 - 1 / (4 * freedom)) / math.sqrt(1 + t * t / (2 * freedom))
    return math.erfc(z / math.sqrt(2))
