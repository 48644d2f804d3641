"""The loop learns, counts, keeps the best weights, and stops for the right reason."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from toy import Example, ToyTask, sequences

from titlewright.errors import SettingsError, TrainingError
from titlewright.neural import loop
from titlewright.neural.loop import ParameterGroup, fit
from titlewright.neural.report import Step
from titlewright.neural.settings import TrainingSettings

TRAIN, DEV = sequences(200), sequences(40, 1)
SETTINGS = TrainingSettings(
    steps=60, batch_tokens=200, learning_rate=1e-2, precision="float32", weight_decay=0.0
)


class Clock:
    """Goes on by a tenth of a second at each look, and by what a test adds."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        self.now += 0.1
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(loop.time, "monotonic", made)
    return made


def lines(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]


def parameters(task: ToyTask) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in task.module.named_parameters()}


def test_it_learns_and_says_so(tmp_path: Path) -> None:
    told: list[Step] = []
    task = ToyTask()
    report = fit(task, TRAIN, DEV, SETTINGS, folder=tmp_path, on_step=told.append)
    assert report.dev["accuracy"] == 1.0
    assert report.dev["loss"] < 0.3 < told[0].loss
    assert report.ended == "steps"
    assert [step.step for step in told] == list(range(1, 61))
    assert told[-1].used == 1.0
    assert told[-1].seconds_left == 0
    assert told[-1].epoch == pytest.approx(report.epochs)
    assert sum(bool(step.dev) for step in told) == 10
    assert told[30].examples_per_second > 0
    assert told[30].tokens_per_second > told[30].examples_per_second
    assert [line["loss"] for line in lines(tmp_path)] == [step.loss for step in told]
    assert (
        report.parameters
        == report.trained_parameters
        == sum(value.numel() for value in task.module.parameters())
    )
    assert not task.module.training


def test_a_run_of_one_step_learns(tmp_path: Path) -> None:
    """A rise of the rate from 0 would leave the first step at 0."""
    for number, settings in enumerate(
        (replace(SETTINGS, steps=1), replace(SETTINGS, steps=None, epochs=1, batch_tokens=10**6))
    ):
        task = ToyTask()
        before = parameters(task)
        report = fit(task, TRAIN, [], settings, folder=tmp_path / str(number))
        assert report.steps == 1
        after = parameters(task)
        assert any(not torch.equal(after[name], before[name]) for name in before)


def test_it_stops_after_epochs(tmp_path: Path) -> None:
    report = fit(ToyTask(), TRAIN, DEV, replace(SETTINGS, steps=None, epochs=2), folder=tmp_path)
    assert (report.ended, report.epochs, report.examples) == ("epochs", 2.0, 2 * len(TRAIN))
    assert report.tokens == 2 * sum(map(len, TRAIN))


def test_it_stops_after_minutes_of_which_time_before_a_kill_counts(
    tmp_path: Path, clock: Clock
) -> None:
    limited = replace(SETTINGS, steps=None, minutes=0.5, checkpoint_every=5)
    told: list[Step] = []

    def stop(step: Step) -> None:
        told.append(step)
        if step.step == 12:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(ToyTask(), TRAIN, DEV, limited, folder=tmp_path, on_step=stop)
    clock.now += 3600  # an hour until someone resumes it
    report = fit(ToyTask(), TRAIN, DEV, limited, folder=tmp_path, on_step=told.append, resume=True)
    assert report.ended == "minutes"
    assert 30 <= report.seconds < 32
    assert told[12].used > 0.1  # it didn't begin again
    rates = [step.learning_rate for step in told]
    assert rates[-1] < 0.01 * SETTINGS.learning_rate < max(rates)


