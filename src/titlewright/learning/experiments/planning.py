"""How many impressions an experiment takes, and how many days.

Two proportions, two-sided: Fleiss, Levin and Paik 2003, "Statistical Methods for Rates and
Proportions", chapter 4 (no continuity correction). With several arms beside the control, each
comparison gets its part of alpha (Bonferroni). Where clusters are assigned, impressions count less
by the design effect 1 + (m - 1) * rho of Kish 1965, "Survey Sampling".
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

from titlewright.errors import LearningError
from titlewright.learning.experiments.counts import check_share
from titlewright.learning.experiments.sequential import prior_of, threshold

_NORMAL = NormalDist()
_MOST = 10**12  # impressions an arm: more than any shop has
_LARGEST = 5.0  # lift that the always-valid test is told to look for


@dataclass(frozen=True, slots=True)
class Plan:
    """What an experiment takes.

    arms             the control included
    per_arm          impressions of each arm for one look at the planned end
    per_arm_always   impressions of each arm by which the always-valid test has the same power, at
                     most: it mostly stops long before. None for clusters, which it can't compare
    days, days_always  the same in days, rounded up; None where the impressions a day aren't known
    """

    rate: float
    lift: float
    power: float
    alpha: float
    arms: int
    per_arm: int
    per_arm_always: int | None
    days: int | None
    days_always: int | None

    def to_json(self) -> dict[str, float | int | None]:
        return {name: getattr(self, name) for name in self.__slots__}


def plan(
    rate: float, lift: float, *, power: float = 0.8, alpha: float = 0.05, arms: int = 2,
    daily: float | None = None, cluster_size: float = 1.0, correlation: float = 0.0,
) -> Plan:  # fmt: skip
    """What it takes to find a lift of a click rate.

    rate          the control's click rate
    lift          relative: 0.1 is 10 % more clicks
    daily         impressions a day, of all arms together
    cluster_size  impressions of a cluster, where clusters of products are assigned
    correlation   of clicks within a cluster (rho), 0 to 1

    Raises LearningError for values that make no sense together.
    """
    for name, value in (("The click rate", rate), ("Power", power), ("Alpha", alpha)):
        check_share(value, name)
    raised = rate * (1 + lift)
    if lift == 0 or not 0 < raised < 1:
        raise LearningError(
            f"A lift of {lift!r} on a click rate of {rate!r} gives {raised:g}: it must change the "
            "rate, and the new one lie between 0 and 1. Write 10 % as 0.1."
        )
    if arms < 2:
        raise LearningError(f"An experiment has two arms or more, not {arms}.")
    if not 0 <= correlation <= 1 or cluster_size < 1:
        raise LearningError(
            f"Clusters of {cluster_size!r} impressions correlated {correlation!r} can't be: give "
            "1 or more, and a correlation from 0 to 1."
        )
    if daily is not None and not daily > 0:
        raise LearningError(f"Impressions a day must be above 0, not {daily!r}.")
    each = alpha / (arms - 1)
    effect = 1 + (cluster_size - 1) * correlation
    fixed = math.ceil(effect * fixed_size(rate, raised, power, each))
    expected = min(abs(lift), _LARGEST)
    always = None if cluster_size > 1 else math.ceil(
        always_size(rate, raised, power, each, expected=expected)
    )  # fmt: skip
    return Plan(
        rate, lift, power, alpha, arms, fixed, always, _days(fixed, arms, daily),
        _days(always, arms, daily),
    )  # fmt: skip


def fixed_size(rate: float, raised: float, power: float, alpha: float) -> float:
    """Impressions an arm for one look at the end."""
    middle = (rate + raised) / 2
    null = _NORMAL.inv_cdf(1 - alpha / 2) * math.sqrt(2 * middle * (1 - middle))
    other = _NORMAL.inv_cdf(power) * math.sqrt(rate * (1 - rate) + raised * (1 - raised))
    return ((null + other) / (raised - rate)) ** 2


def always_size(
    rate: float, raised: float, power: float, alpha: float, *, expected: float
) -> float:
    """Impressions an arm after which the always-valid test has stopped with that probability.

    From above: counted is where it is past its limit just then, not where it was before.
    """
    share = raised / (rate + raised)  # of the clicks that come from the arm
    prior = prior_of(0.5, expected)

    def reached(clicks: float) -> bool:
        needed = threshold(clicks, alpha, prior)  # share of the clicks, to either side
        deviation = math.sqrt(share * (1 - share) / clicks)
        return _NORMAL.cdf((abs(share - 0.5) - needed) / deviation) >= power

    return _smallest(reached) / (rate + raised)


def _smallest(reached: Callable[[float], bool]) -> float:
    low, high = 1.0, 2.0
    while not reached(high):
        low, high = high, 2 * high
        if high > _MOST:
            raise LearningError("No experiment is long enough for this. Plan for a larger lift.")
    while high - low > 0.5:
        middle = (low + high) / 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high


def _days(per_arm: int | None, arms: int, daily: float | None) -> int | None:
    return None if daily is None or per_arm is None else math.ceil(per_arm * arms / daily)
