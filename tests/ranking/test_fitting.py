"""Learning a ranking from opinions: what is true of the people is found, and no more."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from titlewright.errors import SettingsError
from titlewright.ranking import WeightedMean
from titlewright.ranking.fitting import (
    FEWEST,
    FEWEST_FOR_TREES,
    Opinion,
    agreement,
    fit,
    learn_trees,
    learn_weights,
    pairs_of,
)
from titlewright.ranking.keeping import read_ranking, write_ranking
from titlewright.ranking.trees import TYPICAL, Trees
from titlewright.records import Score

pytest.importorskip("lightgbm", reason="needs the extra train")

NAMES = ("complete", "clear", "order")
DEFAULT = {"complete": 0.6, "clear": 0.3, "order": 0.1}


def opinions(
    products: int, likes: dict[str, float], *, noise: float = 0.0, seed: int = 0
) -> dict[str, list[Opinion]]:
    """Four titles a product, liked as `likes` weighs their scores."""
    rng = np.random.default_rng(seed)
    found = {}
    for product in range(products):
        titles = []
        for _ in range(4):
            values = rng.random(len(NAMES))
            scores = tuple(Score(name, float(v)) for name, v in zip(NAMES, values, strict=True))
            liked = sum(likes.get(score.name, 0) * score.value for score in scores)
            titles.append(Opinion(scores, float(np.clip(liked + rng.normal(0, noise), 0, 1))))
        found[f"product {product}"] = titles
    return found


def test_people_who_like_order_teach_order() -> None:
    fitted = fit(opinions(100, {"order": 0.9, "clear": 0.1}, noise=0.05), DEFAULT)
    assert fitted.chosen == "learnt weights"
    assert isinstance(fitted.weigher, WeightedMean)
    weights = fitted.weigher.weights
    assert weights["order"] > weights["complete"]
    assert sum(weights.values()) == pytest.approx(sum(DEFAULT.values()), abs=1e-3)
    usual, learnt = fitted.trials["default weights"], fitted.trials["learnt weights"]
    assert learnt.accuracy > usual.accuracy
    assert learnt.better[0] > 0
    assert usual.better == (0, 0)
    assert fitted.products == 100


def test_people_who_like_what_the_defaults_do_or_nothing_leave_them() -> None:
    for likes in (DEFAULT, {}):
        fitted = fit(opinions(60, likes, noise=0.2), DEFAULT)
        assert fitted.chosen == "default weights"


def test_a_few_opinions_move_the_weights_less_than_many() -> None:
    likes = {"order": 1.0}
    few, many = (learn_weights(opinions(count, likes), DEFAULT) for count in (5, 200))
    assert DEFAULT["order"] < few["order"] < many["order"]


def test_a_quality_that_wants_trees_gets_them() -> None:
    """Liked in the middle: no weight can say that."""
    found = opinions(FEWEST_FOR_TREES + 100, {"order": 1.0})
    bent = {
        product: [one._replace(liked=1 - abs(one.liked - 0.5)) for one in some]
        for product, some in found.items()
    }
    fitted = fit(bent, DEFAULT)
    assert fitted.chosen == "trees"
    assert fitted.trials["trees"].accuracy > 0.8


def test_what_trees_add_sums_to_what_they_predict() -> None:
    found = opinions(80, {"order": 0.7, "clear": 0.3})
    trees = learn_trees(found)
    some = [one.scores for one in found["product 0"]]
    parts = trees.weigh(some)
    assert [part.name for part in parts[0]] == [*NAMES, TYPICAL]
    predicted = trees._booster.predict(np.array([[s.value for s in _sorted(x)] for x in some]))
    totals = [sum(part.value for part in own) for own in parts]
    assert totals == pytest.approx(list(predicted))
    assert agreement(trees, found["product 0"]) > 0.6


def _sorted(scores: tuple[Score, ...]) -> list[Score]:
    return sorted(scores, key=lambda score: score.name)


def test_trees_take_titles_with_other_qualities() -> None:
    trees = learn_trees(opinions(80, {"order": 1.0}))
    (parts,) = trees.weigh([[Score("order", 1.0), Score("brown", 1.0)]])
    names = [part.name for part in parts]
    assert names[:2] == ["order", "brown"]
    assert names[-1] == TYPICAL
    assert parts[1].value == 0
    assert trees.weigh([]) == []


@pytest.mark.parametrize("products", [0, FEWEST - 1])
def test_too_few_opinions_are_named(products: int) -> None:
    with pytest.raises(SettingsError, match=f"Only {products} products"):
        fit(opinions(products, {"order": 1.0}))


def test_equally_liked_titles_are_no_pair() -> None:
    scores = (Score("order", 1.0),)
    some = [Opinion(scores, 0.5), Opinion(scores, 0.5), Opinion(scores, 0.7, 2.0)]
    assert pairs_of(some) == [(2, 0, pytest.approx(0.2)), (2, 1, pytest.approx(0.2))]


def test_a_ranking_is_read_as_it_was_written(tmp_path: Path) -> None:
    some = [one.scores for one in opinions(1, {"order": 1.0})["product 0"]]
    for name, weigher in (
        ("weights", WeightedMean(DEFAULT)),
        ("trees", learn_trees(opinions(80, {"order": 1.0}))),
    ):
        path = tmp_path / "new" / f"{name}.json"
        write_ranking(path, weigher, products=80)
        assert read_ranking(path).weigh(some) == weigher.weigh(some)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "is no ranking"),
        ("[]", "is no ranking"),
        ('{"kind": "titlewright ranking", "version": 9}', "another version"),
        ('{"kind": "titlewright ranking", "version": 1}', "neither weights nor trees"),
        (
            '{"kind": "titlewright ranking", "version": 1, "weights": {"order": -1}}',
            "weight of order must be a number from 0, not -1",
        ),
    ],
)
def test_what_is_no_ranking_is_named(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "ranking.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=says):
        read_ranking(path)
    with pytest.raises(SettingsError, match="can't be read"):
        read_ranking(tmp_path / "none.json")


def test_broken_trees_are_named() -> None:
    with pytest.raises(SettingsError, match="trees can't be read"):
        Trees("no trees", ["order"]).weigh([[Score("order", 1.0)]])
