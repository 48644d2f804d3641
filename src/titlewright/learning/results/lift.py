"""How much more often new titles lead to something than the ones before, all products together.

The ratio of rates by Mantel and Haenszel over strata, each a product on a day: only titles of the
same product on the same day are compared, so neither a policy that moves traffic to better titles
nor a busy season makes a lift of its own. The interval is Greenland and Robins 1985, "Estimation of
a common effect parameter from sparse follow-up data", Biometrics 41:55-68 (variance of the log).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_Z = 1.959964  # 95 % of a normal distribution lie within so many standard deviations


@dataclass(frozen=True, slots=True)
class Stratum:
    """Times shown, and of those with an outcome: of new titles and of the control."""

    new_shown: float
    new_outcomes: float
    control_shown: float
    control_outcomes: float


@dataclass(frozen=True, slots=True)
class Lift:
    """The relative lift, 0.1 for 10 % more, and its 95 % interval; strata that had both sides."""

    lift: float
    low: float
    high: float
    strata: int

    def to_json(self) -> dict[str, Any]:
        return {name: round(getattr(self, name), 6) for name in ("lift", "low", "high")} | {
            "strata": self.strata
        }


def pooled_lift(strata: Iterable[Stratum]) -> Lift | None:
    """The lift of all strata together; None where either side has no outcome in any of them."""
    new = control = spread = 0.0
    count = 0
    for one in strata:
        shown = one.new_shown + one.control_shown
        if not one.new_shown or not one.control_shown:
            continue
        outcomes = one.new_outcomes + one.control_outcomes
        new += one.new_outcomes * one.control_shown / shown
        control += one.control_outcomes * one.new_shown / shown
        spread += (
            outcomes * one.new_shown * one.control_shown / shown
            - one.new_outcomes * one.control_outcomes
        ) / shown
        count += 1
    if not new or not control:
        return None
    ratio, error = new / control, math.sqrt(max(0.0, spread) / (new * control))
    return Lift(
        ratio - 1, ratio * math.exp(-_Z * error) - 1, ratio * math.exp(_Z * error) - 1, count
    )
