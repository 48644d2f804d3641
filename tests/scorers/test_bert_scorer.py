from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("torch", reason="needs the extra train")

import toy_bert
from titlewright import scorers
from titlewright.errors import GeneratorError
from titlewright.generators.saved import save_whole
from titlewright.records import Candidate, Product

ONE = toy_bert.example(2000)


@pytest.fixture(scope="module")
def scorer(trained_bert: Path) -> Any:
    return scorers.create(trained_bert)


def candidates(*texts: str) -> list[Candidate]:
    return [Candidate(text, "test") for text in texts]


def test_a_right_title_is_likelier_than_wrong_ones(scorer: Any) -> None:
    right, other, spoilt, none = scorer.score(
        ONE.product,
        candidates(ONE.title, toy_bert.example(2007).title, f"{ONE.title} {ONE.title}", " - "),
    )
    assert right.name == "bert"
    assert right.value > 0.5 > max(other.value, spoilt.value)
    assert right.reasons == ("fits the product",)
    assert "doesn't fit" in other.reasons[0]
    assert (none.value, none.reasons) == (0.0, ("no words",))


def test_what_a_title_lacks_is_named(scorer: Any) -> None:
    """What would gain something there; how often that is right, test_bert_training.py asks."""
    named = 0
    for example in toy_bert.examples(range(2000, 2020)):
        without = example.title.rpartition(",")[0]
        (score,) = scorer.score(example.product, candidates(without))
        (first, *_) = scorer.model.missing(example.product, without)
        reason = f"lacks {first.attribute}: “{first.value}”"
        assert (reason in score.reasons) == (first.gain > 0)
        named += first.gain > 0
    assert named


def test_without_explanations_the_scores_are_the_same(scorer: Any, trained_bert: Path) -> None:
    plain = type(scorer).load(trained_bert, explain=False)
    (quick,) = plain.score(ONE.product, candidates("hat"))
    (slow,) = scorer.score(ONE.product, candidates("hat"))
    assert quick.value == slow.value
    assert len(quick.reasons) == 1


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=40), max_size=4), st.text(max_size=60))
def test_any_text_has_a_score_of_its_own(scorer: Any, texts: list[str], fact: str) -> None:
    product = Product(id="1", brand=fact, attributes={"colour": "red", "": fact})
    given_ = candidates(*texts)
    before = copy.deepcopy((product, given_))
    scores = scorer.score(product, given_)
    assert all(0 <= score.value <= 1 and score.reasons for score in scores)
    assert scores[::-1] == scorer.score(product, given_[::-1])
    assert [score for one in given_ for score in scorer.score(product, [one])] == scores
    assert (product, given_) == before


def test_words_alone_are_no_judge(tmp_path: Path) -> None:
    model = toy_bert.new()
    model._begin(toy_bert.titled(range(10)))
    save_whole(model, tmp_path / "model")
    with pytest.raises(GeneratorError, match="has learnt words but not to judge"):
        scorers.create(tmp_path / "model")
