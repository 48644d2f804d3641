"""What was counted of one arm of an experiment."""

from __future__ import annotations

import math
from dataclasses import dataclass

from titlewright.errors import LearningError


@dataclass(frozen=True, slots=True)
class Count:
    """Impressions of an arm and clicks on them, at most one an impression.

    Where shoppers are counted instead, `impressions` are shoppers and `clicks` those who clicked.
    Raises LearningError for counts that can't be.
    """

    impressions: int
    clicks: int

    def __post_init__(self) -> None:
        if not 0 <= self.clicks <= self.impressions:
            raise LearningError(
                f"{self.clicks} clicks of {self.impressions} impressions can't be. Count each "
                "impression once, and a click on it at most once."
            )

    @property
    def rate(self) -> float:
        """Clicks an impression, NaN where there is none."""
        return self.clicks / self.impressions if self.impressions else math.nan

    def __add__(self, other: Count) -> Count:
        return Count(self.impressions + other.impressions, self.clicks + other.clicks)


def lift_over(control: float, arm: float) -> float:
    """Arm / control - 1. Where the control isn't above 0 the lift is infinite, with the sign of the
    difference; NaN where there is none."""
    if control > 0:
        return arm / control - 1
    return math.copysign(math.inf, arm - control) if arm != control else math.nan


def check_share(value: float, name: str) -> float:
    """The value where it lies in (0, 1). Raises LearningError elsewhere."""
    if not 0 < value < 1:
        raise LearningError(
            f"{name} must lie between 0 and 1, both left out, not {value!r}. Write 5 % as 0.05."
        )
    return value
