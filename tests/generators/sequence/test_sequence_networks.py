"""What every network must do, whatever its weights are: these have learnt nothing."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="needs the extra train")

import toy_compact  # noqa: E402
import toy_sequence  # noqa: E402
from titlewright.errors import GeneratorError  # noqa: E402
from titlewright.generators.sequence.batches import collate  # noqa: E402
from titlewright.generators.sequence.copying import Distribution, Pointer  # noqa: E402
from titlewright.generators.sequence.network import select  # noqa: E402
from titlewright.generators.sequence.reading import learn_words, read  # noqa: E402
from titlewright.generators.sequence.task import SequenceTask  # noqa: E402
from titlewright.generators.writing.vocabulary import BEGIN  # noqa: E402
from titlewright.records import Example, Hints, Product  # noqa: E402

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


def test_a_pointer_that_has_learnt_nothing_reads_on_and_repeats_nothing() -> None:
    """Words that nobody has seen, which only their places tell apart."""
    vocabulary = learn_words(toy_compact.examples(range(8)), 100)
    product = Product(id="x", brand="Qa Qb", title="Qc Qd")
    reading = read(product, Hints(), vocabulary, copying=True)
    ids = [len(vocabulary) + reading.words.index(word) for word in ("Qa", "Qb", "Qc", "Qd")]
    pointer, source = Pointer(8, 4), collate([reading])
    torch.nn.init.zeros_(pointer.key.weight)
    memory = pointer.remember(torch.zeros(1, len(reading.ids), 8), source)
    previous = torch.tensor([[BEGIN, *ids[:3]]])
    scores, features = torch.zeros(1, 4, len(vocabulary)), torch.zeros(1, 4, 4)
    with torch.no_grad():
        told, copied = pointer(scores, features, previous, memory.units.uncopied(), memory)
    begins, second, _, last = told.all()[0, :, ids]
    assert begins[0] == begins[2] > begins[1] == begins[3]  # where brand and title begin
    assert second.argmax() == 1
    assert last.argmax() == 3
    assert last[0] == last[1] == last[2] < last[3]
    assert copied[0].tolist() == [unit in ids[:3] for unit in source.copies[0].tolist()]


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
