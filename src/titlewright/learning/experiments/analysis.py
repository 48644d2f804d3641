"""An experiment's counts, or values by unit, turned into what they say and what to do.

Several tests may be analysed at once, such as one a product: comparisons are corrected over all
arms of all tests. Segments are looked at with a correction of their own; they never decide.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from statistics import fmean

from titlewright.errors import LearningError
from titlewright.learning.experiments import clustered
from titlewright.learning.experiments.corrections import CORRECTIONS
from titlewright.learning.experiments.cuped import adjusted
from titlewright.learning.experiments.findings import (
    Analysis,
    Arm,
    Cell,
    Rules,
    Verdict,
    total,
    units,
    worths,
)
from titlewright.learning.experiments.fixed import compare
from titlewright.learning.experiments.means import FEWEST, compare_means
from titlewright.learning.experiments.sample_ratio import SampleRatio, sample_ratio
from titlewright.learning.experiments.segments import by_segment
from titlewright.learning.experiments.sequential import monitor


def analyse(cells: Sequence[Cell], rules: Rules | None = None) -> list[Analysis]:
    """Every test in the cells, in the order in which they come.

    A test in which an arm wasn't shown (or by units wasn't clicked) yet goes on. Raises
    LearningError where a test has one arm alone, lacks its control, or has too few units.
    """
    rules = rules or Rules()
    tests: dict[str, list[Cell]] = {}
    for cell in cells:
        tests.setdefault(cell.test, []).append(cell)
    if not tests:
        raise LearningError("There is nothing to analyse: no arm was counted.")
    saved: dict[str, float | None] = {}
    compared: dict[str, list[Arm]] = {}
    for test, some in tests.items():
        told, saved[test] = adjusted(some)
        compared[test] = _arms(test, told, rules)
    raw = [arm.p for arms in compared.values() for arm in arms if arm.p is not None]
    corrected = iter(CORRECTIONS[rules.correction](raw))
    counted = {cell.arm for cell in cells}
    unseen = [name for name in rules.shares if name not in counted]  # no traffic at all
    found = []
    for test, arms in compared.items():
        judged = tuple(arm if arm.p is None else replace(arm, p=next(corrected)) for arm in arms)
        names = [arm.name for arm in judged] + unseen
        ratio = sample_ratio(
            [_units(tests[test], name, rules) for name in names],
            [rules.shares[name] for name in names] if rules.shares else (),
            any_time=rules.look == "any time",
        )
        verdict, winner, reason = _decide(judged, ratio, rules)
        segments = by_segment(
            tests[test], judged, partial(_compared, rules=rules), by_unit=rules.by_unit
        )
        found.append(Analysis(test, judged, ratio, verdict, winner, reason, segments, saved[test]))
    return found


def _arms(test: str, cells: Sequence[Cell], rules: Rules) -> list[Arm]:
    names = list(dict.fromkeys(cell.arm for cell in cells))
    control = rules.control or names[0]
    if control not in names or len(names) < 2:
        raise LearningError(
            f"Test {test!r} has the arms {', '.join(names)}: a comparison needs the control "
            f"{control!r} and another. Name the control as it is counted."
        )
    if rules.shares and (missing := [name for name in names if name not in rules.shares]):
        raise LearningError(f"The shares don't say how much of the traffic {missing[0]!r} gets.")
    names.remove(control)
    found = [_seen(cells, control)]
    for name in names:
        if why := _lacking(cells, (control, name), rules):
            found.append(_seen(cells, name, why))
            continue
        try:
            found.append(_compared(cells, control, name, rules=rules))
        except LearningError as error:
            where = f"Test {test!r}, arm {name!r}: " if test else ""
            raise LearningError(f"{where}{error}") from error
    return found


def _seen(cells: Sequence[Cell], name: str, why: str = "") -> Arm:
    mean = None if cells[0].worth is None else fmean(worths(cells, name))
    return Arm(name, total(cells, name), mean=mean, why=why)


def _lacking(cells: Sequence[Cell], arms: Sequence[str], rules: Rules) -> str:
    """Why the arms can't be compared yet, "" if they can."""
    for name in arms:
        count = total(cells, name)
        if cells[0].worth is not None and count.impressions < FEWEST:
            return f"{name} has too few units"
        if not count.impressions:
            return f"{name} wasn't shown yet"
        if rules.by_unit and not count.clicks:
            return f"{name} has no click yet"
    return ""


def _compared(cells: Sequence[Cell], control: str, name: str, *, rules: Rules) -> Arm:
    if cells[0].worth is not None:
        return _compared_values(cells, control, name, rules)
    base, count = total(cells, control), total(cells, name)
    if rules.by_unit:
        told = clustered.compare_units(units(cells, control), units(cells, name), level=rules.level)
        return Arm(name, count, told.lift, told.lift_interval, told.p)
    if rules.look == "planned end":
        once = compare(base, count, level=rules.level)
        return Arm(name, count, once.lift, once.lift_interval, once.p)
    share = rules.shares[name] / (rules.shares[name] + rules.shares[control]) if (
        rules.shares
    ) else None  # fmt: skip
    now = monitor(base, count, share=share, level=rules.level, expected=rules.expected)
    return Arm(name, count, now.lift, now.lift_interval, now.p)


def _compared_values(cells: Sequence[Cell], control: str, name: str, rules: Rules) -> Arm:
    import numpy as np

    values = [np.array(worths(cells, arm), float) for arm in (control, name)]
    now = compare_means(*values, level=rules.level, any_time=rules.look == "any time")
    return Arm(name, total(cells, name), now.lift, now.lift_interval, now.p,
               float(values[1].mean()))  # fmt: skip


def _decide(arms: Sequence[Arm], ratio: SampleRatio, rules: Rules) -> tuple[Verdict, str, str]:
    control, *others = arms
    verb = "is clicked" if control.mean is None else "brings"
    alpha = 1 - rules.level
    if ratio.alarm:
        return "mend first", "", (
            f"the arms' counts don't fit their shares (p = {ratio.p:.2g}): find out why before "
            "believing any lift"
        )  # fmt: skip
    sure = [arm for arm in others if arm.p is not None and arm.p <= alpha]
    better = [arm for arm in sure if (arm.lift or 0) > rules.worthwhile]
    if better:
        best = max(better, key=lambda arm: arm.lift or 0)
        return "ship", best.name, f"{best.name} {verb} {_lift_text(best)} than {control.name}"
    if all(arm in sure and (arm.lift or 0) < 0 for arm in others):
        return "keep the control", control.name, f"every other arm {verb} less"
    if all(arm.lift_interval and arm.lift_interval[1] <= rules.worthwhile for arm in others):
        return "no worthwhile difference", control.name, (
            f"no arm can bring a lift of more than {rules.worthwhile:.1%}"
        )  # fmt: skip
    if why := next((arm.why for arm in others if arm.why), ""):
        return "go on", "", f"nothing can be compared before there is more: {why}"
    if rules.look == "planned end":
        return "keep the control", control.name, "no arm is shown to be better"
    return "go on", "", "nothing is decided yet; looking again costs nothing"


def _lift_text(arm: Arm) -> str:
    lift = arm.lift or 0.0
    size = f"{abs(lift):.1%} " if math.isfinite(lift) else ""
    return f"{size}{'more' if lift > 0 else 'less'}"


def _units(cells: Sequence[Cell], arm: str, rules: Rules) -> int:
    """How many of what was assigned the arm got."""
    if rules.by_unit:
        return len(units(cells, arm))
    return total(cells, arm).impressions