def test_minutes_are_of_training_and_evaluations_come_on_top(tmp_path: Path, clock: Clock) -> None:
    class Slow(ToyTask):  # a family whose titles take five seconds an evaluation
        def evaluate(self, examples: Sequence[Example]) -> dict[str, float]:
            clock.now += 5.0
            return super().evaluate(examples)

    limited = replace(SETTINGS, steps=None, minutes=0.5, checkpoint_every=5)
    reports = [
        fit(task, TRAIN, DEV, limited, folder=tmp_path / type(task).__name__)
        for task in (ToyTask(), Slow())
    ]
    quick, slow = reports
    assert abs(quick.steps - slow.steps) <= 1
    assert 45 <= slow.evaluating - quick.evaluating < 55  # ten, the first look not counted
    assert 30 <= slow.seconds - slow.evaluating < 32


def test_reading_the_examples_takes_no_minutes_and_no_warm_up(tmp_path: Path, clock: Clock) -> None:
    def slow(_epoch: int) -> Sequence[Example]:  # read for a third of the run
        clock.now += 10.0
        return TRAIN

    limited = replace(SETTINGS, steps=None, minutes=0.5, batch_tokens=10_000, warmup=0.5)
    told: list[Step] = []
    fit(ToyTask(), slow, [], limited, folder=tmp_path, on_step=told.append)
    rates = [step.learning_rate for step in told]
    assert rates[1] < 0.1 * max(rates)


def test_the_first_limit_ends_it(tmp_path: Path) -> None:
    report = fit(ToyTask(), TRAIN, DEV, replace(SETTINGS, epochs=1), folder=tmp_path)
    assert report.ended == "epochs"
    assert report.steps < 60


def test_accumulated_batches_weigh_every_token_alike(tmp_path: Path) -> None:
    """One step over several small batches is the step over all of them at once."""

    def after_one_step(name: str, **how: int) -> dict[str, Tensor]:
        task = ToyTask(dropout=0.0)
        task.module.norm = nn.Identity()  # batch statistics would differ
        settings = replace(SETTINGS, steps=1, warmup=0.0, schedule="constant", **how)
        report = fit(task, TRAIN, [], settings, folder=tmp_path / name)
        assert report.examples == len(TRAIN)
        return parameters(task)

    small = {"batch_tokens": 90, "accumulate": 1000}
    once = after_one_step("once", batch_tokens=100_000, accumulate=1)
    with pytest.raises(AssertionError):
        torch.testing.assert_close(once, parameters(ToyTask()))
    # 1000 batches are more than an epoch has, so the step ends with the epoch
    task = ToyTask(dropout=0.0)
    task.module.norm = nn.Identity()
    settings = replace(SETTINGS, steps=None, epochs=1, warmup=0.0, schedule="constant", **small)
    report = fit(task, TRAIN, [], settings, folder=tmp_path / "small")
    assert (report.steps, report.examples) == (1, len(TRAIN))
    torch.testing.assert_close(parameters(task), once, atol=1e-6, rtol=1e-4)


def spoilt_later(epoch: int) -> list[Example]:
    """Good examples for three epochs, then chance ones, which ruin the model."""
    random = np.random.default_rng(epoch)
    noise = [tuple(random.integers(1, 12, len(example)).tolist()) for example in TRAIN]
    return TRAIN if epoch < 3 else noise


SPOILT = replace(SETTINGS, steps=None, epochs=8, schedule="constant", evaluate_every=2)


def test_the_best_weights_are_kept(tmp_path: Path) -> None:
    task = ToyTask()
    report = fit(task, spoilt_later, DEV, SPOILT, folder=tmp_path)
    losses = {line["step"]: line["dev"]["loss"] for line in lines(tmp_path) if "dev" in line}
    assert report.dev["loss"] == min(losses.values()) < losses[report.steps]
    assert losses[report.best_step] == min(losses.values())
    with torch.no_grad():
        loss, tokens = task.loss(task.collate(DEV))
    assert float(loss) / tokens == pytest.approx(report.dev["loss"], rel=1e-4)


def noise(epoch: int) -> list[Example]:
    """Chance examples, which ruin a model that knows better."""
    return spoilt_later(3 + epoch)


