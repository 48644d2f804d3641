"""Two click rates compared once, at the end that was planned before.

Test: z with the pooled rate. Intervals from Wilson's (1927) score intervals of the single rates:
of the difference Newcombe 1998, "Interval estimation for the difference between independent
proportions", Statistics in Medicine 17:873-890, method 10; of the ratio by the same recovery of
variances, Donner and Zou 2012, "Closed-form confidence intervals for functions of the normal mean
and standard deviation", Statistical Methods in Medical Research 21:347-359. Both stay sensible
where clicks are few. Looking before the end makes them wrong: see sequential.py.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from titlewright.errors import LearningError
from titlewright.learning.experiments.counts import Count, check_share, lift_over

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Comparison:
    """An arm beside the control. Rates are clicks an impression, lift is rate / control's - 1.

    Where the control has no click the lift is infinite, NaN where the arm has none either.
    """

    difference: float
    difference_interval: Interval
    lift: float
    lift_interval: Interval
    p: float  # two-sided


def compare(control: Count, arm: Count, *, level: float = 0.95) -> Comparison:
    """The arm's click rate beside the control's. Raises LearningError for an arm never shown."""
    for count in (control, arm):
        if not count.impressions:
            raise LearningError("An arm without impressions can't be compared. Leave it out.")
    z = NormalDist().inv_cdf((1 + check_share(level, "The level")) / 2)
    return Comparison(
        arm.rate - control.rate,
        _difference_interval(control, arm, z),
        lift_over(control.rate, arm.rate),
        _lift_interval(control, arm, z),
        p_value(control, arm),
    )


def p_value(control: Count, arm: Count) -> float:
    """Two-sided p of equal rates, 1 where nothing or everything was clicked."""
    both = control + arm
    variance = both.rate * (1 - both.rate) * (1 / control.impressions + 1 / arm.impressions)
    if variance <= 0:
        return 1.0
    return math.erfc(abs(arm.rate - control.rate) / math.sqrt(2 * variance))


def wilson(count: Count, z: float) -> Interval:
    """The score interval of one rate, z standard errors to each side."""
    n, rate = count.impressions, count.rate
    centre = rate + z * z / (2 * n)
    margin = z * math.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    low, high = ((centre + side) / (1 + z * z / n) for side in (-margin, margin))
    return (low if count.clicks else 0.0, high if count.clicks < n else 1.0)


def _difference_interval(control: Count, arm: Count, z: float) -> Interval:
    low, high = wilson(arm, z)
    control_low, control_high = wilson(control, z)
    difference = arm.rate - control.rate
    return (
        difference - math.hypot(arm.rate - low, control_high - control.rate),
        difference + math.hypot(high - arm.rate, control.rate - control_low),
    )


def _lift_interval(control: Count, arm: Count, z: float) -> Interval:
    """Of the ratio, less 1: where the interval of the difference arm - ratio * control begins at 0.

    That is the root of a quadratic equation in the ratio; the lower one is written so that nothing
    is divided by what may be 0.
    """
    low, high = wilson(arm, z)
    control_low, control_high = wilson(control, z)
    middle = arm.rate * control.rate
    near = low * (2 * arm.rate - low)
    far = control_high * (2 * control.rate - control_high)
    reach = middle + math.sqrt(max(middle**2 - near * far, 0.0))
    below = near / reach if reach else 0.0
    near = control_low * (2 * control.rate - control_low)
    far = high * (2 * arm.rate - high)
    above = (middle + math.sqrt(max(middle**2 - near * far, 0.0))) / near if near else math.inf
    return below - 1, above - 1
