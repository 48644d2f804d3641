"""Each family learns a small task, keeps what it learnt in a folder, and does what it is asked."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch", reason="needs the extra train")

import toy_compact
import toy_sequence
from titlewright.errors import GeneratorError
from titlewright.generators import Pretrainable, create, start
from titlewright.generators.sequence.task import SequenceTask
from titlewright.neural.task import Task
from titlewright.records import Hints, Product

UNSEEN = toy_compact.examples(range(120, 180))
PRODUCTS = [example.product for example in UNSEEN[:8]]


@pytest.fixture(scope="module", params=toy_sequence.FAMILIES)
def family(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def model(family: str, trained: toy_sequence.Trained) -> Any:
    return create(str(trained(family)))


def dev_loss(model: Any) -> float:
    """Nats a unit on products that were not learnt from."""
    task = SequenceTask(model.network.eval(), model.vocabulary)
    total, count = task.loss(task.collate(UNSEEN))
    return total.item() / count


def test_it_learns(family: str, model: Any) -> None:
    fresh = toy_sequence.new(family)
    fresh._build(toy_compact.examples(range(100)), seed=0)
    assert dev_loss(model) < 0.3 * dev_loss(fresh)


def test_model_numbers_never_seen_are_copied(model: Any) -> None:
    """The network's own titles, without the search and its rules."""
    titles = SequenceTask(model.network, model.vocabulary).titles(UNSEEN)
    right = [
        example.product.attributes["model"] in title.split()
        for example, title in zip(UNSEEN, titles, strict=True)
    ]
    assert sum(right) >= 0.95 * len(right)


def test_what_the_vocabulary_lacks_is_only_ever_copied(model: Any) -> None:
    for product, titles in zip(PRODUCTS, model.generate(PRODUCTS, n=5), strict=True):
        written = {word for title in titles for word in title.text.split() if "NV-" in word}
        assert written <= {product.attributes["model"]}


def test_a_saved_model_writes_the_same(model: Any, tmp_path: Path) -> None:
    model.save(tmp_path)
    assert create(str(tmp_path)).generate(PRODUCTS, n=4) == model.generate(PRODUCTS, n=4)


def test_a_saved_model_learns_on_with_its_own_words(
    family: str, trained: toy_sequence.Trained, tmp_path: Path
) -> None:
    model: Any = start(str(trained(family)))
    before, words = dev_loss(model), model.vocabulary.words
    model.fit(
        toy_compact.examples(range(60)), dev=UNSEEN[:8],
        settings=replace(toy_sequence.SETTINGS, steps=10, learning_rate=1e-3),
        folder=tmp_path, on_step=toy_sequence.ignore,
    )  # fmt: skip
    assert model.vocabulary.words == words
    assert dev_loss(model) < 1.1 * before


def test_it_is_pretrained_on_products_alone(family: str, tmp_path: Path) -> None:
    examples = toy_compact.examples(range(60))
    products = [replace(example.product, title=example.title) for example in examples]
    model = toy_sequence.new(family)
    assert isinstance(model, Pretrainable)
    losses: list[float] = []
    model.pretrain(
        products, dev=[], settings=replace(toy_sequence.SETTINGS, steps=50), folder=tmp_path,
        on_step=lambda step: losses.append(step.loss),
    )  # fmt: skip
    assert sum(losses[-5:]) < 0.8 * sum(losses[:5])


def test_no_title_is_longer_than_allowed(model: Any) -> None:
    for limit in (12, 30):
        made = model.generate(PRODUCTS, n=5, hints=[Hints(max_length=limit)] * 8)
        assert all(len(title.text) <= limit for titles in made for title in titles)


def test_a_wished_length_is_kept_to(model: Any) -> None:
    hints = Hints(target_length=32)
    short, free = (model.generate(PRODUCTS, n=1, hints=asked) for asked in ([hints] * 8, None))
    assert all(len(title.text) <= 32 for titles in short for title in titles)
    assert any(len(titles[0].text) > 32 for titles in free)


def test_words_to_avoid_are_avoided(model: Any) -> None:
    hints = Hints(avoid=("Nordvik", "bottle"))
    for titles in model.generate(PRODUCTS, n=5, hints=[hints] * 8):
        for title in titles:
            assert not {"nordvik", "bottle"} & set(title.text.lower().split())


def test_the_likeliest_comes_first_of_beams(model: Any) -> None:
    (titles,) = model.generate(PRODUCTS[:1], n=8)
    assert all((title.log_probability or 1) <= 0 for title in titles)
    if model.name == "vae":
        return  # its titles are each likely at a z of their own; the first is that at the mean
    assert titles[0].log_probability >= titles[1].log_probability


def test_measures_and_samples_are_of_greedy_titles(model: Any) -> None:
    task: Task[Any, Any] = SequenceTask(model.network, model.vocabulary)
    assert 0 <= task.evaluate(UNSEEN[:8])["rougeL"] <= 1
    assert task.evaluate([]) == {}
    assert [reference for _, reference, _ in task.samples(UNSEEN[:3])] == [
        example.title for example in UNSEEN[:3]
    ]


def test_smoothing_spreads_probability_while_it_learns(model: Any) -> None:
    plain = SequenceTask(model.network, model.vocabulary)
    smooth = SequenceTask(model.network, model.vocabulary, 0.1)
    batch = plain.collate(UNSEEN[:8])
    expected = plain.loss(batch)[0].item()
    assert smooth.loss(batch)[0].item() == expected  # what is measured
    model.network.train()
    try:
        assert smooth.loss(batch)[0].item() > expected
    finally:
        model.network.eval()


def test_it_has_to_be_trained_first(family: str) -> None:
    with pytest.raises(GeneratorError, match="trained first"):
        create(family)
    with pytest.raises(GeneratorError, match="trained first"):
        start(None, family).generate([Product(id="1", title="Hat")], n=1)
    with pytest.raises(GeneratorError, match="--lora"):
        start(None, family, lora=True)


def test_a_folder_that_is_not_whole_is_an_error(
    family: str, trained: toy_sequence.Trained, tmp_path: Path
) -> None:
    about = json.loads((trained(family) / "model.json").read_text(encoding="utf-8"))
    (tmp_path / "model.json").write_text(json.dumps(about), encoding="utf-8")
    with pytest.raises(GeneratorError, match=f"no whole {family} model"):
        create(str(tmp_path))
    about["network"]["wings"] = 2
    (tmp_path / "model.json").write_text(json.dumps(about), encoding="utf-8")
    with pytest.raises(GeneratorError, match="wings"):
        create(str(tmp_path))