@pytest.mark.parametrize("average", [0.0, 0.9])
def test_what_training_only_makes_worse_stays_as_it_was(tmp_path: Path, average: float) -> None:
    task = ToyTask()
    learnt = fit(task, TRAIN, DEV, SETTINGS, folder=tmp_path / "good")
    known = parameters(task)
    settings = replace(SETTINGS, average=average)
    report = fit(task, noise, DEV, settings, folder=tmp_path / "bad")
    assert report.best_step == 0
    assert report.dev == report.before == learnt.dev
    torch.testing.assert_close(parameters(task), known, rtol=0, atol=0)


def test_it_tells_what_dev_was_before(tmp_path: Path) -> None:
    task = ToyTask()
    task.module.eval()
    with torch.no_grad():
        loss, tokens = task.loss(task.collate(DEV))
    task.module.train()
    report = fit(task, TRAIN, DEV, SETTINGS, folder=tmp_path / "with")
    assert report.before["loss"] == pytest.approx(float(loss) / tokens, rel=1e-4)
    assert report.to_json()["before"] == report.before
    assert fit(ToyTask(), TRAIN, [], SETTINGS, folder=tmp_path / "without").before == {}


def test_patience(tmp_path: Path) -> None:
    report = fit(ToyTask(), spoilt_later, DEV, replace(SPOILT, patience=3), folder=tmp_path)
    assert report.ended == "patience"
    assert report.steps == report.best_step + 3 * 2  # evaluations stand two steps apart


def test_patience_needs_dev(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="patience needs dev"):
        fit(ToyTask(), TRAIN, [], replace(SETTINGS, patience=2), folder=tmp_path)


def test_without_dev_the_last_weights_are_kept(tmp_path: Path) -> None:
    report = fit(ToyTask(), TRAIN, [], SETTINGS, folder=tmp_path)
    assert report.dev == {}
    assert report.best_step == 60


def test_evaluation_changes_nothing(tmp_path: Path) -> None:
    """The toy's evaluation draws random numbers; training must not notice."""
    curves = []
    for name, every in (("often", 3), ("seldom", 60)):
        fit(ToyTask(), TRAIN, DEV, replace(SETTINGS, evaluate_every=every), folder=tmp_path / name)
        curves.append([line["loss"] for line in lines(tmp_path / name)])
    assert curves[0] == curves[1]


def test_the_average_is_what_is_evaluated_and_kept(tmp_path: Path) -> None:
    task = ToyTask()
    weight = task.module.hidden.weight
    expected, told = weight.detach().clone(), list[Step]()

    def follow(step: Step) -> None:  # by hand, on the weights as training leaves them
        decay = min(0.8, (1 + step.step) / (10 + step.step))
        expected.mul_(decay).add_((1 - decay) * weight.detach())
        told.append(step)

    settings = replace(SETTINGS, average=0.8)
    fit(task, TRAIN, [], settings, folder=tmp_path / "averaged", on_step=follow)
    torch.testing.assert_close(task.module.hidden.weight, expected)
    fit(ToyTask(), TRAIN, DEV, SETTINGS, folder=tmp_path / "plain")
    plain = [line["loss"] for line in lines(tmp_path / "plain")]
    assert [step.loss for step in told] == plain  # training itself goes the same way
    assert lines(tmp_path / "plain")[-1]["dev"]["loss"] < 0.3


def test_what_is_evaluated_is_the_average(tmp_path: Path) -> None:
    task = ToyTask()
    settings = replace(SETTINGS, average=0.999, steps=20, evaluate_every=20)
    report = fit(task, TRAIN, DEV, settings, folder=tmp_path)
    with torch.no_grad():
        loss, tokens = task.loss(task.collate(DEV))
    assert report.dev["loss"] == pytest.approx(float(loss) / tokens, rel=1e-4)
    plain = fit(ToyTask(), TRAIN, DEV, replace(settings, average=0.0), folder=tmp_path / "plain")
    assert report.dev["loss"] > plain.dev["loss"]  # it lags behind


