from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from titlewright.generators.ngram.copying import CopyRates
from titlewright.generators.ngram.fitting import choices, rounds
from titlewright.generators.ngram.generator import NgramGenerator
from titlewright.generators.ngram.moves import BEGIN, Moves
from titlewright.generators.ngram.product_words import MOST_WORDS, START, read
from titlewright.generators.ngram.title_model import OTHER, frequent_words
from titlewright.records import Example, Product

SHIRT = Product(
    id="1",
    brand="Ama Yamo",
    attributes={"colour": "Red"},
    description="Slim-fit shirt of red cotton with a pocket",
)
TITLE = ["ama", "yamo", "red", "shirt"]


def test_words_know_where_they_stand_and_what_follows() -> None:
    words = read(SHIRT)
    red, cotton = words.index["red"], words.index["cotton"]
    assert words.words[red] == "Red"
    assert words.kinds[red] == "color"
    assert words.fields[red] == {"color", "opening"}
    assert cotton in words.after[red]
    assert words.index["ama"] in words.after[START]
    assert {"slim-fit", "slim", "fit"} <= words.index.keys()


def test_a_long_product_is_read_to_a_limit() -> None:
    product = Product(id="1", description=" ".join(map(str, range(9000))))
    assert len(read(product).words) == MOST_WORDS


def test_rates_go_from_the_field_to_the_word() -> None:
    rates = CopyRates()
    for number in range(20):
        product = Product(id="1", brand=f"b{number}", description="a shirt with a pocket")
        rates.learn(read(product), {f"b{number}", "shirt", "men"})
    new = read(Product(id="2", brand="new", description="a shirt with a pocket, unseen"))
    rate = dict(zip(new.index, rates.copied(new), strict=True))
    assert rate["new"] > 0.8  # by its field
    assert rate["shirt"] > 0.8 > 0.3 > rate["pocket"]  # of the same field
    assert rate["pocket"] < rate["unseen"] < rate["shirt"]
    unstated = rates.unstated(["men", "women"])
    assert unstated[0] > 0.7 > unstated[1]


def test_moves_go_on_in_a_brand_and_turn_to_the_next_field() -> None:
    moves, words = Moves(), read(SHIRT)
    for _ in range(20):
        moves.learn(words, TITLE)
    assert moves.on(words.index["ama"], ["brand"]) > 0.8
    assert moves.on(START, ["brand"]) > 0.8
    assert moves.on(words.index["red"], ["opening"]) < 0.2
    turns = np.exp(moves.turns())
    assert turns.sum(1) == pytest.approx(1)
    kinds = moves.kinds()
    assert turns[kinds.index(BEGIN), kinds.index("brand")] > 0.8


def test_frequent_words_are_spelt_as_they_mostly_are() -> None:
    words = frequent_words({"For": 1, "for": 4, "Of": 3, "rare": 2}).words
    assert words[3:] == ("for", "Of")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_probabilities_sum_to_one_whatever_is_written(
    trained: NgramGenerator, data: st.DataObject
) -> None:
    model = trained.model
    page = model.page(read(SHIRT))
    possible = np.flatnonzero(page.possible).tolist()
    written = data.draw(st.lists(st.sampled_from(possible), max_size=8))
    found = model.log_probabilities(page, written)
    assert np.exp(found).sum() == pytest.approx(1)
    assert np.isfinite(found[page.possible]).all()
    assert np.isneginf(found[~page.possible]).all()


def test_a_word_that_is_no_candidate_is_another(trained: NgramGenerator) -> None:
    model = trained.model
    page = model.page(read(SHIRT))
    assert model.numbers(page, "zzz")[0] == OTHER
    assert len(model.title_log_probabilities(page, "Red zzz")) == 3


def test_each_round_of_fitting_is_better(trained: NgramGenerator, examples: list[Example]) -> None:
    made = choices(trained.model, examples[50:])
    found = list(rounds(made))
    assert len(found) > 1
    assert found[-1].loss < found[0].loss
    assert found[-1].norm < 0.01
