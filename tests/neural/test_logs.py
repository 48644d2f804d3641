"""Logs: one line a step, TensorBoard's files read back, and neither without the other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from toy import ToyTask, sequences

from titlewright.neural import logs
from titlewright.neural.logs import Logs
from titlewright.neural.loop import fit
from titlewright.neural.report import Step
from titlewright.neural.settings import TrainingSettings

SETTINGS = TrainingSettings(steps=10, batch_tokens=200, evaluate_every=5, checkpoint_every=4)


def step(number: int, loss: float = 1.5) -> Step:
    return Step(number, 0.5, 0.1, loss, 1e-3, 2.0, 10.0, 100.0, 9.0)


def test_a_line_a_step(tmp_path: Path) -> None:
    log = Logs(tmp_path)
    log.step(step(1), seconds=0.25)
    size = log.size()
    log.step(step(2, loss=float("nan")), seconds=0.5)
    log.close()
    first, second = map(json.loads, (tmp_path / "metrics.jsonl").read_text().splitlines())
    assert (first["step"], first["loss"], first["seconds"]) == (1, 1.5, 0.25)
    assert second["loss"] is None
    again = Logs(tmp_path, size=size, step=1)  # what came after the checkpoint is done again
    again.step(step(2), seconds=0.5)
    again.close()
    steps = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    assert [line["loss"] for line in steps] == [1.5, 1.5]


def test_tensorboard_reads_scalars_and_titles(tmp_path: Path) -> None:
    fit(ToyTask(), sequences(50), sequences(10, 1), SETTINGS, folder=tmp_path)
    board = EventAccumulator(str(tmp_path / "tensorboard"))
    board.Reload()
    assert {"train/loss", "train/learning_rate", "dev/loss", "dev/accuracy"} <= set(
        board.Tags()["scalars"]
    )
    assert [event.step for event in board.Scalars("train/loss")] == list(range(1, 11))
    assert [event.step for event in board.Scalars("dev/accuracy")] == [5, 10]
    table = board.Tensors("titles/text_summary")[0].tensor_proto.string_val[0].decode()
    assert "| reference | title |" in table
    assert table.count("\n") == 9  # a heading and eight samples


def test_without_tensorboard_the_figures_are_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "has_tensorboard", lambda: False)
    fit(ToyTask(), sequences(50), sequences(10, 1), SETTINGS, folder=tmp_path)
    assert not (tmp_path / "tensorboard").exists()
    assert len((tmp_path / "metrics.jsonl").read_text().splitlines()) == 10