def test_examples_may_vary_by_epoch(tmp_path: Path) -> None:
    asked: list[int] = []

    def varied(epoch: int) -> list[Example]:
        asked.append(epoch)
        return sequences(50, seed=epoch)

    fit(ToyTask(), varied, DEV, replace(SETTINGS, steps=None, epochs=3), folder=tmp_path)
    assert asked == [0, 1, 2]


class Overflowing(ToyTask):
    """The loss of the batches in `bad` is infinite."""

    def __init__(self, bad: Sequence[int]) -> None:
        super().__init__()
        self.bad, self.batch = bad, 0

    def loss(self, batch: Tensor) -> tuple[Tensor, int]:
        loss, tokens = super().loss(batch)
        if self.module.training:
            self.batch += 1
            if self.batch in self.bad:
                loss = loss * math.inf
        return loss, tokens


def test_steps_that_overflow_are_skipped_and_counted(tmp_path: Path) -> None:
    report = fit(Overflowing([3, 4, 9]), TRAIN, DEV, SETTINGS, folder=tmp_path)
    assert report.skipped == 3
    assert report.dev["accuracy"] == 1.0
    assert [line["step"] for line in lines(tmp_path) if line["loss"] is None] == [3, 4, 9]
    assert "NaN" not in (tmp_path / "metrics.jsonl").read_text()


def test_several_in_a_row_end_the_run_with_advice(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"5 steps in a row \(up to step 7\).*learning rate"):
        fit(Overflowing(range(3, 100)), TRAIN, DEV, SETTINGS, folder=tmp_path)


def test_too_little_memory_names_the_setting(tmp_path: Path) -> None:
    class Large(ToyTask):
        def loss(self, _batch: Tensor) -> tuple[Tensor, int]:
            raise torch.OutOfMemoryError("out of memory")

    with pytest.raises(TrainingError, match=r"batch of 200 tokens doesn't fit.*Lower batch_tokens"):
        fit(Large(), TRAIN, DEV, SETTINGS, folder=tmp_path)


