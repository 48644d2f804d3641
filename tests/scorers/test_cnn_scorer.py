"""The contract of scorers, over the CNN judge: real titles above wrong ones, with reasons."""

from __future__ import annotations

import copy
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("torch", reason="needs the extra train")

import toy_judge
from titlewright.errors import GeneratorError
from titlewright.generators.saved import save_whole, write_model_json
from titlewright.generators.spoiling import spoil
from titlewright.records import Candidate, Example, Product
from titlewright.scorers.cnn import CNNScorer

UNSEEN = toy_judge.unseen()
PRODUCT = UNSEEN[0].product


@pytest.fixture(scope="module")
def scorer(judge: Any) -> CNNScorer:
    return CNNScorer(judge)


def candidates(*texts: str) -> list[Candidate]:
    return [Candidate(text, "test") for text in texts]


def test_own_titles_score_above_spoilt_and_other_products_ones(scorer: CNNScorer) -> None:
    rng = random.Random(0)
    better = 0
    for example, other in zip(UNSEEN, UNSEEN[7:] + UNSEEN[:7], strict=True):
        own, spoilt, swapped = scorer.score(
            example.product, candidates(example.title, spoil(example.title, rng), other.title)
        )
        better += (own.value >= spoilt.value) + (own.value > swapped.value)
    assert better >= 0.9 * 2 * len(UNSEEN)


@pytest.mark.parametrize("example", UNSEEN[:5], ids=lambda example: example.title)
def test_the_word_that_makes_the_difference_is_named(scorer: CNNScorer, example: Example) -> None:
    own, sale = scorer.score(example.product, candidates(example.title, f"{example.title} SALE"))
    assert own.name == "own title"
    assert "speaks most for it: 0." in own.reasons[0]
    assert "“SALE” speaks most against it" in sale.reasons[0]


def test_where_no_single_word_decides_none_is_named(scorer: CNNScorer) -> None:
    (far,) = scorer.score(PRODUCT, candidates("SALE pink SALE pink SALE pink"))
    assert far.reasons == ("no single word makes a difference",)


def test_nothing_is_no_title(scorer: CNNScorer) -> None:
    (empty,) = scorer.score(PRODUCT, candidates("  "))
    assert (empty.value, empty.reasons) == (0.0, ("no words",))
    (unknown,) = scorer.score(Product(id="1", title="Hat"), candidates("Hat"))
    assert (unknown.value, unknown.reasons) == (0.0, ("the product says nothing",))
    assert scorer.score(PRODUCT, []) == []


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.text(max_size=40), max_size=4))
def test_any_text_has_a_score_of_its_own(scorer: CNNScorer, texts: list[str]) -> None:
    given_ = candidates(*texts, UNSEEN[0].title)
    before = copy.deepcopy((PRODUCT, given_))
    scores = scorer.score(PRODUCT, given_)
    assert all(0 <= score.value <= 1 and score.reasons for score in scores)
    assert scores[::-1] == scorer.score(PRODUCT, given_[::-1])
    assert scores[-1:] == scorer.score(PRODUCT, given_[-1:])
    assert (PRODUCT, given_) == before


def test_it_is_loaded_from_a_model_with_a_judge_alone(
    judge: Any, scorer: CNNScorer, tmp_path: Path
) -> None:
    save_whole(judge, tmp_path / "model")
    loaded = CNNScorer.load(tmp_path / "model")
    texts = candidates(UNSEEN[0].title)
    assert loaded.score(PRODUCT, texts) == scorer.score(PRODUCT, texts)
    (tmp_path / "other").mkdir()
    write_model_json(tmp_path / "other", "template")
    with pytest.raises(GeneratorError, match="family 'template', which holds no judge"):
        CNNScorer.load(tmp_path / "other")
