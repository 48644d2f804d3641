"""Pooling: who comes first, that nothing is lost by it, and that an ensemble is whole by itself."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from titlewright.errors import GeneratorError
from titlewright.examples import example_products
from titlewright.generators import create, start
from titlewright.generators.ensemble.generator import EnsembleGenerator
from titlewright.generators.ensemble.judgement import fit
from titlewright.generators.ensemble.pool import POOLED, features, pool
from titlewright.generators.overlap import rouge_l
from titlewright.generators.saved import save_whole
from titlewright.records import Candidate, Example, Hints, Product


class Says:
    """A generator that says what it is told, in that order."""

    model_made = True

    def __init__(self, name: str, titles: dict[str, Sequence[str]]) -> None:
        self.name, self.titles = name, titles

    def generate(
        self, products: Sequence[Product], *, n: int, **_asked: Any
    ) -> list[list[Candidate]]:
        return [
            [Candidate(text, self.name, -float(place)) for place, text in enumerate(texts[:n])]
            for texts in (self.titles.get(product.id, ()) for product in products)
        ]


EXAMPLES = [
    Example(Product(id=str(number)), f"Acme lamp number{number} oak small") for number in range(40)
]


def learnt(*members: Says) -> tuple[EnsembleGenerator, dict[str, float]]:
    model = EnsembleGenerator([one.name for one in members], members)
    report = model.fit(
        EXAMPLES, dev=EXAMPLES, settings=model.recommended, folder=Path("unused"),
        on_step=lambda _step: None,
    )  # fmt: skip
    return model, dict(report.dev)


def half_right(side: int) -> Says:
    """Right for every second product, and for the others wrong on its own."""
    return Says(
        f"half{side}",
        {
            one.product.id: [one.title, f"{one.title} two"]
            if int(one.product.id) % 2 == side
            else [f"nonsense{side}", f"{one.title} large"]
            for one in EXAMPLES
        },
    )


def score(model: Any) -> float:
    made = model.generate([one.product for one in EXAMPLES], n=1)
    return rouge_l([titles[0].text for titles in made], [one.title for one in EXAMPLES])


def test_what_others_agree_with_comes_before_what_its_writer_alone_says() -> None:
    first, second = half_right(0), half_right(1)
    model, measures = learnt(first, second)
    assert model.judgement.trusted
    assert score(model) > max(score(first), score(second)) + 0.2
    assert measures["rougeL"] > measures["best_member"]
    assert measures["rougeL"] <= measures["oracle"]


def test_where_pooling_gains_nothing_the_best_member_has_its_way() -> None:
    right = Says("right", {one.product.id: [one.title] for one in EXAMPLES})
    wrong = Says("wrong", {one.product.id: ["something else", "or this"] for one in EXAMPLES})
    model, measures = learnt(wrong, right)
    assert measures["best_member"] == pytest.approx(1.0)
    assert score(model) == pytest.approx(score(right))
    made = model.generate([EXAMPLES[0].product], n=9)[0]
    assert [one.text for one in made] == [EXAMPLES[0].title, "something else", "or this"]


def test_a_title_of_several_is_pooled_once_and_told_so() -> None:
    mine = [Candidate("Blue Lamp", "a", -1.0), Candidate("Lamp", "a", -2.0)]
    theirs = [Candidate("blue lamp", "b", -5.0)]
    pooled = pool([mine, theirs])
    assert [(member, place) for member, place, _ in pooled] == [(0, 0), (0, 1)]
    rows = features(pooled, [mine, theirs], 2)
    assert rows[0, -1] == 1.0
    assert rows[1, -1] == 0.5


def test_a_judgement_learns_which_feature_tells() -> None:
    rng = np.random.default_rng(0)
    rows = [rng.normal(size=(5, 3)) for _ in range(50)]
    quality = [0.5 + 0.2 * row[:, 1] for row in rows]
    judgement, measures = fit(rows, quality, np.full((50, 2), 0.4))
    assert abs(judgement.weights[1] - 0.2) < 0.02
    assert measures["rougeL"] == pytest.approx(measures["oracle"], abs=1e-6)


def test_titles_beyond_the_pool_come_after_it() -> None:
    many = Says("many", {"0": [f"title number{number}" for number in range(POOLED + 4)]})
    model = EnsembleGenerator(["many"], [many])
    made = model.generate([Product(id="0")], n=POOLED + 3)[0]
    assert [one.text for one in made] == [f"title number{number}" for number in range(POOLED + 3)]


def test_it_is_whole_when_its_members_are_gone(tmp_path: Path) -> None:
    examples = [Example(replace(one, title=""), one.title) for one in example_products()]
    member = start(None, "ngram")
    member.fit(
        examples, dev=[], settings=member.recommended, folder=tmp_path, on_step=lambda _step: None
    )
    save_whole(member, tmp_path / "member")
    model = start(f"{tmp_path / 'member'},template", "ensemble")
    model.fit(
        examples, dev=examples, settings=model.recommended, folder=tmp_path,
        on_step=lambda _step: None,
    )  # fmt: skip
    products = [example.product for example in examples[:5]]
    hints = [Hints(avoid=("the",))] * 5
    before = model.generate(products, n=4, hints=hints, seed=2)
    save_whole(model, tmp_path / "ensemble")
    shutil.rmtree(tmp_path / "member")
    assert create(str(tmp_path / "ensemble")).generate(products, n=4, hints=hints, seed=2) == before
    assert start(str(tmp_path / "ensemble")).generate(products, n=1)


def test_an_ensemble_of_nobody_is_refused() -> None:
    with pytest.raises(GeneratorError, match="--from MODEL,MODEL"):
        start(None, "ensemble")


class Paid(Says):
    """One that keeps accounts of a run."""

    def about(self) -> dict[str, Any]:
        return {}

    def begin(self, _run: str, _spent: float) -> None:
        raise AssertionError

    def report(self, _products: Sequence[Product], **_asked: Any) -> list[Any]:
        raise AssertionError


def test_one_that_keeps_accounts_is_no_member() -> None:
    with pytest.raises(GeneratorError, match="llm can't be a member"):
        EnsembleGenerator(["ngram", "llm"], [Says("ngram", {}), Paid("llm", {})])