def test_nothing_to_train_on_or_with(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no example"):
        fit(ToyTask(), [], DEV, SETTINGS, folder=tmp_path / "a")
    frozen = ToyTask()
    frozen.module.requires_grad_(False)
    with pytest.raises(TrainingError, match="all of them are frozen"):
        fit(frozen, TRAIN, DEV, SETTINGS, folder=tmp_path / "b")


def test_frozen_parameters_stay_and_arent_stored(tmp_path: Path) -> None:
    task = ToyTask()
    task.module.embed.weight.requires_grad_(False)
    before = parameters(task)
    report = fit(task, TRAIN, DEV, SETTINGS, folder=tmp_path)
    after = parameters(task)
    assert torch.equal(before["embed.weight"], after["embed.weight"])
    assert not torch.equal(before["hidden.weight"], after["hidden.weight"])
    assert report.trained_parameters == report.parameters - before["embed.weight"].numel()


class AnnealedTask(ToyTask):
    def __init__(self) -> None:
        super().__init__()
        self.told: list[float] = []

    def anneal(self, used: float) -> None:
        self.told.append(used)


def test_a_task_is_told_how_far_the_run_is_before_each_step(tmp_path: Path) -> None:
    class StopHereError(Exception):
        pass

    def stop(step: Step) -> None:
        if step.step == 3:
            raise StopHereError

    settings = replace(SETTINGS, steps=5, checkpoint_every=2)
    task, resumed = AnnealedTask(), AnnealedTask()
    with pytest.raises(StopHereError):
        fit(task, TRAIN, DEV, settings, folder=tmp_path, on_step=stop)
    fit(resumed, TRAIN, DEV, settings, folder=tmp_path, resume=True)
    assert task.told == [0.0, 0.2, 0.4]
    assert resumed.told == [0.4, 0.6, 0.8]


class LayeredTask(ToyTask):
    def parameter_groups(self) -> list[ParameterGroup]:
        embed = list(self.module.embed.parameters())
        shared = {id(parameter) for parameter in embed}
        rest = [value for value in self.module.parameters() if id(value) not in shared]
        return [ParameterGroup(rest), ParameterGroup(embed, depth=3)]


def test_deeper_layers_learn_slower(tmp_path: Path) -> None:
    settings = replace(SETTINGS, steps=1, warmup=0.0, layer_factor=0.1)

    def moved(task: ToyTask) -> tuple[float, float]:
        before = parameters(task)
        fit(task, TRAIN, [], settings, folder=tmp_path / type(task).__name__)
        after = parameters(task)
        embed, hidden = (
            float((after[name] - before[name]).abs().max())
            for name in ("embed.weight", "hidden.weight")
        )
        return embed, hidden

    embed, hidden = moved(ToyTask())
    slower, same = moved(LayeredTask())
    assert same == pytest.approx(hidden, rel=1e-3)
    assert slower == pytest.approx(embed * 0.1**3, rel=1e-2)


def test_groups_that_forget_a_parameter_are_named(tmp_path: Path) -> None:
    class Forgetful(ToyTask):
        def parameter_groups(self) -> list[ParameterGroup]:
            return [ParameterGroup([self.module.embed.weight])]

    with pytest.raises(TrainingError, match=r"leaves out \d+, such as hidden\.weight"):
        fit(Forgetful(), TRAIN, DEV, SETTINGS, folder=tmp_path)


def test_weights_decay_and_vectors_dont(tmp_path: Path) -> None:
    class Still(ToyTask):
        def loss(self, _batch: Tensor) -> tuple[Tensor, int]:
            return sum(value.sum() * 0 for value in self.module.parameters()), 1  # type: ignore

    task = Still()
    before = parameters(task)
    settings = replace(SETTINGS, steps=1, warmup=0.0, weight_decay=0.5, schedule="constant")
    fit(task, TRAIN, [], settings, folder=tmp_path)
    after = parameters(task)
    shrunk = before["hidden.weight"] * (1 - 0.5 * SETTINGS.learning_rate)
    torch.testing.assert_close(after["hidden.weight"], shrunk)
    assert torch.equal(after["hidden.bias"], before["hidden.bias"])


@pytest.mark.parametrize(("clip", "scaled"), [(1e-3, True), (1e6, False)])
def test_gradients_are_clipped(tmp_path: Path, clip: float, scaled: bool) -> None:
    task = ToyTask()
    told: list[Step] = []
    settings = replace(SETTINGS, steps=1, clip=clip)
    fit(task, TRAIN, [], settings, folder=tmp_path, on_step=told.append)
    gradients = [value.grad for value in task.module.parameters() if value.grad is not None]
    norm = float(torch.linalg.vector_norm(torch.cat([g.flatten() for g in gradients])))
    assert norm == pytest.approx(clip if scaled else told[0].norm, rel=1e-4)


def test_bf16_multiplies_in_bfloat16_and_keeps_float32_weights(tmp_path: Path) -> None:
    seen: set[torch.dtype] = set()
    task = ToyTask()

    def note(module: nn.Module, _given: object, made: Tensor) -> None:
        if module.training:
            seen.add(made.dtype)

    task.module.hidden.register_forward_hook(note)
    report = fit(task, TRAIN, DEV, replace(SETTINGS, precision="bf16"), folder=tmp_path)
    assert seen == {torch.bfloat16}
    assert task.module.hidden.weight.dtype == torch.float32
    assert (report.precision, report.dev["accuracy"]) == ("bf16", 1.0)


def test_threads_are_put_back(tmp_path: Path) -> None:
    torch.set_num_threads(1)
    during: set[int] = set()
    fit(
        ToyTask(), TRAIN, DEV, replace(SETTINGS, steps=2, threads=2), folder=tmp_path,
        on_step=lambda _step: during.add(torch.get_num_threads()),
    )  # fmt: skip
    assert (during, torch.get_num_threads()) == ({2}, 1)
