"""What an experiment's analysis reads, goes by and finds: the records."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from titlewright.errors import LearningError
from titlewright.learning.experiments.corrections import CORRECTIONS
from titlewright.learning.experiments.counts import Count
from titlewright.learning.experiments.fixed import Interval
from titlewright.learning.experiments.sample_ratio import SampleRatio
from titlewright.learning.experiments.sequential import EXPECTED_LIFT

Look = Literal["any time", "planned end"]
Verdict = Literal["ship", "keep the control", "no worthwhile difference", "go on", "mend first"]


@dataclass(frozen=True, slots=True)
class Worth:
    """What one unit brought, such as money; `before` is what is known of it from before."""

    value: float
    before: float | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """Counts of an arm of a test, within a segment and a unit where these are known.

    worth  where values are compared, not counts: the cell is then one unit
    """

    test: str
    arm: str
    count: Count
    segments: tuple[tuple[str, str], ...] = ()  # (what they are by, which one)
    unit: str = ""
    worth: Worth | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """How an experiment is judged.

    look        "any time": always-valid tests; "planned end": one look, at the planned size
    control     the control arm; "" is the first one counted
    shares      planned shares by arm; even where empty
    level       of intervals; 1 - level is alpha
    worthwhile  lift below which a title isn't worth changing: an arm that is surely below it stops,
                one that is surely better ships where its estimate is above it
    expected    lift that the always-valid test looks for first
    correction  "holm", "benjamini-hochberg" or "none"
    by_unit     units were assigned, not impressions: their spread makes the intervals
    """

    look: Look = "any time"
    control: str = ""
    shares: Mapping[str, float] = field(default_factory=dict)
    level: float = 0.95
    worthwhile: float = 0.0
    expected: float = EXPECTED_LIFT
    correction: str = "holm"
    by_unit: bool = False

    def __post_init__(self) -> None:
        if self.correction not in CORRECTIONS:
            raise LearningError(
                f"There is no correction {self.correction!r}. Choose from {', '.join(CORRECTIONS)}."
            )
        if self.by_unit and self.look == "any time":
            raise LearningError(
                "Counts by unit are compared at the planned end only: clicks of one unit hang "
                "together, which the always-valid test can't tell. Look once, at the end "
                "(--fixed), or count each shopper once (--unit who)."
            )


def read_shares(written: Sequence[str]) -> dict[str, float]:
    """Shares by arm from texts such as "control=0.5". Raises LearningError for any other."""
    shares: dict[str, float] = {}
    for text in written:
        arm, _, share = text.rpartition("=")
        try:
            shares[arm] = float(share)
        except ValueError:
            shares[arm] = 0.0
        if not arm or not 0 < shares[arm] < 1:
            raise LearningError(f"{text!r} is no share of an arm. Write it as ARM=0.5.")
    return shares


@dataclass(frozen=True, slots=True)
class Arm:
    """An arm beside the control; `p` is corrected, `lift_interval` is not. None for the control.

    mean  where values are compared: what a unit brought; `count` are then units, and those of them
          that brought anything
    why   it can't be compared yet, "" where it is
    """

    name: str
    count: Count
    lift: float | None = None
    lift_interval: Interval | None = None
    p: float | None = None
    mean: float | None = None
    why: str = ""

    def to_json(self) -> dict[str, Any]:
        low, high = self.lift_interval or (None, None)
        counted = {
            "impressions": self.count.impressions, "clicks": self.count.clicks,
            "rate": number(self.count.rate),
        } if self.mean is None else {
            "units": self.count.impressions, "mean": number(self.mean),
        }  # fmt: skip
        return {
            "arm": self.name, **counted, "lift": number(self.lift), "low": number(low),
            "high": number(high), "p": _digits(self.p),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class SegmentLift:
    """The lift of an arm within a segment; `differs` is the corrected p that segments are alike."""

    by: str
    segment: str
    arm: Arm
    differs: float

    def to_json(self) -> dict[str, Any]:
        return {"by": self.by, "segment": self.segment, "differs": _digits(self.differs)} | (
            self.arm.to_json()
        )


@dataclass(frozen=True, slots=True)
class Analysis:
    """One test: its arms, the control first, the verdict, and the winner where there is one.

    saved  share of the variance of values that what is known from before took off (CUPED)
    """

    test: str
    arms: tuple[Arm, ...]
    sample_ratio: SampleRatio
    verdict: Verdict
    winner: str
    reason: str
    segments: tuple[SegmentLift, ...] = ()
    saved: float | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "test": self.test, "verdict": self.verdict, "winner": self.winner,
            "reason": self.reason, "sample_ratio_p": _digits(self.sample_ratio.p),
            **({} if self.saved is None else {"variance_saved": number(self.saved)}),
            "arms": [arm.to_json() for arm in self.arms],
            "segments": [segment.to_json() for segment in self.segments],
        }  # fmt: skip


def total(cells: Sequence[Cell], arm: str) -> Count:
    """What was counted of an arm, over all of the cells."""
    return sum((cell.count for cell in cells if cell.arm == arm), Count(0, 0))


def units(cells: Sequence[Cell], arm: str) -> dict[str, Count]:
    """What was counted of each unit of an arm."""
    found: dict[str, Count] = {}
    for cell in cells:
        if cell.arm == arm:
            found[cell.unit] = found.get(cell.unit, Count(0, 0)) + cell.count
    return found


def worths(cells: Sequence[Cell], arm: str) -> list[float]:
    """What each unit of an arm brought."""
    return [cell.worth.value for cell in cells if cell.arm == arm and cell.worth]


def number(value: float | None) -> float | None:
    """A figure for JSON, which knows no infinity."""
    return round(value, 6) if value is not None and math.isfinite(value) else None


def _digits(p: float | None) -> float | None:
    """A p for JSON, with three digits, however small."""
    return None if p is None else float(f"{p:.3g}")
