from __future__ import annotations

import pytest

import toy_compact
from titlewright.generators.judging import questions as asking
from titlewright.generators.judging.questions import KINDS, questions

EXAMPLES = toy_compact.examples(range(80))


def test_there_is_one_a_product_the_same_for_the_same_epoch_and_other_ones_later() -> None:
    ask = questions(EXAMPLES, seed=1)
    assert [one.example for one in ask(0)] == EXAMPLES
    assert ask(0) == questions(EXAMPLES, seed=1)(0)
    assert ask(0) != ask(1)
    assert ask(0) != questions(EXAMPLES, seed=2)(0)


def test_wrong_titles_say_something_else_than_the_own_one() -> None:
    for one in questions(EXAMPLES)(0):
        assert one.wrong
        assert one.wrong.casefold() != one.example.title.casefold()


def test_half_are_spoilt_and_the_others_other_products() -> None:
    made = questions(EXAMPLES * 5)(0)
    assert sum(one.kind == "spoilt" for one in made) == pytest.approx(200, abs=40)
    assert {one.kind for one in made} == set(KINDS)
    titles = {example.title: example.product.brand for example in EXAMPLES}
    for one in made:
        assert (one.wrong in titles) == (one.kind != "spoilt")
        if one.kind == "same brand":
            assert titles[one.wrong] == one.example.product.brand


def test_examples_of_each_epoch_are_asked_about() -> None:
    asked = questions(lambda epoch: EXAMPLES[epoch : epoch + 3])(2)
    assert [one.example for one in asked] == EXAMPLES[2:5]


def test_where_no_title_is_wrong_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "spoil", lambda title, _: title.upper())
    (one,) = questions(EXAMPLES[:1])(0)
    assert one.wrong == ""
