from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import toy_compact
from titlewright.errors import GeneratorError
from titlewright.generators.compact.generator import CompactGenerator
from titlewright.generators.compact.reading import read
from titlewright.generators.compact.runtime import OnnxEngine
from titlewright.generators.saved import save_whole
from titlewright.neural.settings import TrainingSettings
from titlewright.records import Example, Hints
from titlewright.training.practice import practise

SETTINGS = TrainingSettings(
    steps=200, batch_tokens=1024, learning_rate=5e-3, warmup=0.1, precision="float32", threads=1
)


@pytest.fixture(scope="module")
def trained(base: Path, examples: list[Example], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trained")
    model = CompactGenerator.start(str(base))
    model.fit(
        examples[:50], dev=examples[50:], settings=SETTINGS, folder=folder / "run",
        on_step=lambda _step: None,
    )  # fmt: skip
    save_whole(model, folder / "model")
    return folder / "model"


def test_it_learns_to_copy_from_a_few_products(trained: Path, examples: list[Example]) -> None:
    model = CompactGenerator.load(trained)
    made = model.generate([example.product for example in examples[50:]], n=3)
    codes = [example.product.attributes["model"] for example in examples[50:]]
    right = sum(
        any(code in title.text for title in titles)
        for code, titles in zip(codes, made, strict=True)
    )
    assert right >= 9  # of 10 model numbers never seen in training


def test_dev_s_rouge_l_is_that_of_the_likeliest_units(
    trained: Path, examples: list[Example]
) -> None:
    pytest.importorskip("torch")
    from titlewright.generators.compact.task import CompactTask
    from titlewright.generators.overlap import rouge_l

    model = CompactGenerator.start(str(trained))
    task = CompactTask(model.network.eval(), model.pieces, model.vocabulary)
    titles = task.titles(examples[50:])
    codes = [one.product.attributes["model"] for one in examples[50:]]
    assert sum(code in title for code, title in zip(codes, titles, strict=True)) >= 8
    told = task.evaluate(examples[50:])
    assert told["rougeL"] == rouge_l(titles, [one.title for one in examples[50:]]) > 0.6
    assert task.titles(examples[53:54]) == titles[3:4]  # whatever stands beside it
    assert [sample[2] for sample in task.samples(examples[50:52])] == titles[:2]


def test_the_graphs_give_back_the_network_they_were_made_of(base: Path) -> None:
    torch = pytest.importorskip("torch")
    one, two = CompactGenerator.start(str(base)), CompactGenerator.start(str(base))
    assert one._network is not None
    assert two._network is not None
    for name, value in one._network.state_dict().items():
        assert torch.equal(value, two._network.state_dict()[name])


def test_both_engines_score_alike(base: Path, examples: list[Example]) -> None:
    """The float32 graphs against PyTorch, on the first step."""
    torch = pytest.importorskip("torch")
    from titlewright.generators.compact.task import collate

    model = CompactGenerator.start(str(base))
    network = model._network
    assert network is not None
    readings = [read(example.product, Hints(), model.pieces) for example in examples[:4]]
    batch = collate(readings)
    with torch.no_grad():
        seen = network.eval().read(
            batch.pieces, batch.fields, batch.starts, batch.groups, batch.before, batch.first
        )
        words, units = network(batch.previous, batch.budgets, seen)
        likely = torch.cat([words, units], -1).softmax(-1)[:, 0]
    engine = OnnxEngine(base / "reader.onnx", base / "writer.onnx", threads=1)
    memory = engine.read(readings)
    size = len(model.vocabulary)
    bonus = np.zeros((4, size + max(len(reading.words) for reading in readings)), np.float32)
    ids, scores = engine.step(memory, np.full((4, 1), 1), np.zeros((4, 1), np.int64), bonus, 0)
    for row, reading in enumerate(readings):
        expected = likely[row, :size].tolist() + [0.0] * len(reading.words)
        for group, probability in zip(reading.groups, likely[row, size:], strict=False):
            expected[size + group] += float(probability)
        for number, score in zip(ids[row, 0].tolist(), scores[row, 0].tolist(), strict=True):
            if number < len(expected) and expected[number] > 1e-7:
                assert np.exp(score) == pytest.approx(expected[number], rel=1e-3)


def test_practice_asks_for_what_the_title_answers(examples: list[Example]) -> None:
    of_epoch = practise(examples, seed=1)
    first, again, second = of_epoch(0), of_epoch(0), of_epoch(1)
    assert first == again != second
    for asked in (*first, *second):
        hints = asked.hints
        assert hints.target_length is None or hints.target_length >= len(asked.title)
        assert not any(word.lower() in asked.title.lower().split() for word in hints.avoid)
    assert any(asked.product.title for asked in first)
    kept = [replace(examples[0], hints=Hints(style="short"))]
    assert practise(kept)(0) == kept


def test_lora_is_refused(base: Path) -> None:
    with pytest.raises(GeneratorError, match="--lora"):
        CompactGenerator.start(str(base), lora=True)


def test_in_int8_too_a_product_s_titles_do_not_depend_on_its_neighbours(
    trained: Path, examples: list[Example]
) -> None:
    model = CompactGenerator.load(trained)
    products = [example.product for example in examples[40:50]]
    together = model.generate(products, n=5, seed=3)
    alone = [model.generate([product], n=5, seed=3)[0] for product in products]
    assert [[t.text for t in titles] for titles in together] == [
        [t.text for t in titles] for titles in alone
    ]


def test_pretraining_learns_from_products_alone(base: Path, tmp_path: Path) -> None:
    products = [
        replace(one.product, title=one.title) for one in toy_compact.examples(range(60, 260))
    ]
    model = CompactGenerator.start(str(base))
    settings = replace(SETTINGS, steps=120)
    losses = []
    report = model.pretrain(
        products[20:], dev=products[:20], settings=settings, folder=tmp_path,
        on_step=lambda step: losses.append(step.loss),
    )  # fmt: skip
    assert report.dev["loss"] < 0.6 * losses[0]
