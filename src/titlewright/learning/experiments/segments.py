"""Lift by segment, with a correction of its own, and whether segments differ at all.

Whether they differ: Cochran's Q on the log ratios of click rates (Cochran 1954, "The combination of
estimates from different experiments", Biometrics 10:101-129). Many segments show something by
chance, so what is found here is a reason for another test, not for a decision.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from titlewright.learning.experiments.corrections import benjamini_hochberg
from titlewright.learning.experiments.counts import Count
from titlewright.learning.experiments.findings import Arm, Cell, SegmentLift, total
from titlewright.learning.experiments.sample_ratio import chi_square_tail


def by_segment(
    cells: Sequence[Cell], arms: Sequence[Arm], compared: Callable[[Sequence[Cell], str, str], Arm]
) -> tuple[SegmentLift, ...]:
    """The arms of one test, the control first, within each segment; `compared` compares two."""
    parts: dict[tuple[str, str], list[Cell]] = {}
    for cell in cells:
        for segment in cell.segments:
            parts.setdefault(segment, []).append(cell)
    control = arms[0].name
    found: list[tuple[str, str, Arm]] = []
    for (by, name), some in parts.items():
        base = total(some, control)
        for arm in arms[1:]:
            count = total(some, arm.name)
            if base.impressions and count.impressions:
                found.append((by, name, compared(some, control, arm.name)))
    kinds = list(dict.fromkeys((by, arm.name) for by, _, arm in found))
    spread = {
        kind: _spread([_log_ratio(total(parts[by, segment], control), arm.count)
                       for by, segment, arm in found if (by, arm.name) == kind])
        for kind in kinds
    }  # fmt: skip
    differs = dict(zip(kinds, benjamini_hochberg([spread[kind] for kind in kinds]), strict=True))
    adjusted = benjamini_hochberg([arm.p or 0.0 for _, _, arm in found])
    return tuple(
        SegmentLift(by, segment, replace(arm, p=p), differs[by, arm.name])
        for (by, segment, arm), p in zip(found, adjusted, strict=True)
    )


def _log_ratio(control: Count, arm: Count) -> tuple[float, float]:
    """Log of the ratio of rates and its variance, with half a click added to each."""
    ratio = (arm.clicks + 0.5) / (arm.impressions + 0.5) / (
        (control.clicks + 0.5) / (control.impressions + 0.5)
    )  # fmt: skip
    return math.log(ratio), 1 / (arm.clicks + 0.5) + 1 / (control.clicks + 0.5)


def _spread(told: Sequence[tuple[float, float]]) -> float:
    weights = [1 / variance for _, variance in told]
    middle = sum(w * value for w, (value, _) in zip(weights, told, strict=True)) / sum(weights)
    q = sum(w * (value - middle) ** 2 for w, (value, _) in zip(weights, told, strict=True))
    return chi_square_tail(q, len(told) - 1) if len(told) > 1 else 1.0
