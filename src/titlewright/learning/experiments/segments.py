"""Lift by segment, with a correction of its own, and whether segments differ at all.

Whether they differ: Cochran's Q on the log ratios of click rates, or of mean values (Cochran 1954,
"The combination of estimates from different experiments", Biometrics 10:101-129). It is for one
look, whatever the lifts are for. Many segments show something by chance, so what is found here is a
reason for another test, not for a decision.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from statistics import fmean, variance

from titlewright.errors import LearningError
from titlewright.learning.experiments.clustered import log_ratio
from titlewright.learning.experiments.corrections import benjamini_hochberg
from titlewright.learning.experiments.cuped import adjusted
from titlewright.learning.experiments.findings import Arm, Cell, SegmentLift, total, units, worths
from titlewright.learning.experiments.sample_ratio import chi_square_tail


def by_segment(
    cells: Sequence[Cell],
    arms: Sequence[Arm],
    compared: Callable[[Sequence[Cell], str, str], Arm],
    *,
    by_unit: bool = False,
) -> tuple[SegmentLift, ...]:
    """The arms of one test, the control first, within each segment; `compared` compares two.

    by_unit  units were assigned, not impressions: how they differ is noise

    What is known from before is taken off within each segment. Segments in which too little was
    seen to compare an arm are left out.
    """
    split: dict[tuple[str, str], list[Cell]] = {}
    for cell in cells:
        for segment in cell.segments:
            split.setdefault(segment, []).append(cell)
    parts = {segment: adjusted(some)[0] for segment, some in split.items()}
    control = arms[0].name
    found: list[tuple[str, str, Arm]] = []
    for (by, name), some in parts.items():
        for arm in arms[1:]:
            with suppress(LearningError):
                found.append((by, name, compared(some, control, arm.name)))
    kinds = list(dict.fromkeys((by, arm.name) for by, _, arm in found))
    spread = {
        kind: _spread([_log_ratio(parts[by, segment], control, arm.name, by_unit)
                       for by, segment, arm in found if (by, arm.name) == kind])
        for kind in kinds
    }  # fmt: skip
    differs = dict(zip(kinds, benjamini_hochberg([spread[kind] for kind in kinds]), strict=True))
    corrected = benjamini_hochberg([arm.p or 0.0 for _, _, arm in found])
    return tuple(
        SegmentLift(by, segment, replace(arm, p=p), differs[by, arm.name])
        for (by, segment, arm), p in zip(found, corrected, strict=True)
    )


def _log_ratio(cells: Sequence[Cell], control: str, arm: str, by_unit: bool) -> tuple[float, float]:
    """Log of the ratio of rates and its variance, with half a click added to each; of values, log
    of the ratio of means, which says nothing (infinite variance) where one isn't above 0."""
    if by_unit:
        told = log_ratio(units(cells, control), units(cells, arm))
        return told.ratio, told.variance * told.freedom / (told.freedom - 2)  # as of Student's t
    if cells[0].worth is None:
        base, count = total(cells, control), total(cells, arm)
        ratio = (count.clicks + 0.5) / (count.impressions + 0.5) / (
            (base.clicks + 0.5) / (base.impressions + 0.5)
        )  # fmt: skip
        return math.log(ratio), 1 / (count.clicks + 0.5) + 1 / (base.clicks + 0.5)
    values = [worths(cells, name) for name in (control, arm)]
    means = [fmean(some) for some in values]
    if min(means) <= 0:
        return 0.0, math.inf
    errors = [
        variance(some) / len(some) / mean**2 for some, mean in zip(values, means, strict=True)
    ]
    return math.log(means[1] / means[0]), sum(errors)


def _spread(told: Sequence[tuple[float, float]]) -> float:
    weights = [1 / spread if spread else 0.0 for _, spread in told]
    if len(told) < 2 or not sum(weights):
        return 1.0
    middle = sum(w * value for w, (value, _) in zip(weights, told, strict=True)) / sum(weights)
    q = sum(w * (value - middle) ** 2 for w, (value, _) in zip(weights, told, strict=True))
    return chi_square_tail(q, sum(weight > 0 for weight in weights) - 1)
