"""Both networks learn against each other, resume exactly, and are kept and opened together."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="needs the extra train")

import torch

import toy_compact
import toy_sequence
from titlewright.errors import GeneratorError, ResumeError
from titlewright.generators import create, start
from titlewright.generators.adversarial.task import AdversarialTask
from titlewright.generators.judging.judge import CNNJudge
from titlewright.generators.judging.questions import questions
from titlewright.generators.sequence.task import SequenceTask
from titlewright.neural.report import Step
from titlewright.neural.task import Layered
from titlewright.records import Candidate
from titlewright.scorers.cnn import CNNScorer

TRAIN, DEV = toy_compact.examples(range(60)), toy_compact.examples(range(60, 70))
SETTINGS = replace(
    toy_sequence.SETTINGS, steps=20, batch_tokens=256, average=0.9, checkpoint_every=2,
    layer_factor=0.5,
)  # fmt: skip
PHASES = ("likelihood", "judging", "adversarial")  # 12, 2 and 6 steps


def new() -> Any:
    return toy_sequence.new("gan", dropout=0.2)  # so that random numbers count


def trained(folder: Path, **options: Any) -> Any:
    model = new()
    model.fit(TRAIN, dev=DEV, settings=SETTINGS, folder=folder, **options)
    return model


def curves(folder: Path) -> list[Any]:
    """The metrics of all phases without what the clock decides."""
    clock = ("seconds", "examples_per_second", "tokens_per_second")
    return [
        {name: value for name, value in json.loads(line).items() if name not in clock}
        for phase in PHASES
        for line in (folder / phase / "metrics.jsonl").read_text().splitlines()
    ]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    folder = tmp_path_factory.mktemp("whole")
    return trained(folder), folder


@pytest.fixture
def task(whole: tuple[Any, Path]) -> AdversarialTask:
    model = new()
    model._build(TRAIN, seed=0)
    return AdversarialTask(model.network, model.judge.network, model.vocabulary, model.sizes)


class StopHereError(Exception):
    pass


@pytest.mark.parametrize("step", [5, 13, 17])  # one in each phase
def test_a_run_that_was_stopped_goes_on_as_if_it_werent(
    whole: tuple[Any, Path], tmp_path: Path, step: int
) -> None:
    model, folder = whole
    seen: list[int] = []

    def stop(now: Step) -> None:
        if now.step == step:
            raise StopHereError

    with pytest.raises(StopHereError):
        trained(tmp_path, on_step=stop)
    with pytest.raises(ResumeError, match="--resume"):
        trained(tmp_path)
    again = trained(tmp_path, resume=True, on_step=lambda now: seen.append(now.step))
    assert step - 2 < seen[0] <= step + 1  # it did go on
    assert curves(tmp_path) == curves(folder)
    for mine, theirs in (
        (again.network, model.network), (again.judge.network, model.judge.network)
    ):  # fmt: skip
        weights = theirs.state_dict()
        assert all(torch.equal(value, weights[name]) for name, value in mine.state_dict().items())
    assert again.judge.temperature == model.judge.temperature


def test_the_phases_are_told_as_one_run(whole: tuple[Any, Path], tmp_path: Path) -> None:
    steps: list[Step] = []
    model = new()
    report = model.fit(TRAIN, dev=DEV, settings=SETTINGS, folder=tmp_path, on_step=steps.append)
    assert [step.step for step in steps] == list(range(1, 21))
    assert [step.used for step in steps] == sorted(step.used for step in steps)
    assert report.steps == 20
    assert 14 < report.best_step <= 20
    assert report.dev.keys() >= {"loss", "rougeL", "reward", "judge", "judge_wrong", "distinct1",
                                 "distinct2", "self_bleu", "temperature"}  # fmt: skip
    assert all(0 <= report.dev[name] <= 1 for name in ("reward", "judge", "self_bleu"))


def test_the_dev_loss_is_the_generators_likelihood(task: Any) -> None:
    task.module.eval()
    asked = questions(DEV)(0)
    with torch.no_grad():
        loss, units = task.loss(task.collate(asked))
        network = task.module.generator
        plain = SequenceTask(network, task._vocabulary)
        expected, count = plain.loss(plain.collate(DEV))
    assert (loss.item(), units) == (pytest.approx(expected.item()), count)


def test_each_loss_reaches_its_own_network_alone(task: Any) -> None:
    """The generator's gradient comes by likelihood and policy and not through the judge."""
    task.module.train()
    batch = task.collate(questions(TRAIN[:8])(0))
    torch.manual_seed(0)
    task.loss(batch)[0].backward()
    for part in (task.module.generator, task.module.judge):
        norms = [float(value.grad.norm()) for value in part.parameters() if value.grad is not None]
        assert sum(norms) > 0
    torch.manual_seed(0)
    source, titles, lengths = task._chosen(batch)
    played = task._played(source, task._allowed(source), lengths)
    assert not played.advantages.requires_grad
    task.module.zero_grad()
    task._judged(source, titles, played.titles).backward()
    assert all(value.grad is None for value in task.module.generator.parameters())
    assert task.module.judge.training  # as it was before titles were drawn
    assert task.module.generator.training


