"""The learning rate by the share of the run that is used."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from titlewright.neural.pace import Pace, seconds_left
from titlewright.neural.progress import Progress
from titlewright.neural.schedule import rate
from titlewright.neural.settings import Schedule, TrainingSettings


def settings(schedule: Schedule, warmup: float = 0.2) -> TrainingSettings:
    return TrainingSettings(steps=100, learning_rate=2.0, warmup=warmup, schedule=schedule)


@pytest.mark.parametrize(
    ("schedule", "used", "expected"),
    [
        ("cosine", 0.0, 0.0),
        ("cosine", 0.1, 1.0),
        ("cosine", 0.2, 2.0),
        ("cosine", 0.4, 2.0 * (1 + 2**-0.5) / 2),  # a quarter of the way down
        ("cosine", 0.6, 1.0),
        ("cosine", 1.0, 0.0),
        ("linear", 0.1, 1.0),
        ("linear", 0.6, 1.0),
        ("linear", 0.8, 0.5),
        ("linear", 1.0, 0.0),
        ("constant", 0.1, 1.0),
        ("constant", 1.0, 2.0),
    ],
)
def test_rate(schedule: Schedule, used: float, expected: float) -> None:
    assert rate(settings(schedule), used) == pytest.approx(expected)


@given(st.sampled_from(["cosine", "linear", "constant"]), st.floats(0, 1), st.floats(0, 0.9))
def test_the_rate_stays_between_0_and_its_peak(
    schedule: Schedule, used: float, warmup: float
) -> None:
    assert 0 <= rate(settings(schedule, warmup), used) <= 2.0


def test_without_warmup_the_first_step_has_the_peak() -> None:
    assert rate(settings("cosine", 0.0), 0.0) == 2.0


def test_the_limit_that_is_used_up_most_drives_the_run() -> None:
    limits = TrainingSettings(steps=100, epochs=2, minutes=1)
    progress = Progress(step=10, epoch=1, index=1, batches=2)
    assert progress.shares(limits, 15.0) == {"steps": 0.1, "epochs": 0.75, "minutes": 0.25}
    assert progress.used(limits, 15.0) == 0.75
    assert progress.used(limits, 59.0) == pytest.approx(59 / 60)
    assert progress.used(limits, 90.0) == 1.0


def test_an_evaluation_is_due_in_every_tenth_of_the_run_or_as_asked() -> None:
    progress = Progress()
    by_tenths = TrainingSettings(steps=25)
    due = []
    for step in range(1, 26):
        progress.step = step
        if progress.evaluation_due(by_tenths, step / 25):
            due.append(step)
    assert due == [3, 5, 8, 10, 13, 15, 18, 20, 23, 25]
    asked = TrainingSettings(steps=25, evaluate_every=10)
    assert [step for step in range(1, 26) if Progress(step=step).evaluation_due(asked, 0)] == [
        10, 20,
    ]  # fmt: skip


def test_pace() -> None:
    pace = Pace(window=2)
    assert pace.rates() == (0.0, 0.0)
    for second in range(4):  # 10 examples of 100 tokens a second, 20 in the last
        pace.mark(second, 10 * second + (10 if second == 3 else 0), 100 * second)
    assert pace.rates() == (15.0, 100.0)
    assert seconds_left(30, 0.25) == 90
    assert seconds_left(30, 0) == float("inf")
