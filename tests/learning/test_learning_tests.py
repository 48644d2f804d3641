"""Tests of two click rates: errors as promised at a planned end, and at any time."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.random import Generator

from titlewright.errors import LearningError
from titlewright.learning.experiments.clustered import compare_units, student_p, student_quantile
from titlewright.learning.experiments.corrections import benjamini_hochberg, holm
from titlewright.learning.experiments.counts import Count
from titlewright.learning.experiments.cuped import cuped
from titlewright.learning.experiments.fixed import compare
from titlewright.learning.experiments.means import boundary, compare_means
from titlewright.learning.experiments.planning import always_size, plan
from titlewright.learning.experiments.sample_ratio import chi_square_tail, sample_ratio
from titlewright.learning.experiments.sequential import (
    evidence_path,
    monitor,
    prior_of,
)


def test_newcombes_own_example() -> None:
    """Newcombe 1998, table II: 56/70 and 48/80, method 10: 0.0524 to 0.3339."""
    found = compare(Count(80, 48), Count(70, 56))
    assert found.difference_interval == pytest.approx((0.0524, 0.3339), abs=1e-4)


@pytest.mark.parametrize("rate", [0.005, 0.05])
def test_intervals_of_difference_and_lift_hold_the_truth_in_95_of_100(
    rng: Generator, rate: float
) -> None:
    held = np.zeros(2)
    for _ in range(2000):
        control, arm = (Count(4000, int(rng.binomial(4000, r))) for r in (rate, 1.3 * rate))
        found = compare(control, arm)
        for at, (truth, (low, high)) in enumerate(
            ((0.3 * rate, found.difference_interval), (0.3, found.lift_interval))
        ):
            held[at] += low <= truth <= high
    assert np.all(abs(held / 2000 - 0.95) < 0.015)  # three standard errors


def test_few_clicks_make_wide_intervals_not_nonsense() -> None:
    none = compare(Count(100, 0), Count(100, 2))
    assert none.lift == monitor(Count(100, 0), Count(100, 2)).lift == math.inf
    assert math.isnan(compare(Count(100, 0), Count(100, 0)).lift)
    assert none.lift_interval[1] == math.inf
    low, high = compare(Count(100, 2), Count(100, 0)).lift_interval
    assert low == -1
    assert 0 < high < math.inf
    assert compare(Count(100, 0), Count(100, 0)).p == 1
    with pytest.raises(LearningError, match="101 clicks of 100"):
        Count(100, 101)
    with pytest.raises(LearningError, match="without impressions"):
        compare(Count(0, 0), Count(100, 1))


def test_looking_after_every_click_gives_few_false_alarms(rng: Generator) -> None:
    """The big run is benchmarks/sequential.py; here 1,000 A/A tests of 2,000 clicks."""
    path = evidence_path(rng.random((1000, 2000)) < 0.5, 0.5)
    assert (path.max(-1) >= math.log(20)).mean() <= 0.05
    mean = np.exp(path[:, 200]).mean()
    assert abs(mean - 1) < 0.25  # an e-value: expected evidence is 1 (s.d. of the mean about 0.08)


def test_uneven_shares_and_drifting_rates_do_no_harm(rng: Generator) -> None:
    alarms = 0
    for _ in range(300):
        rates = 0.02 + 0.015 * np.sin(np.arange(20_000) / 3000)  # the same for both arms
        to_arm = rng.random(20_000) < 0.2
        clicked = rng.random(20_000) < rates
        path = evidence_path(to_arm[clicked], 0.2)
        alarms += path.max() >= math.log(20)
    assert alarms / 300 <= 0.05


def test_monitor_says_the_same_as_the_path(rng: Generator) -> None:
    from_arm = rng.random(500) < 0.55
    path = evidence_path(from_arm, 0.4)
    arm = int(from_arm.sum())
    now = monitor(Count(9000, 500 - arm), Count(6000, arm), share=0.4)
    assert math.log(now.evidence) == pytest.approx(float(path[-1]), abs=1e-8)
    assert now.p == pytest.approx(min(1.0, math.exp(-path[-1])))


def test_the_lift_interval_is_the_test_turned_round() -> None:
    """Where the interval leaves 0 out, and only there, the test has stopped."""
    control = Count(10_000, 200)
    for clicks in range(150, 320, 10):
        now = monitor(control, Count(10_000, clicks))
        outside = not now.lift_interval[0] <= 0 <= now.lift_interval[1]
        assert outside == (now.p < 0.05)
        assert now.lift_interval[0] < now.lift < now.lift_interval[1]
    assert monitor(Count(100, 0), Count(100, 0)).lift_interval == (-1, math.inf)


def test_the_mixture_is_centred_on_no_lift() -> None:
    first, second = prior_of(0.3, 0.2)
    assert first / (first + second) == pytest.approx(0.3)
    with pytest.raises(LearningError, match="expected lift"):
        prior_of(0.3, 0)
    with pytest.raises(LearningError, match=r"20 .* Write 20 % as 0\.2"):
        monitor(Count(1000, 10), Count(1000, 12), expected=20)
    with pytest.raises(LearningError, match="share"):
        monitor(Count(10, 1), Count(10, 1), share=1.0)


def test_the_planned_size_has_the_planned_power(rng: Generator) -> None:
    size = plan(0.03, 0.2).per_arm
    found = [
        compare(Count(size, int(rng.binomial(size, 0.03))),
                Count(size, int(rng.binomial(size, 0.036)))).p <= 0.05
        for _ in range(2000)
    ]  # fmt: skip
    assert abs(np.mean(found) - 0.8) < 0.03


def test_the_always_valid_test_reaches_its_power_by_its_size(rng: Generator) -> None:
    size = always_size(0.03, 0.036, 0.8, 0.05, expected=0.2)
    clicks = round(size * 0.066)
    path = evidence_path(rng.random((1000, clicks)) < 0.036 / 0.066, 0.5, expected=0.2)
    assert (path.max(-1) >= math.log(20)).mean() >= 0.8 - 0.03
    assert (path[:, -1] >= math.log(20)).mean() == pytest.approx(0.8, abs=0.04)


@pytest.mark.parametrize(
    ("rate", "lift", "said"),
    [(0.0, 0.1, "0.0"), (0.6, 0.7, "1.02"), (0.1, 0.0, "0.0"), (0.1, -1.0, "gives 0")],
)
def test_plans_that_make_no_sense_are_told(rate: float, lift: float, said: str) -> None:
    with pytest.raises(LearningError, match=said):
        plan(rate, lift)


def test_a_huge_lift_can_be_planned_for() -> None:
    assert 0 < plan(0.001, 20).per_arm < plan(0.001, 20).per_arm_always < plan(0.001, 5).per_arm


def test_clusters_and_more_arms_take_more() -> None:
    simple = plan(0.02, 0.1, daily=10_000)
    clustered = plan(0.02, 0.1, cluster_size=50, correlation=0.1, daily=10_000)
    assert clustered.per_arm > 5.8 * simple.per_arm
    assert clustered.per_arm_always is clustered.days_always is None  # one look only
    assert plan(0.02, 0.1, arms=4).per_arm > simple.per_arm
    assert simple.days == math.ceil(2 * simple.per_arm / 10_000)
    assert simple.days_always is not None
    assert simple.days_always > simple.days


def test_holm_and_benjamini_hochberg_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert benjamini_hochberg([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.04, 0.04])
    assert holm([]) == benjamini_hochberg([]) == []
    with pytest.raises(LearningError, match=r"1\.2"):
        holm([0.5, 1.2])


def test_the_sample_ratio_alarm_stands_looking_all_the_time(rng: Generator) -> None:
    """Of 400 tests with even arms, looked at 200 times each, hardly one is called broken."""
    arm = np.cumsum(rng.binomial(50, 0.5, (400, 200)), axis=1)
    control = 50 * np.arange(1, 201) - arm
    often, once = (
        sum(any(sample_ratio([int(a), int(b)], any_time=any_time).alarm
                for a, b in zip(arms, controls, strict=True))
            for arms, controls in zip(arm, control, strict=True))
        for any_time in (True, False)
    )  # fmt: skip
    assert often <= 2  # 0.4 are to be expected at most
    assert once >= 4
    assert sample_ratio([821_588, 815_482], any_time=True).alarm
    assert sample_ratio([30_000, 28_900], any_time=True).alarm
    assert not sample_ratio([900, 108], [0.9, 0.1], any_time=True).alarm
    even = sample_ratio([1_000_000] * 200, any_time=True)
    assert even.p == 1


def test_the_sample_ratio_alarm() -> None:
    """821,588 against 815,482 is the textbook example of Kohavi, Tang and Xu 2020, chapter 3."""
    assert sample_ratio([821_588, 815_482]).alarm
    assert not sample_ratio([5000, 5100]).alarm
    assert not sample_ratio([900, 108], [0.9, 0.1]).alarm
    assert chi_square_tail(3.841459, 1) == pytest.approx(0.05, abs=1e-6)
    assert chi_square_tail(7.814728, 3) == pytest.approx(0.05, abs=1e-6)
    with pytest.raises(LearningError, match="don't fit"):
        sample_ratio([1, 2], [0.5])


def test_cuped_leaves_the_mean_and_takes_out_what_was_known(rng: Generator) -> None:
    before = rng.gamma(2.0, 10.0, 4000)
    values = 0.8 * before + rng.normal(0, 6, 4000)
    adjusted = cuped([values[:2000], values[2000:]], [before[:2000], before[2000:]])
    assert adjusted.theta == pytest.approx(0.8, abs=0.03)
    correlation = np.corrcoef(values, before)[0, 1]
    assert adjusted.reduction == pytest.approx(correlation**2, abs=0.01)
    assert np.concatenate(adjusted.values).mean() == pytest.approx(values.mean())
    raw = compare_means(values[:2000], values[2000:])
    sharper = compare_means(*adjusted.values)
    assert np.diff(sharper.difference_interval) < 0.6 * np.diff(raw.difference_interval)
    with pytest.raises(LearningError, match="one shape"):
        cuped([values], [before[:10]])


def test_means_at_any_time(rng: Generator) -> None:
    """Money a shopper, looked at after every 50 shoppers an arm from 300 on."""
    alarms = 0
    for _ in range(400):
        control, arm = (rng.gamma(1.0, 20.0, 3000) for _ in range(2))
        alarms += any(
            compare_means(control[:n], arm[:n], any_time=True).p <= 0.05
            for n in range(300, 3001, 150)
        )
    assert alarms / 400 <= 0.05
    assert boundary(1000, 0.05) > 1.96
    wide = compare_means(control, arm, any_time=True)
    assert wide.difference_interval[0] < compare_means(control, arm).difference_interval[0]
    inside = wide.difference_interval[0] <= 0 <= wide.difference_interval[1]
    assert inside == (wide.p >= 0.05)


def test_a_control_that_brings_nothing_is_beaten_by_what_brings_something(rng: Generator) -> None:
    some = rng.gamma(1.0, 20.0, 500)
    assert compare_means(np.zeros(500), some).lift == math.inf
    assert compare_means(some, np.zeros(500)).lift == -1
    assert compare_means(-some, -2 * some).lift == -math.inf  # returns
    assert math.isnan(compare_means(np.zeros(5), np.zeros(5)).lift)


@pytest.mark.parametrize("crossing", [False, True])
def test_intervals_by_unit_hold_the_truth_where_units_differ(
    rng: Generator, crossing: bool
) -> None:
    """40 products whose click rates differ by far more than the lift; impressions alone would
    give intervals that are far too narrow."""
    held = narrow = 0
    for _ in range(500):
        rates = rng.gamma(2.0, 0.02, 40)
        shown = rng.integers(200, 2000, (2, 40))
        arms: list[dict[str, Count]] = [{}, {}]
        for unit in range(40):
            for arm in (0, 1) if crossing else (unit % 2,):
                n = int(shown[arm, unit])
                chance = min(1.0, rates[unit] * (1.2 if arm else 1.0))
                arms[arm][f"p{unit}"] = Count(n, int(rng.binomial(n, chance)))
        low, high = compare_units(*arms).lift_interval
        held += low <= 0.2 <= high
        totals = [sum(counts.values(), Count(0, 0)) for counts in arms]
        low, high = compare(*totals).lift_interval
        narrow += low <= 0.2 <= high
    assert abs(held / 500 - 0.95) < 0.035
    assert narrow < held


@pytest.mark.parametrize(("few", "many"), [(5, 5), (5, 20), (12, 12)])
def test_few_units_that_do_not_cross_over_give_few_false_alarms(
    rng: Generator, few: int, many: int
) -> None:
    def units(count: int) -> dict[str, Count]:
        rates = 0.05 * np.exp(rng.normal(0, 0.5, count))
        return {str(rng.random()): Count(1000, int(rng.binomial(1000, rate))) for rate in rates}

    alarms = sum(compare_units(units(few), units(many)).p <= 0.05 for _ in range(500))
    assert alarms / 500 < 0.09  # 0.05, and a little for so few units


def test_few_units_are_refused() -> None:
    shown = {f"u{number}": Count(100, 5) for number in range(9)}
    with pytest.raises(LearningError, match="1 in the smaller arm"):
        compare_units({"alone": Count(100, 5)}, shown)
    never = {f"never {number}": Count(0, 0) for number in range(9)}
    with pytest.raises(LearningError, match="0 in the smaller arm"):
        compare_units(never, shown)
    with pytest.raises(LearningError, match="3 units"):
        compare_units({"a": Count(10, 1)}, {"b": Count(10, 1), "c": Count(10, 1)})


@pytest.mark.parametrize(
    ("freedom", "t", "p"), [(4, 2.776445, 0.05), (4, 8.610302, 0.001), (10, 3.169273, 0.01)]
)
def test_students_t_as_in_the_tables(freedom: int, t: float, p: float) -> None:
    assert student_quantile(1 - p / 2, freedom) == pytest.approx(t, rel=0.01 if p > 0.001 else 0.05)
    assert student_p(t, freedom) == pytest.approx(p, rel=0.02 if p > 0.001 else 0.2)
