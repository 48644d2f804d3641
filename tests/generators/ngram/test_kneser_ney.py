from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from titlewright.errors import TrainingError
from titlewright.generators.ngram.kneser_ney import BEGIN, KneserNey, discounts

LETTERS = st.sampled_from("abcdefg")
SENTENCES = st.lists(st.lists(LETTERS, max_size=7), max_size=25)
TITLES = ["red wool hat", "red wool scarf", "blue wool hat", "blue cotton hat", "red cotton scarf"]


def language(titles: list[str], order: int = 3, least: int = 1) -> KneserNey:
    return KneserNey.count([title.split() for title in titles], order=order, least=least)


@given(SENTENCES, st.sampled_from([3, 4, 5]), st.integers(1, 3), st.lists(LETTERS, max_size=6))
def test_probabilities_sum_to_one_after_any_history(
    sentences: list[list[str]], order: int, least: int, history: list[str]
) -> None:
    model = KneserNey.count(sentences, order=order, least=least)
    every = np.arange(BEGIN + 1, len(model.words))
    found = model.probabilities(model.ids(history).tolist(), every)
    assert found.sum() == pytest.approx(1)
    assert (found > 0).all()


@given(SENTENCES, st.lists(LETTERS, max_size=6))
def test_a_sentence_is_as_likely_as_its_words_one_after_another(
    sentences: list[list[str]], sentence: list[str]
) -> None:
    model = KneserNey.count(sentences)
    nats = model.log_probabilities(sentence)
    assert len(nats) == len(sentence) + 1
    assert model.score(sentence) == pytest.approx(sum(nats))
    for place, word in enumerate(sentence):
        assert nats[place] == pytest.approx(model.log_probability(word, sentence[:place]))


def test_it_is_the_formula_of_the_paper() -> None:
    """By hand: "a b" and "a c", order 3; the discounts are the fallback, 0.5 for a count of 1."""
    model = language(["a b", "a c"])
    # order 1, of continuations: END after b and c, a once, b once, c once: a(.) = 5
    once = (1 - 0.5) / 5 + (3 * 0.5 + 1.0) / 5 / 5  # five words: END, UNKNOWN, a, b, c
    # order 2, after a: b and c, one continuation each; order 3, after BEGIN a: one count each
    second = (1 - 0.5) / 2 + 2 * 0.5 / 2 * once
    third = (1 - 0.5) / 2 + 2 * 0.5 / 2 * second
    assert model.log_probability("b", ["a"]) == pytest.approx(math.log(third))


def test_discounts_are_those_of_the_paper() -> None:
    counts = np.repeat([1, 2, 3, 4], [100, 30, 15, 9])
    y = 100 / (100 + 2 * 30)
    expected = [0, 1 - 2 * y * 30 / 100, 2 - 3 * y * 15 / 30, 3 - 4 * y * 9 / 15]
    assert discounts(counts) == pytest.approx(expected)


@pytest.mark.parametrize("counts", [[], [1, 1, 1], [5, 6], [*[1] * 9, 2, *[3] * 5, 4]])
def test_too_little_for_discounts_takes_the_usual_ones(counts: list[int]) -> None:
    assert discounts(np.array(counts, int)).tolist() == [0, 0.5, 1, 1.5]


def test_what_was_seen_is_likelier_than_what_was_not() -> None:
    model = language(TITLES)
    assert model.score(["red", "wool", "hat"]) > model.score(["hat", "wool", "red"])
    assert model.score(["blue", "wool", "scarf"]) > model.score(["blue", "scarf", "wool"])


def test_a_word_of_one_context_is_unlikely_in_others() -> None:
    """Francisco is frequent, but only after San: its continuation count is 1."""
    model = language(["san francisco"] * 9 + [f"{city} glasses" for city in "abc"])
    assert model.log_probability("glasses", ["x"]) > model.log_probability("francisco", ["x"])


def test_unknown_words_have_a_place_in_the_model() -> None:
    """Brands that stand once are all UNKNOWN, and what follows them is learnt."""
    model = language([f"brand{number} men shirt" for number in range(9)], least=2)
    assert "brand3" not in model.index
    assert model.log_probability("neverseen", []) == model.log_probability("brand3", [])
    assert model.log_probability("men", ["neverseen"]) > math.log(0.8)


@pytest.mark.parametrize("order", [0, 2, 6])
def test_other_orders_are_refused(order: int) -> None:
    with pytest.raises(TrainingError, match=f"3, 4 or 5, not {order}"):
        KneserNey.count([["a"]], order=order)


@given(SENTENCES)
def test_what_is_saved_is_loaded(sentences: list[list[str]]) -> None:
    from tempfile import TemporaryDirectory

    model = KneserNey.count([*sentences, ["手表", "\ud800", "a"]], least=1)
    with TemporaryDirectory() as folder:
        model.save(Path(folder) / "language.npz")
        same = KneserNey.load(Path(folder) / "language.npz")
    assert (same.words, same.order, same.size) == (model.words, model.order, model.size)
    assert same.log_probabilities(list("abc手")) == model.log_probabilities(list("abc手"))
