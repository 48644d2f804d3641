"""The judge learns toy products, keeps what it learnt, and its probabilities mean what they say."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the extra train")

import toy_compact
import toy_judge
import toy_sequence
from titlewright.errors import GeneratorError
from titlewright.generators import Generator, create, families, names, start, writes
from titlewright.generators.judging.batches import flat_ids, read_stated
from titlewright.generators.judging.questions import questions
from titlewright.generators.judging.task import JudgeTask
from titlewright.generators.saved import save_whole
from titlewright.generators.sequence.batches import collate

UNSEEN = toy_judge.unseen()


def chances(judge: Any, product: Any, *titles: str) -> list[float]:
    reading = read_stated(product, judge.vocabulary)
    ids = [flat_ids(title, reading, judge.vocabulary) for title in titles]
    return judge.probabilities(reading, ids).tolist()


def test_it_tells_own_titles_from_spoilt_and_swapped_ones(judge: Any) -> None:
    measures = JudgeTask(judge.network, judge.vocabulary).evaluate(questions(UNSEEN)(0))
    assert measures["accuracy"] >= 0.85
    assert measures["accuracy_swapped"] >= 0.9
    assert 0 <= measures["ece"] <= 1


def test_a_model_number_that_nobody_has_seen_must_be_the_products_own(judge: Any) -> None:
    right = 0
    for example in UNSEEN:
        number = example.product.attributes["model"]
        own, other = chances(
            judge, example.product, example.title, example.title.replace(number, "NV-9999")
        )
        right += own > other
    assert right >= 0.95 * len(UNSEEN)


def test_what_the_network_says_doesnt_depend_on_padding_or_neighbours(judge: Any) -> None:
    task = JudgeTask(judge.network, judge.vocabulary)
    asked = questions(UNSEEN)(0)
    asked[0] = asked[0]._replace(wrong="Nordvik " * 40)
    assert np.allclose(task.logits(asked)[1:], task.logits(asked[1:]), atol=1e-5)


def test_the_present_title_and_wishes_are_not_read(judge: Any) -> None:
    product = UNSEEN[0].product
    titled = replace(product, title="Something Else")
    title = UNSEEN[0].title
    assert chances(judge, titled, title) == chances(judge, product, title)
    source = collate([read_stated(product, judge.vocabulary)])
    seen = judge.network.stated[source.fields]
    assert not bool(seen[0, 0])  # the style that is asked for


def test_a_title_without_words_and_a_product_without_any_are_judged(judge: Any) -> None:
    found = chances(judge, UNSEEN[0].product, "", UNSEEN[0].title)
    assert all(0 <= chance <= 1 for chance in found)
    assert found[0] < 0.5


def test_titles_without_a_word_alone_are_judged(judge: Any) -> None:
    (found,) = chances(judge, UNSEEN[0].product, "")
    assert found < 0.5


def test_a_saved_judge_judges_the_same(judge: Any, tmp_path: Path) -> None:
    save_whole(judge, tmp_path)
    loaded: Any = type(judge).load(tmp_path)
    assert loaded.temperature == judge.temperature
    for example in UNSEEN[:5]:
        assert chances(loaded, example.product, example.title) == chances(
            judge, example.product, example.title
        )
    assert not writes(tmp_path)


def test_it_learns_on_from_a_saved_one(judge: Any, tmp_path: Path) -> None:
    save_whole(judge, tmp_path / "model")
    again: Any = start(str(tmp_path / "model"))
    report = again.fit(
        toy_compact.examples(range(40)), dev=UNSEEN[:10],
        settings=replace(toy_judge.SETTINGS, steps=5), folder=tmp_path / "run",
        on_step=toy_sequence.ignore,
    )  # fmt: skip
    assert again.vocabulary.words == judge.vocabulary.words
    assert report.dev["temperature"] == again.temperature


def test_it_is_a_learner_but_no_generator(judge: Any, tmp_path: Path) -> None:
    assert "cnn" in families()
    assert "cnn" not in names()
    assert not isinstance(judge, Generator)
    save_whole(judge, tmp_path)
    for name in ("cnn", str(tmp_path)):
        with pytest.raises(
            GeneratorError, match=r"cnn judges titles and writes none.*scorers\.create"
        ):
            create(name)


def test_what_it_doesnt_know_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(GeneratorError, match="--lora"):
        start(None, "cnn", lora=True)
    with pytest.raises(GeneratorError, match=r"no size 'wings'.*filters"):
        start(None, "cnn", sizes={"wings": 2})
    with pytest.raises(GeneratorError, match="filters must be a whole number from 1, not 0"):
        start(None, "cnn", sizes={"filters": 0})
    fresh: Any = start(None, "cnn", sizes={"width": 8})
    assert fresh.sizes.width == 8
    with pytest.raises(GeneratorError, match="trained first"):
        fresh.save(tmp_path)


def test_a_folder_that_is_not_whole_is_an_error(judge: Any, tmp_path: Path) -> None:
    save_whole(judge, tmp_path)
    (tmp_path / "judge.safetensors").unlink()
    with pytest.raises(GeneratorError, match="no whole judge"):
        type(judge).load(tmp_path)
    about = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))
    del about["judge"]
    (tmp_path / "model.json").write_text(json.dumps(about), encoding="utf-8")
    with pytest.raises(GeneratorError, match="holds no judge"):
        type(judge).load(tmp_path)


def test_without_dev_there_is_no_temperature(tmp_path: Path) -> None:
    judge: Any = start(None, "cnn", sizes=toy_judge.SIZES)
    report = judge.fit(
        UNSEEN[:10], dev=[], settings=replace(toy_judge.SETTINGS, steps=2), folder=tmp_path,
        on_step=toy_sequence.ignore,
    )  # fmt: skip
    assert judge.temperature == 1
    assert report.dev == {}
