"""What a title covers of the fitting demand, and what stuffing costs it."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from titlewright.records import Candidate, Product
from titlewright.scorers.demand import Demand, DemandScorer, Fit, Term, coverage
from titlewright.scorers.demand.covering import PARTLY
from titlewright.scorers.demand.stuffing import EACH, FLOOR, factor
from titlewright.scorers.demand.units import Said, units

MakeDemand = Callable[..., Demand]


def fits(**volumes: float) -> list[Fit]:
    return [
        Fit(Term(query.replace("_", " "), volume), 1.0, "", units(query.replace("_", " ")))
        for query, volume in volumes.items()
    ]


@pytest.mark.parametrize(
    ("query", "title", "held"),
    [
        ("waterproof boots", "Boot, Waterproof", [True, True]),
        ("t-shirt", "Cotton Tshirt", [True, True]),
        ("tshirt", "Cotton T-Shirt", [True]),
        ("12 ft ladder", "Ladder 12ft", [True, True]),
        ("0.5 l bottle", "Bottle 500 ml", [True, True]),
        ("0.5 l bottle", "Bottle 50 ml", [False, True]),
        ("boots for women", "Boots", [True, False]),
        ("休闲连衣裙", "连衣裙 休閒", [True, True]),
        ("裙", "连衣裙", [False]),
        ("室内拖鞋", "拖鞋 室内 防滑", [True]),
    ],
)
def test_what_a_title_holds(query: str, title: str, held: list[bool]) -> None:
    assert Said(title).held(units(query)) == held


def test_coverage_is_weighed_by_the_logarithm_of_the_volume() -> None:
    some = fits(boots=99, red_shoes=9)
    assert coverage("Boots", some).share == pytest.approx(2 / 3)
    assert coverage("Red shoes", some).share == pytest.approx(1 / 3)
    assert coverage("Boots", some).covered == (some[0],)
    assert coverage("Boots", some).uncovered == (some[1],)
    assert coverage("Boots", []).share == 0


def test_a_part_of_a_term_counts_for_a_part() -> None:
    assert coverage("Shoes", fits(red_shoes=9)).share == PARTLY / 2


WORDS = ("boots", "leather", "hiking", "snow", "grey", "wool", "red", "warm")


@given(
    st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True), min_size=1),
    st.lists(st.sampled_from(WORDS), max_size=4),
    st.integers(0, 7),
)
def test_coverage_grows_with_a_terms_words(
    terms: list[list[str]], said: list[str], number: int
) -> None:
    some = fits(**{"_".join(words): 1 + place for place, words in enumerate(terms)})
    added = terms[number % len(terms)]
    before, after = coverage(" ".join(said), some), coverage(" ".join([*said, *added]), some)
    assert 0 <= before.share <= after.share <= 1
    assert after.share > before.share or set(added) <= set(said)


@pytest.mark.parametrize(
    ("title", "times", "reason"),
    [
        ("Salomon Hiking Boots, Grey", 0, ""),
        ("Hiking Boots Boot", 1, "repeats Boot"),
        ("Headlight, Headlamp", 1, "says twice Headlight/Headlamp"),
        ("Navy Blue Shirt", 0, ""),
        ("Best Cheap Shirt", 2, "praises: Best, Cheap"),
        ("洗发水 洗发露", 1, "says twice 洗发水/洗发露"),
        ("茶叶 花茶 茶叶", 1, "repeats 茶叶"),
        ("时尚连衣裙", 1, "praises: 时尚"),
        ("2 x 2 m rug", 0, ""),
    ],
)
def test_what_is_overdone(title: str, times: int, reason: str) -> None:
    value, reasons = factor(title)
    assert value == pytest.approx(1 - EACH * times)
    assert "; ".join(reasons) == reason


def test_the_brands_words_are_no_stuffing() -> None:
    assert factor("Parfait Brief", brand="Parfait")[0] == 1
    assert factor("Pepe Jeans Skinny Jeans", brand="Pepe Jeans")[0] == 1


@given(st.text(max_size=80))
def test_something_is_always_left(title: str) -> None:
    assert FLOOR <= factor(title)[0] <= 1


def test_a_stuffed_title_scores_lower_than_a_plain_one(demand: MakeDemand, boot: Product) -> None:
    scorer = DemandScorer(demand({"waterproof boots": 1200, "hiking boots": 900}))
    plain, stuffed = scorer.score(
        boot,
        [
            Candidate("Salomon Waterproof Hiking Boots", "test"),
            Candidate("Salomon Waterproof Hiking Boots Best Boots Boot", "test"),
        ],
    )
    assert plain.value == 1
    assert plain.reasons == ("covers 2 of 2 fitting searches",)
    assert stuffed.value < plain.value
    assert stuffed.reasons[1:] == ("repeats Boots, Boot", "praises: Best")


def test_the_reasons_name_what_is_missing(demand: MakeDemand, boot: Product) -> None:
    scorer = DemandScorer(demand({"waterproof boots": 1200, "hiking boots": 900}))
    (score,) = scorer.score(boot, [Candidate("Salomon Hiking Boots", "test")])
    assert score.reasons == (
        "covers 1 of 2 fitting searches; without: waterproof boots (1,200 searches)",
    )


def test_a_product_that_no_search_fits_has_a_half(demand: MakeDemand, boot: Product) -> None:
    scorer = DemandScorer(demand({"laptop": 5}))
    scores = scorer.score(boot, [Candidate("Boots", "test"), Candidate("", "test")])
    assert [(score.name, score.value) for score in scores] == [("demand", 0.5)] * 2
    assert scores[0].reasons == ("no search of yours fits this product",)


def test_a_candidates_score_depends_on_it_alone(demand: MakeDemand, boot: Product) -> None:
    scorer = DemandScorer(demand({"waterproof boots": 12, "hiking boots": 9}))
    given_ = [Candidate(text, "test") for text in ("Boots", "", "Waterproof boots", "靴子 👢")]
    before = copy.deepcopy(given_)
    scores = scorer.score(boot, given_)
    assert all(0 <= score.value <= 1 and score.reasons for score in scores)
    assert scores[::-1] == scorer.score(boot, given_[::-1])
    assert scores == [scorer.score(boot, [one])[0] for one in given_]
    assert given_ == before
    assert scorer.score(boot, []) == []
