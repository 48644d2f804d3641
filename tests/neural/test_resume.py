"""A run that was killed and resumed is the run that wasn't, to the last bit."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from toy import ToyTask, sequences

from titlewright.errors import ResumeError
from titlewright.neural import checkpoints
from titlewright.neural.loop import fit
from titlewright.neural.report import Step
from titlewright.neural.settings import TrainingSettings

PROGRAM = Path(__file__).with_name("killable.py")
SETTINGS = TrainingSettings(steps=12, batch_tokens=200, learning_rate=5e-3, checkpoint_every=4)
TRAIN, DEV = sequences(100), sequences(20, 1)


def started(folder: Path, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(PROGRAM), str(folder), *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ)


def killed_after(step: int, folder: Path, *options: str) -> None:
    """Run until that step is reported, then SIGKILL. It stands there: no machine outruns us."""
    with started(folder, "--stand-at", str(step), *options) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if int(line) == step:
                process.kill()
    assert process.returncode == -signal.SIGKILL


def curve(folder: Path) -> list[dict[str, Any]]:
    """metrics.jsonl without what the clock decides; floats as written, so equal to the bit."""
    lines = (folder / "metrics.jsonl").read_text().splitlines()
    steps = [json.loads(line) for line in lines]
    for step in steps:
        for name in ("seconds", "examples_per_second", "tokens_per_second"):
            del step[name]
    return steps


def test_a_killed_run_resumes_to_the_same_curve_and_weights(tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    process = started(whole)
    process.communicate(timeout=120)
    assert process.returncode == 0
    killed_after(13, killed)
    killed_after(24, killed, "--resume")
    process = started(killed, "--resume")
    printed, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert int(printed.split()[0]) == 21  # after the last checkpoint: it did go on
    assert curve(whole) == curve(killed)
    assert [step["step"] for step in curve(whole)] == list(range(1, len(curve(whole)) + 1))
    weights, others = torch.load(whole / "final.pt"), torch.load(killed / "final.pt")
    assert all(torch.equal(weights[name], others[name]) for name in weights)


def test_a_run_stopped_between_epochs_of_other_lengths_goes_on_the_same(tmp_path: Path) -> None:
    def of_epoch(epoch: int) -> Any:
        return sequences(100 + 200 * epoch, epoch)

    settings = replace(SETTINGS, steps=None, epochs=3, checkpoint_every=1, warmup=0.0)
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    last = next(
        at for at, step in enumerate(_told(of_epoch, settings, whole), 1) if step.epoch == 1
    )

    def stop(step: Step) -> None:
        if step.step == last:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        fit(ToyTask(), of_epoch, [], settings, folder=stopped, on_step=stop)
    fit(ToyTask(), of_epoch, [], settings, folder=stopped, resume=True)
    assert curve(stopped) == curve(whole)


def _told(examples: Any, settings: TrainingSettings, folder: Path) -> list[Step]:
    told: list[Step] = []
    fit(ToyTask(), examples, [], settings, folder=folder, on_step=told.append)
    return told


def test_the_toy_curve_depends_on_its_random_numbers(tmp_path: Path) -> None:
    """Otherwise the equality above would prove nothing."""
    for seed in (1, 2):
        fit(ToyTask(0.3), TRAIN, DEV, replace(SETTINGS, seed=seed), folder=tmp_path / str(seed))
    assert curve(tmp_path / "1") != curve(tmp_path / "2")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_saves_the_step_it_came_in(tmp_path: Path, number: signal.Signals) -> None:
    def interrupt(step: Step) -> None:
        if step.step == 6:
            signal.raise_signal(number)

    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    told = fit(ToyTask(), TRAIN, DEV, SETTINGS, folder=whole)
    with pytest.raises(KeyboardInterrupt):
        fit(ToyTask(), TRAIN, DEV, SETTINGS, folder=stopped, on_step=interrupt)
    seen: list[int] = []
    again = fit(
        ToyTask(), TRAIN, DEV, SETTINGS, folder=stopped, resume=True,
        on_step=lambda step: seen.append(step.step),
    )  # fmt: skip
    assert seen == list(range(7, 13))
    assert curve(whole) == curve(stopped)
    assert (again.before, again.dev) == (told.before, told.dev)
    assert signal.getsignal(number) in (signal.default_int_handler, signal.SIG_DFL)


def test_a_second_interrupt_doesnt_wait(tmp_path: Path) -> None:
    def insist(step: Step) -> None:
        if step.step == 6:
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        fit(ToyTask(), TRAIN, DEV, SETTINGS, folder=tmp_path, on_step=insist)
    _, _, state = checkpoints.read(checkpoints.newest(tmp_path) or tmp_path)
    assert state["progress"]["step"] == 4


def test_training_works_outside_the_main_thread(tmp_path: Path) -> None:
    steps: list[int] = []
    thread = threading.Thread(
        target=lambda: steps.append(fit(ToyTask(), TRAIN, DEV, SETTINGS, folder=tmp_path).steps)
    )
    thread.start()
    thread.join(60)
    assert steps == [12]


class StopHereError(Exception):
    pass


def stopped_at(step: int, folder: Path, settings: TrainingSettings = SETTINGS) -> None:
    def stop(now: Step) -> None:
        if now.step == step:
            raise StopHereError

    with pytest.raises(StopHereError):
        fit(ToyTask(), TRAIN, DEV, settings, folder=folder, on_step=stop)


def test_resuming_before_the_first_checkpoint_begins_again(tmp_path: Path) -> None:
    stopped_at(2, tmp_path)
    fit(ToyTask(), TRAIN, DEV, SETTINGS, folder=tmp_path, resume=True)
    assert [step["step"] for step in curve(tmp_path)] == list(range(1, 13))


def test_an_unfinished_run_isnt_overwritten(tmp_path: Path) -> None:
    stopped_at(6, tmp_path)
    with pytest.raises(ResumeError, match="--resume"):
        fit(ToyTask(), TRAIN, DEV, SETTINGS, folder=tmp_path)


def test_a_finished_run_that_is_resumed_only_reports(tmp_path: Path) -> None:
    first, second = ToyTask(), ToyTask(seed=1)
    report = fit(first, TRAIN, DEV, SETTINGS, folder=tmp_path)
    again = fit(second, TRAIN, DEV, SETTINGS, folder=tmp_path, resume=True)
    assert again == report
    for mine, theirs in zip(first.module.parameters(), second.module.parameters(), strict=True):
        assert torch.equal(mine, theirs)


def test_other_settings_are_refused_but_for_those_that_teach_nothing_else(tmp_path: Path) -> None:
    stopped_at(6, tmp_path)
    with pytest.raises(ResumeError, match=r"learning_rate 0\.005, not 0\.1"):
        fit(ToyTask(), TRAIN, DEV, replace(SETTINGS, learning_rate=0.1), folder=tmp_path,
            resume=True)  # fmt: skip
    allowed = replace(SETTINGS, checkpoint_every=None, device="cpu", threads=1)
    assert fit(ToyTask(), TRAIN, DEV, allowed, folder=tmp_path, resume=True).steps == 12


def test_other_examples_are_refused(tmp_path: Path) -> None:
    stopped_at(6, tmp_path)
    with pytest.raises(ResumeError, match="other examples"):
        fit(ToyTask(), sequences(100, 9), DEV, SETTINGS, folder=tmp_path, resume=True)


def test_another_model_is_refused(tmp_path: Path) -> None:
    stopped_at(6, tmp_path)
    task = ToyTask()
    task.module.hidden = torch.nn.Linear(16, 16, bias=False)
    with pytest.raises(ResumeError, match=r"another model \(hidden\.bias differs\)"):
        fit(task, TRAIN, DEV, SETTINGS, folder=tmp_path, resume=True)


def test_a_broken_checkpoint_is_named(tmp_path: Path) -> None:
    stopped_at(6, tmp_path)
    checkpoint = checkpoints.newest(tmp_path)
    assert checkpoint is not None
    (checkpoint / "weights.safetensors").write_bytes(b"no")
    with pytest.raises(ResumeError, match="checkpoint-000001 can't be read"):
        fit(ToyTask(), TRAIN, DEV, SETTINGS, folder=tmp_path, resume=True)
