from __future__ import annotations

from dataclasses import replace

import pytest

from titlewright.generators.adversarial.phases import combined, phases
from titlewright.neural.report import FitReport, Step
from titlewright.neural.settings import TrainingSettings

SHARES = {"first": 0.6, "second": 0.1, "third": 0.3}
REPORT = FitReport("steps", 60, 2.0, 600, 6000, 10.0, 1.5, 40, {"loss": 1.0})


def test_the_length_is_shared_out_however_it_is_given() -> None:
    made = phases(TrainingSettings(steps=100, epochs=10, minutes=20), SHARES)
    assert [phase.settings.steps for phase in made] == [60, 10, 30]
    assert [phase.settings.epochs for phase in made] == pytest.approx([6, 1, 3])
    assert [phase.settings.minutes for phase in made] == pytest.approx([12, 2, 6])
    few = phases(TrainingSettings(steps=10), {"first": 0.8, "second": 0.05, "third": 0.15})
    assert [phase.settings.steps for phase in few] == [7, 1, 2]
    short = phases(TrainingSettings(steps=1), SHARES)
    assert [phase.settings.steps for phase in short] == [1, 1, 1]
    assert short[0].settings.epochs is None


def test_steps_are_told_as_those_of_one_run() -> None:
    told: list[Step] = []
    third = phases(TrainingSettings(steps=100), SHARES)[2]
    third.told(told.append, [REPORT, REPORT])(Step(3, 0.5, 0.5, 1.0, 1e-3, 1.0, 1.0, 1.0, 1.0))
    assert (told[0].step, told[0].epoch, told[0].used) == (123, 4.5, pytest.approx(0.85))


def test_reports_are_one_of_the_last_phases_model() -> None:
    first = replace(REPORT, before={"loss": 9.0})
    last = replace(REPORT, best_step=20, dev={"loss": 2.0}, before={"loss": 3.0}, train_loss=0.5)
    whole = combined([first, last])
    assert (whole.steps, whole.examples, whole.seconds) == (120, 1200, 20)
    assert (whole.best_step, whole.dev, whole.train_loss) == (80, {"loss": 2.0}, 0.5)
    assert whole.before == {"loss": 9.0}