def test_the_generator_learns_at_its_own_rate(task: Any) -> None:
    assert isinstance(task, Layered)
    judge, generator = task.parameter_groups()
    assert (judge.depth, generator.depth) == (0, 1)
    assert len(judge.parameters) + len(generator.parameters) == len(list(task.module.parameters()))


def test_measures_are_the_same_for_the_same_random_numbers(task: Any) -> None:
    task.module.eval()
    found = []
    for _ in range(2):
        torch.manual_seed(3)
        with torch.no_grad():
            found.append(task.evaluate(questions(DEV)(0)))
    assert found[0] == found[1]
    assert task.evaluate([]) == {}


def test_generator_and_judge_are_saved_and_opened_together(
    whole: tuple[Any, Path], tmp_path: Path
) -> None:
    model, _ = whole
    model.save(tmp_path)
    opened: Any = create(str(tmp_path))
    products = [example.product for example in DEV[:3]]
    assert opened.generate(products, n=2) == model.generate(products, n=2)
    titles = [Candidate(DEV[0].title, "test"), Candidate(DEV[1].title, "test")]
    expected = CNNScorer(model.judge).score(products[0], titles)
    assert CNNScorer.load(tmp_path).score(products[0], titles) == expected
    assert CNNScorer(opened.judge).score(products[0], titles) == expected
    assert CNNJudge.load(tmp_path).temperature == model.judge.temperature
    (tmp_path / "judge.safetensors").unlink()
    with pytest.raises(GeneratorError, match="no whole judge"):
        create(str(tmp_path))


def test_pretraining_is_the_generators_alone(tmp_path: Path) -> None:
    model = new()
    products = [replace(example.product, title=example.title) for example in TRAIN]
    model.pretrain(products, dev=[], settings=replace(SETTINGS, steps=3), folder=tmp_path)
    assert not any((tmp_path / phase).exists() for phase in PHASES)
    assert (tmp_path / "metrics.jsonl").exists()


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"teacher": 1.5}, r"teacher must be in \[0, 1\], not 1.5"),
        ({"adversarial": 0.95}, "leave the generator some of the run"),
        ({"judging": 0.0}, "leave the generator some of the run"),
        ({"rollouts": 0}, "rollouts must be a whole number from 1"),
        ({"judge_dropout": 1}, "dropout must be at least 0 and below 1"),
        ({"width": 33}, "width must be even"),
        ({"wings": 2}, "no size 'wings'.*teacher"),
    ],
)
def test_sizes_that_make_no_sense_are_named(sizes: dict[str, Any], message: str) -> None:
    with pytest.raises(GeneratorError, match=message):
        start(None, "gan", sizes=sizes)
