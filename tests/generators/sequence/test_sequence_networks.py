"""What every network must do, whatever its weights are: these have learnt nothing."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")

import toy_compact  # noqa: E402
import toy_sequence  # noqa: E402
from titlewright.errors import GeneratorError  # noqa: E402
from titlewright.generators.sequence.copying import Distribution  # noqa: E402
from titlewright.generators.sequence.network import select  # noqa: E402
from titlewright.generators.sequence.task import SequenceTask  # noqa: E402
from titlewright.records import Example, Product  # noqa: E402

KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "neural-lm": ("neural-lm", {}),
    "neural-lm with direct connections": ("neural-lm", {"direct": True, "before": 2}),
    "neural-lm that can't copy": ("neural-lm", {"copy": False}),
    "rnn": ("rnn", {}),
    "rnn that can't copy": ("rnn", {"copy": False}),
    "lstm": ("lstm", {}),
    "lstm of two layers": ("lstm", {"layers": 2}),
    "gru": ("lstm", {"cell": "gru"}),
    "lstm with multiplicative attention": ("lstm", {"attention": "multiplicative"}),
    "vae": ("vae", {"cell": "gru", "latent": 4}),
    "transformer": ("transformer", {"decoder_layers": 2}),
    "transformer that can't copy": ("transformer", {"copy": False}),
}
LONG = Example(Product(id="x", description="An XQ-1 and an XQ-2 lamp " * 9), "Steel Lamp " * 5)


@pytest.fixture(scope="module", params=KINDS)
def task(request: pytest.FixtureRequest) -> SequenceTask:
    family, sizes = KINDS[request.param]
    model = toy_sequence.new(family, **sizes)
    model._build(toy_compact.examples(), seed=1)
    model.network.eval()
    return SequenceTask(model.network, model.vocabulary)


def scores(task: SequenceTask, examples: list[Example]) -> Any:
    batch = task.collate(examples)
    with torch.no_grad():
        return task.module(batch.source, batch.previous).all()


def test_probabilities_sum_to_one(task: SequenceTask) -> None:
    total = scores(task, [*toy_compact.examples(range(3)), LONG]).exp().sum(-1)
    assert torch.allclose(total, torch.ones_like(total), atol=1e-4)


def test_a_unit_has_the_same_probability_alone_as_among_all(task: SequenceTask) -> None:
    batch = task.collate([*toy_compact.examples(range(3)), LONG])
    with torch.no_grad():
        told: Distribution = task.module(batch.source, batch.previous)
    expected = told.all().gather(-1, batch.targets[..., None])[..., 0]
    assert torch.allclose(told.of(batch.targets), expected, atol=1e-5)


def test_step_by_step_is_the_same_as_all_at_once(task: SequenceTask) -> None:
    batch = task.collate(toy_compact.examples(range(4)))
    network: Any = task.module
    with torch.no_grad():
        memory = network.encode(batch.source)
        state, rows = network.begin(memory), []
        for ids in batch.previous.unbind(1):
            row, state = network.step(ids, state, memory)
            rows.append(row)
        at_once = network(batch.source, batch.previous).all()
    assert torch.allclose(torch.stack(rows, 1), at_once, atol=1e-4)


def test_padding_changes_nothing(task: SequenceTask) -> None:
    example = toy_compact.example(3)
    alone, beside = scores(task, [example]), scores(task, [LONG, example])
    steps, size = alone.shape[1:]
    assert beside.shape[1] > steps
    assert torch.allclose(alone[0], beside[1, :steps, :size], atol=1e-4)


def test_rows_of_memory_and_state_can_be_chosen(task: SequenceTask) -> None:
    batch = task.collate(toy_compact.examples(range(3)))
    network: Any = task.module
    with torch.no_grad():
        memory = network.encode(batch.source)
        expected, _ = network.step(batch.previous[:, 0], network.begin(memory), memory)
        chosen = select(memory, torch.tensor([2, 0]))
        row, _ = network.step(batch.previous[[2, 0], 0], network.begin(chosen), chosen)
    assert torch.allclose(row, expected[[2, 0]], atol=1e-4)


def test_it_learns_in_bfloat16_too(task: SequenceTask) -> None:
    batch = task.collate(toy_compact.examples(range(6)))
    exact, count = task.loss(batch)
    with torch.autocast("cpu", torch.bfloat16):
        loss, _ = task.loss(batch)
    task.module.zero_grad()
    loss.backward()
    assert loss.item() == pytest.approx(exact.item(), rel=0.02)
    gradients = [value.grad for value in task.module.parameters() if value.grad is not None]
    assert all(torch.isfinite(gradient).all() for gradient in gradients)
    assert count == int((batch.targets != 0).sum())


@pytest.mark.parametrize(
    ("family", "sizes", "message"),
    [
        ("lstm", {"cell": "elman"}, "cell must be lstm or gru, not 'elman'"),
        ("lstm", {"attention": "none"}, "attention must be"),
        ("lstm", {"width": 33}, "width must be even, not 33"),
        ("vae", {"cell": "elman"}, "cell must be lstm or gru, not 'elman'"),
        ("vae", {"latent": 0}, "latent must be 1 or more, not 0"),
        ("vae", {"word_dropout": 1.0}, "word_dropout must be at least 0 and below 1, not 1"),
        ("vae", {"annealing": 1.5}, "annealing must be from 0 to 1, not 1.5"),
        ("vae", {"free_bits": -0.1}, "free_bits must be 0 or more, not -0.1"),
        ("vae", {"variety": float("nan")}, "variety must be 0 or more, not nan"),
        ("transformer", {"heads": 3}, "multiple of heads, not 32 with 3"),
    ],
)
def test_sizes_that_make_no_network_are_refused(
    family: str, sizes: dict[str, Any], message: str
) -> None:
    with pytest.raises(GeneratorError, match=message):
        toy_sequence.new(family, **sizes)
