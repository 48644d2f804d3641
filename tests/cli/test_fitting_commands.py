"""train and pretrain, run as a user would, on a family that learns in a second."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from titlewright import generators
from titlewright.errors import MissingExtraError
from titlewright.examples import example_products
from titlewright.neural.extras import train_extra

COLOURS = ("red", "blue", "green", "black", "white", "amber")
THINGS = ("mug", "lamp", "chair", "kettle", "basket", "clock", "mirror", "tray")


@pytest.fixture(autouse=True)
def toy_family(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(Path(__file__).parents[1])
    family = generators._Family("toy_family:ToyGenerator", ready=False)
    monkeypatch.setitem(generators._FAMILIES, "toy", family)


@pytest.fixture
def feed(save_csv: Callable[..., Path]) -> Path:
    """Products whose titles are their colour, thing and model."""
    rows = [
        (
            f"{colour} {thing} {colour[0]}{thing[0]}-{number}",
            f"this {colour} {thing} with the number {colour[0]}{thing[0]}-{number} is sold by us",
        )
        for number in range(100, 103)
        for colour in COLOURS
        for thing in THINGS
    ]
    return save_csv([("title", "description"), *rows])


def trained(titlewright, feed: Path, model: Path, *options: object) -> None:
    ran = titlewright("train", feed, "-o", model, "--family", "toy", *options)
    assert ran.code == 0, ran.err


def test_a_feed_becomes_a_model_that_writes_titles(titlewright, feed: Path, tmp_path: Path) -> None:
    model = tmp_path / "model"
    ran = titlewright("train", feed, "-o", model, "--family", "toy")
    assert ran.code == 0, ran.err
    assert "examples to learn from" in ran.err
    assert f"--generator {model}" in ran.err
    assert "accuracy" in ran.out
    assert "\nbefore    dev loss 0.69" in ran.out  # a coin's
    product = replace(example_products()[0], description="this red mug is sold by us", brand="",
                      attributes={})  # fmt: skip
    [[candidate]] = generators.create(str(model)).generate([product], n=1)
    assert candidate.text == "red mug"


def test_the_report_says_what_was_done_and_checkpoints_are_gone(
    titlewright, feed: Path, tmp_path: Path
) -> None:
    trained(titlewright, feed, tmp_path / "model", "--steps", 6, "--seed", 5)
    files = {file.name for file in (tmp_path / "model" / "training").iterdir()}
    assert files >= {"asked.json", "metrics.jsonl", "report.json"}
    assert not [name for name in files if name.startswith(("checkpoint", "best"))]
    about = json.loads((tmp_path / "model" / "training" / "report.json").read_text())
    assert about["settings"]["seed"] == 5
    assert about["settings"]["epochs"] is None  # 6 steps replace the family's 4 epochs
    assert about["report"]["steps"] == 6
    assert about["report"]["dev"]["loss"] < 0.7


def test_a_model_from_scratch_is_as_large_as_asked(titlewright, feed: Path, tmp_path: Path) -> None:
    trained(titlewright, feed, tmp_path / "model", "--size", "buckets=64", "--steps", 2)
    assert len(json.loads((tmp_path / "model" / "weights.json").read_text())) == 64
    asked = json.loads((tmp_path / "model" / "training" / "asked.json").read_text())
    assert asked["sizes"] == {"buckets": 64}
    ran = titlewright(
        "pretrain", feed, "-o", tmp_path / "first", "--family", "toy", "--size", "buckets=32"
    )
    assert ran.code == 0, ran.err
    assert len(json.loads((tmp_path / "first" / "weights.json").read_text())) == 32
    again = titlewright(
        "train", feed, "-o", tmp_path / "more", "--from", tmp_path / "first", "--size", "buckets=8"
    )
    assert (again.code, "leave --size buckets=8 out" in again.err) == (2, True)


def test_json_report(titlewright, feed: Path, tmp_path: Path) -> None:
    ran = titlewright("train", feed, "-o", tmp_path / "m", "--family", "toy", "--json")
    assert json.loads(ran.out)["ended"] == "epochs"


def test_a_prepared_folder_and_another_dev_feed(titlewright, feed: Path, tmp_path: Path) -> None:
    assert titlewright("prepare", feed, "-o", tmp_path / "data").code == 0
    trained(titlewright, tmp_path / "data", tmp_path / "one")
    ran = titlewright(
        "train", tmp_path / "data", "-o", tmp_path / "two", "--family", "toy", "--dev", feed
    )
    assert "144 to choose" in ran.err  # all of the feed


def test_a_part_of_a_prepared_folder_is_refused(titlewright, feed: Path, tmp_path: Path) -> None:
    """It would be learnt from and measured on alike."""
    titlewright("prepare", feed, "-o", tmp_path / "data")
    part = tmp_path / "data" / "train.parquet"
    ran = titlewright("train", part, "-o", tmp_path / "model", "--family", "toy")
    assert ran.code == 2
    assert f"Give the folder: {tmp_path / 'data'}" in ran.err.replace("\n", "")


def test_pretraining_then_training_from_it(titlewright, feed: Path, tmp_path: Path) -> None:
    first = titlewright("pretrain", feed, "-o", tmp_path / "first", "--family", "toy")
    assert first.code == 0, first.err
    assert f"train {feed} --from {tmp_path / 'first'}" in first.err
    second = titlewright(
        "train", feed, "--from", tmp_path / "first", "-o", tmp_path / "second", "--steps", 2
    )
    assert second.code == 0, second.err
    dev = [
        json.loads((tmp_path / name / "training" / "report.json").read_text())["report"]["dev"]
        for name in ("first", "second")
    ]
    assert dev[1]["loss"] < dev[0]["loss"] < 0.6  # it went on from what was learnt


def test_a_family_without_pretraining_says_so(
    titlewright, feed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import toy_family

    monkeypatch.delattr(toy_family.ToyGenerator, "pretrain")
    ran = titlewright("pretrain", feed, "-o", tmp_path / "model", "--family", "toy")
    assert (ran.code, "titlewright train" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--family", "toy", "--learning-rate", -1], "learning_rate must be above 0, not -1.0"),
        (["--family", "toy", "--steps", 0], "steps must be at least 1, not 0"),
        (["--family", "toy", "--minutes", "nan"], "minutes must be above 0, not nan"),
        (["--family", "toy", "--label-smoothing", 1], "label_smoothing must be at least 0"),
        (["--family", "toy", "--device", "tpu9"], "device 'tpu9' can't be used"),
        (["--family", "toy", "--lora"], "knows no LoRA"),
        (["--family", "toy", "--size", "buckets"], "--size wants name=value, not 'buckets'"),
        (["--family", "toy", "--size", "buckets=few"], "a whole number from 1, not 'few'"),
        (["--family", "toy", "--size", "rooms=2"], "toy has no size 'rooms'"),
        (["--family", "ngram", "--size", "order=5"], "leave --size order=5 out"),
        (["--from", "compact", "--size", "width=9"], "compact has no sizes to choose"),
        (["--family", "template"], "'template' is no family that can be trained"),
        ([], "--from or --family"),
    ],
)
def test_what_makes_no_sense_is_named(
    titlewright, feed: Path, tmp_path: Path, options: list[object], message: str
) -> None:
    ran = titlewright("train", feed, "-o", tmp_path / "model", *options)
    assert ran.code == 2
    assert message in ran.err
    assert "Traceback" not in ran.err


def test_empty_data(titlewright, save_csv: Callable[..., Path], tmp_path: Path) -> None:
    empty = save_csv([("title", "description"), ("x", "")])
    ran = titlewright("train", empty, "-o", tmp_path / "model", "--family", "toy")
    assert ran.code == 2
    assert "None of 1 rows makes an example" in ran.err


def test_a_folder_that_cant_be_written(titlewright, feed: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ran = titlewright("train", feed, "-o", tmp_path / "file" / "model", "--family", "toy")
    assert ran.code == 2
    assert "can't be written" in ran.err


def test_a_finished_model_isnt_overwritten(titlewright, feed: Path, tmp_path: Path) -> None:
    trained(titlewright, feed, tmp_path / "model")
    again = titlewright("train", feed, "-o", tmp_path / "model", "--family", "toy")
    assert (again.code, "already holds a model" in again.err) == (2, True)
    resumed = titlewright("train", feed, "-o", tmp_path / "model", "--family", "toy", "--resume")
    assert (resumed.code, "nothing left to do" in resumed.err) == (0, True)


def test_ctrl_c_saves_and_says_how_to_go_on(
    titlewright, feed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import toy_family

    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    trained(titlewright, feed, whole)
    loss = toy_family.ToyWordTask.loss
    calls = 0

    def interrupted(self, batch):  # Ctrl-C in the midst of the seventh step
        nonlocal calls
        calls += 1
        if calls == 7:
            signal.raise_signal(signal.SIGINT)
        return loss(self, batch)

    monkeypatch.setattr(toy_family.ToyWordTask, "loss", interrupted)
    ran = titlewright("train", feed, "-o", stopped, "--family", "toy")
    assert ran.code == 130
    assert "a checkpoint stands in" in ran.err
    assert "--resume" in ran.err
    refused = titlewright("train", feed, "-o", stopped, "--family", "toy")
    assert (refused.code, "--resume" in refused.err) == (2, True)
    other = titlewright("train", feed, "-o", stopped, "--family", "toy", "--limit", 50, "--resume")
    assert (other.code, "began with limit None, not 50" in other.err) == (2, True)
    other = titlewright(
        "train", feed, "-o", stopped, "--family", "toy", "--size", "buckets=64", "--resume"
    )
    assert (other.code, "began with sizes {}, not {'buckets': 64}" in other.err) == (2, True)
    trained(titlewright, feed, stopped, "--resume")
    assert (whole / "weights.json").read_bytes() == (stopped / "weights.json").read_bytes()


def test_without_torch_the_message_names_the_extra(feed: Path, tmp_path: Path) -> None:
    """In a process of its own, whose import of torch fails as if it weren't there."""
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from titlewright import generators\n"
        "generators._FAMILIES['toy'] = generators._Family('toy_family:ToyGenerator')\n"
        "from titlewright.cli import main\n"
        f"sys.argv = ['titlewright', 'train', {str(feed)!r}, '-o', 'model', '--family', 'toy']\n"
        "main()"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
        check=False,
        timeout=60,
    )
    assert ran.returncode == 2
    assert "pip install 'titlewright[train]'" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_other_missing_modules_are_not_blamed_on_the_extra() -> None:
    with pytest.raises(ModuleNotFoundError), train_extra():
        raise ModuleNotFoundError("No module named 'mine'", name="mine")
    with pytest.raises(MissingExtraError, match="torch is not installed"), train_extra():
        raise ModuleNotFoundError("No module named 'torch.nn'", name="torch.nn")
