"""Relevance: the figures of a query and a title, the trees, and what is learnt from judgments."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from titlewright.errors import SettingsError
from titlewright.generators.saved import save_whole
from titlewright.scorers.relevance.features import FEATURES, Rarity, compare, terms
from titlewright.scorers.relevance.model import RelevanceModel

TITLES = ["Werner 12ft Fiberglass Ladder", "Oak Dining Table", "Steel Ladder Hook", "Oak Shelf"]
RARITY = Rarity.of(TITLES)


def test_terms_are_stemmed_and_numbers_stand_apart() -> None:
    assert terms("12ft Ladders DeckOver") == ("12", "ft", "ladder", "deck", "over")


def test_figures_have_their_names() -> None:
    assert tuple(compare("12 ft ladder", TITLES[0], RARITY)) == FEATURES
    assert set(compare("", TITLES[0], RARITY).values()) == {0.0}


def test_rare_words_weigh_more() -> None:
    assert RARITY.of_term("fiberglass") > RARITY.of_term("ladder")
    assert RARITY.of_term("never seen") > RARITY.of_term("fiberglass")


def test_what_is_held_is_told() -> None:
    right = compare("12 ft ladder", TITLES[0], RARITY)
    assert right["held"] == right["numbers held"] == right["last held"] == 1
    assert right["missing"] == 0
    wrong = compare("14 ft ladder", TITLES[0], RARITY)
    assert wrong["numbers held"] == 0
    assert wrong["weightiest missing"] == pytest.approx(RARITY.of_term("14"))
    assert wrong["bm25"] < right["bm25"]


def test_a_misspelt_word_is_near() -> None:
    found = compare("fibreglass lader", TITLES[0], RARITY)
    assert found["held"] == 0
    assert found["near"] == 1


def test_a_phrase_in_order_is_told_from_one_that_isnt() -> None:
    assert compare("oak dining table", TITLES[1], RARITY)["phrase held"] == 1
    assert compare("table dining oak", TITLES[1], RARITY)["phrase held"] == 0


def judged(queries: int = 120) -> list[Any]:
    """Titles that hold all of the query's words are right, others are not."""
    pytest.importorskip("torch", reason="needs the extra train")
    pytest.importorskip("lightgbm", reason="needs the extra train")
    from titlewright.scorers.relevance.training import Judged

    rng = random.Random(0)
    nouns = [f"{a}{b}" for a in ("lam", "chai", "tab", "mir", "cur", "sho") for b in ("pan", "ror")]
    colours = ["red", "blue", "oak", "steel", "plain"]
    found = []
    for number in range(queries):
        colour, noun = rng.choice(colours), rng.choice(nouns)
        query = f"{colour} {noun} {number}"
        titles = f"Acme {colour} {noun} {number}", f"Acme {rng.choice(nouns)}", "Nothing"
        found += [Judged(query, title, float(title == titles[0])) for title in titles]
    return found


@pytest.fixture(scope="module")
def learnt() -> RelevanceModel:
    some = judged()
    from titlewright.scorers.relevance.training import learn

    rng = np.random.default_rng(0)
    texts = sorted({text for one in some for text in (one.query, one.title)})
    known = {text: rng.normal(size=1152).astype(np.float32) for text in texts}
    return learn(some, known)


def test_it_learns_what_people_judged(learnt: RelevanceModel) -> None:
    right, wrong = learnt.relevance(["red lampan 7"] * 2, ["Acme red lampan 7", "Nothing"])
    assert right > 0.9
    assert wrong < 0.1


def test_a_saved_model_says_the_same(learnt: RelevanceModel, tmp_path: Path) -> None:
    save_whole(learnt, tmp_path)
    queries, titles = ["red lampan 7", "oak miror"], ["Acme oak miror", "Acme oak miror"]
    assert RelevanceModel.load(tmp_path).relevance(queries, titles) == pytest.approx(
        learnt.relevance(queries, titles), abs=0.02
    )


def test_nothing_asked_is_nothing_told(learnt: RelevanceModel) -> None:
    assert learnt.relevance([], []).shape == (0,)


@pytest.mark.parametrize(("relevance", "weight"), [(3.0, 1.0), (-0.1, 1.0), (0.5, 0.0)])
def test_judgments_out_of_range_are_refused(relevance: float, weight: float) -> None:
    pytest.importorskip("torch", reason="needs the extra train")
    from titlewright.scorers.relevance.training import Judged

    with pytest.raises(SettingsError, match="relevance must be from 0 to 1"):
        Judged("mug", "Mug", relevance, weight)


def test_too_few_queries_are_refused() -> None:
    some = judged(20)
    from titlewright.scorers.relevance.training import learn

    with pytest.raises(SettingsError, match=r"at least 100 queries\. There are 20"):
        learn(some, {})


def test_the_graph_says_what_the_trees_say() -> None:
    lightgbm = pytest.importorskip("lightgbm", reason="needs the extra train")
    onnxruntime = pytest.importorskip("onnxruntime")
    pytest.importorskip("onnx", reason="needs the extra train")
    from titlewright.scorers.relevance.trees import to_onnx

    rng = np.random.default_rng(0)
    rows = rng.normal(size=(400, 3)).astype(np.float32)
    wanted = rows[:, 0] + (rows[:, 1] > 0)
    settings = {"objective": "regression", "num_trees": 20, "verbosity": -1, "num_threads": 1}
    booster = lightgbm.train(settings, lightgbm.Dataset(rows, wanted))
    session = onnxruntime.InferenceSession(
        to_onnx(booster.dump_model(), 3), providers=["CPUExecutionProvider"]
    )
    told = session.run(None, {"rows": rows})[0][:, 0]
    assert told == pytest.approx(booster.predict(rows), abs=1e-5)


def test_the_shipped_model_tells_the_thing_from_another() -> None:
    model = RelevanceModel.load()
    right, other, wrong = model.relevance(
        ["12 ft ladder"] * 3,
        ["Werner 12 ft Fiberglass Step Ladder", "Ladder Hook, Steel", "Oak Dining Table"],
    )
    assert right > 0.7 > other > wrong
