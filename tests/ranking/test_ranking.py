"""Choosing among candidates: what counts, and what must not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from titlewright.channels import get_channel
from titlewright.grounding import Grounder
from titlewright.ranking import WEIGHTS, Ranked, WeightedMean, rank, usual
from titlewright.records import Candidate, Contribution, Hints, Product, Score

PRODUCT = Product(
    id="1",
    description="Waterproof hiking boots for men with a grippy sole, in brown leather. Not shiny.",
    brand="Fjell",
    attributes={"color": "brown", "gender": "Men", "material": "leather"},
)
CHANNEL = get_channel("google")
TITLES = [
    "Fjell Men Waterproof Hiking Boots, Brown, Leather",
    "Hiking Boots",
    "FJELL HIKING BOOTS WATERPROOF BROWN",
    "Boots Boots Boots Brown Brown",
    "Brown leather; grippy sole; hiking boots; for men; Fjell",
]


def ranked(titles: list[str], product: Product = PRODUCT) -> list[Ranked]:
    grounder = Grounder(product)
    return rank(product, [(title, grounder.ground(title)) for title in titles], CHANNEL)


def score(title: str, name: str) -> float:
    ((_, scores, *_),) = ranked([title])
    return next(item.value for item in scores if item.name == name)


def test_no_candidates_no_ranks() -> None:
    assert ranked([]) == []


def test_weights_are_a_whole_and_name_every_score() -> None:
    """The weights that always hold are a whole; what a model finds or a user asks comes on top."""
    on_top = {"asked", "agrees", "likely", "demand", "voice"}
    without = {name: weight for name, weight in WEIGHTS.items() if name not in on_top}
    assert sum(without.values()) == pytest.approx(1)
    ((_, scores, total, _),) = ranked(TITLES[:1])
    assert {item.name for item in scores} == set(without)
    assert total == pytest.approx(sum(WEIGHTS[item.name] * item.value for item in scores))


def test_every_score_is_between_0_and_1_with_reasons_for_what_is_lost() -> None:
    for _, scores, total, _ in ranked(TITLES):
        assert 0 <= total <= 1
        for item in scores:
            assert 0 <= item.value <= 1
            if item.name in {"complete", "clear", "length"}:
                assert item.reasons


@settings(max_examples=30, deadline=None)
@given(st.permutations(TITLES))
def test_the_order_of_the_candidates_does_not_matter(titles: list[str]) -> None:
    found = [(titles[index], scores, total) for index, scores, total, _ in ranked(titles)]
    usual = [(TITLES[index], scores, total) for index, scores, total, _ in ranked(TITLES)]
    assert found == usual


def test_equal_totals_are_settled_by_the_text() -> None:
    nothing = Product(id="1", description="blue wing. high tide. calm days.")
    pair = ["high tide", "calm days"]
    totals = {round(total, 9) for _, _, total, _ in ranked(pair, nothing)}
    assert len(totals) == 1
    assert [pair[index] for index, *_ in ranked(pair, nothing)] == ["calm days", "high tide"]


def test_the_full_and_plain_title_is_best() -> None:
    best, *_ = ranked(TITLES)[0]
    assert TITLES[best] == TITLES[0]


def test_leaving_out_key_facts_costs() -> None:
    full = score(TITLES[0], "complete")
    assert full == 1
    assert score("Men Waterproof Hiking Boots, Brown, Leather", "complete") < full
    assert score("Hiking Boots", "complete") < score("Fjell Hiking Boots", "complete")


def test_shouting_and_repeating_cost() -> None:
    plain = score("Fjell Hiking Boots Brown", "clear")
    assert score("Fjell HIKING BOOTS BROWN", "clear") < plain
    assert score("Fjell Hiking Boots Boots Brown Brown", "clear") < plain


def test_a_title_beyond_what_is_seen_costs_as_one_too_short() -> None:
    useful = CHANNEL.recommended_length or CHANNEL.max_length or 80
    good = "Fjell waterproof hiking boots for men in brown leather"
    assert score(good, "length") == 1
    assert score("Boots", "length") < 1
    long = (good + " ") * 3
    assert len(long) > useful
    assert score(long.strip(), "length") < 1


def test_brand_first_is_better_than_brand_last() -> None:
    assert score("Fjell Hiking Boots", "order") > score("Hiking Boots Fjell", "order")


def test_words_as_they_stand_are_better_than_reworded() -> None:
    assert score("Brown leather", "stated") == 1
    assert score("Brown leather boot", "stated") < 1


def asked(titles: list[str], hints: Hints) -> dict[str, float]:
    """Of each title the score for what was asked."""
    grounder = Grounder(PRODUCT)
    pairs = [(title, grounder.ground(title)) for title in titles]
    return {
        titles[index]: item.value
        for index, scores, *_ in rank(PRODUCT, pairs, CHANNEL, hints=hints)
        for item in scores
        if item.name == "asked"
    }


def test_words_that_are_asked_for_count_and_inflections_will_do() -> None:
    found = asked(["Hiking Boot", "Brown Leather"], Hints(prefer=("boots",)))
    assert found == {"Hiking Boot": 1.0, "Brown Leather": 0.0}


def test_a_word_that_no_title_may_hold_is_asked_of_none() -> None:
    assert asked(["Hiking Boots", "Brown Leather"], Hints(prefer=("vegan",))) == {}


def test_a_length_that_is_asked_for_is_a_limit_to_come_near_to() -> None:
    found = asked(["x" * 31, "x" * 30, "x" * 21, "x" * 7], Hints(target_length=30))
    assert [found["x" * long] for long in (31, 30, 21)] == [0, 1, 1]
    assert found["x" * 7] == pytest.approx(1 / 3)


def test_what_is_asked_for_outweighs_what_a_model_finds_likely() -> None:
    titles = ["Fjell Hiking Boots", "Fjell Waterproof Hiking Boots"]
    pairs = [(title, Grounder(PRODUCT).ground(title)) for title in titles]
    best, *_ = rank(PRODUCT, pairs, CHANNEL, [-1.0, -9.0], Hints(prefer=("waterproof",)))[0]
    assert titles[best] == titles[1]


def test_promotion_of_the_present_title_is_no_fact_to_keep() -> None:
    product = Product(id="1", title="wool hat FREE SHIPPING", description="A hat of red wool.")
    ((_, scores, *_),) = ranked(["Red Wool Hat"], product)
    (complete,) = (one for one in scores if one.name == "complete")
    assert (complete.value, complete.reasons) == (1.0, ("keeps every key fact",))


def test_a_present_title_that_is_but_a_code_is_not_lost() -> None:
    product = Product(id="1", title="13A", brand="HP", description="Black toner cartridge 13A")
    titles = ["HP Black Toner Cartridge", "HP Toner Cartridge 13A"]
    assert titles[ranked(titles, product)[0][0]] == titles[1]


def agreeing(titles: list[str], log_probabilities: list[float | None]) -> dict[str, float]:
    """Of each title how much it agrees with the others."""
    pairs = [(title, Grounder(PRODUCT).ground(title)) for title in titles]
    return {
        titles[one.place]: score.value
        for one in rank(PRODUCT, pairs, CHANNEL, log_probabilities)
        for score in one.scores
        if score.name == "agrees"
    }


def test_the_title_that_says_what_the_others_say_agrees_most() -> None:
    titles = ["Fjell Hiking Boots Brown", "Fjell Hiking Boots", "Fjell Boots Brown", "Grippy Sole"]
    found = agreeing(titles, [-2.0, -2.0, -2.0, -2.0])
    assert max(found, key=found.__getitem__) == titles[0]
    assert found["Grippy Sole"] == 0
    assert all(0 <= value <= 1 for value in found.values())


def test_a_models_titles_count_alike_and_others_not_at_all() -> None:
    titles = ["Fjell Hiking Boots", "Fjell Boots", "Brown Leather"]
    assert agreeing(titles, [-1.0, -1.0, -30.0]) == agreeing(titles, [-30.0, -1.0, -1.0])
    assert agreeing(titles, [-1.0, -1.0, -1.0])["Fjell Boots"] == pytest.approx(0.4)
    assert agreeing(titles, [-1.0, -1.0, None])["Fjell Boots"] == pytest.approx(0.8)


def test_nothing_agrees_alone_or_without_a_model() -> None:
    assert agreeing(["Fjell Boots"], [-1.0]) == {}
    assert agreeing(["Fjell Boots", "Boots"], [None, None]) == {}
    assert agreeing(["Fjell Boots", "Boots"], [None, -1.0])["Fjell Boots"] > 0


class LikesBrown:
    """A scorer beside those that are always asked."""

    name = "brown"

    def score(
        self,
        product: Product,  # noqa: ARG002
        candidates: Sequence[Candidate],
        audience: str | None = None,  # noqa: ARG002
    ) -> list[Score]:
        return [Score(self.name, float("Brown" in one.text)) for one in candidates]


def test_further_scorers_have_a_say_by_their_weight() -> None:
    titles = ["Fjell Hiking Boots", "Brown Leather"]
    pairs = [(title, Grounder(PRODUCT).ground(title)) for title in titles]
    unweighed = rank(PRODUCT, pairs, CHANNEL, scorers=[LikesBrown()])
    assert titles[unweighed[0].place] == titles[0]
    assert unweighed[0].total == rank(PRODUCT, pairs, CHANNEL)[0].total
    weigher = WeightedMean({**WEIGHTS, "brown": 9.0})
    weighed = rank(PRODUCT, pairs, CHANNEL, scorers=[LikesBrown()], weigher=weigher)
    assert titles[weighed[0].place] == titles[1]
    assert weighed[0].scores[-1] == Score("brown", 1.0)


def test_contributions_are_named_as_the_scores_and_sum_to_the_total() -> None:
    for one in ranked(TITLES):
        assert [part.name for part in one.contributions] == [score.name for score in one.scores]
        assert sum(part.value for part in one.contributions) == pytest.approx(one.total)
        assert all(part.value >= 0 for part in one.contributions)


def test_qualities_without_any_weight_come_to_nothing() -> None:
    assert WeightedMean({}).weigh([[Score("brown", 1.0)]]) == [(Contribution("brown", 0.0),)]


def test_a_channel_may_have_weights_of_its_own() -> None:
    assert usual(CHANNEL).weights == WEIGHTS
    assert usual(get_channel("taobao")).weights["order"] == 0
    pairs = [(title, Grounder(PRODUCT).ground(title)) for title in TITLES[:1]]
    (one,) = rank(PRODUCT, pairs, get_channel("taobao"))
    (order,) = [part for part in one.contributions if part.name == "order"]
    assert order.value == 0
