"""A judge is trained as a generator is, scores titles, and is refused where titles are wanted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the extra train")

import toy_compact
from titlewright.records import Candidate
from titlewright.scorers.cnn import CNNScorer


@pytest.fixture
def feed(save_csv: Callable[..., Path]) -> Path:
    rows = [
        (one.title, one.product.brand, one.product.description)
        for one in toy_compact.examples(range(80))
    ]
    return save_csv([("title", "brand", "description"), *rows])


def test_a_feed_becomes_a_judge(titlewright, feed: Path, tmp_path: Path) -> None:
    model = tmp_path / "judge"
    ran = titlewright(
        "train", feed, "--dev", feed, "-o", model, "--family", "cnn", "--steps", 4, "--threads", 1,
        "--size", "width=16", "--size", "filters=8",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    assert "scorers.create" in ran.err
    assert "--generator" not in ran.err
    assert "temperature" in ran.out
    about = json.loads((model / "model.json").read_text(encoding="utf-8"))
    assert about["family"] == "cnn"
    assert about["judge"]["sizes"]["filters"] == 8
    example = toy_compact.example(1)
    (score,) = CNNScorer.load(model).score(example.product, [Candidate(example.title, "me")])
    assert 0 <= score.value <= 1
    refused = titlewright("generate", feed, "-o", tmp_path / "out.csv", "--generator", model)
    assert refused.code == 2
    assert "cnn judges titles and writes none" in refused.err
    pretrained = titlewright("pretrain", feed, "-o", tmp_path / "other", "--family", "cnn")
    assert (pretrained.code, "cnn has no pretraining" in pretrained.err) == (2, True)


def test_a_gan_that_was_stopped_early_goes_on(titlewright, feed: Path, tmp_path: Path) -> None:
    """Its first checkpoints stand in a phase's own folder."""
    from titlewright.training.runs import TrainingRun

    sizes = {"width": 16, "judge_width": 8, "judge_filters": 4, "words": 200}
    settings = {"steps": 10, "checkpoint_every": 1, "threads": 1, "batch_tokens": 256}
    run = TrainingRun("train", feed, tmp_path / "gan", family="gan", sizes=sizes, settings=settings)

    def interrupt(step: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run.execute(on_step=interrupt)
    assert not run.resumable  # before the first checkpoint
    steps: list[int] = []

    def stop_at_three(step: object) -> None:
        steps.append(step.step)
        if step.step == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run.execute(on_step=stop_at_three)
    assert run.resumable
    report = run.execute(resume=True, on_step=lambda step: steps.append(step.step))
    assert steps == [1, 2, 3, *range(3, 11)]
    assert report.steps == 10
    assert run.finished
    assert not run.resumable
