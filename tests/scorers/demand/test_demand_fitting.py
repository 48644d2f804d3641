"""Which terms fit which product: only what is true of it, and only of the thing that it is."""

from __future__ import annotations

import pickle
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from titlewright.grounding import Grounder
from titlewright.records import Product
from titlewright.scorers.demand import Demand, Term
from titlewright.scorers.demand.fitting import MOST_FITS

MakeDemand = Callable[..., Demand]


def queries(demand: Demand, product: Product) -> list[str]:
    return [fit.term.query for fit in demand.fitting(product)]


@pytest.mark.parametrize(
    "query",
    [
        "hiking boots",
        "mens boots",
        "boot for snow",
        "waterproof hiking boots men",
        "water-proof boots",
        "gray boots",  # an alias of grey
        "boots 500 g",  # 0.5 kg
        "salomon boots size 9",
        "hiking shoes",  # what boots are a kind of, where grounding says so
    ],
)
def test_what_is_true_fits(demand: MakeDemand, boot: Product, query: str) -> None:
    supported = Grounder(boot).ground(query).supported
    assert queries(demand({query: 10}), boot) == ([query] if supported else [])
    assert supported or query == "hiking shoes"


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("insulated boots", "not stated"),
        ("running boots", "denied"),
        ("boots 600 g", "another quantity"),
        ("size 10 boots", "another size"),
        ("wool socks", "another thing"),
        ("best hiking boots", "praise"),
        ("for the", "no content word"),
        ("", "nothing at all"),
    ],
)
def test_what_is_not_true_does_not_fit(
    demand: MakeDemand, boot: Product, query: str, why: str
) -> None:
    assert queries(demand({query: 10, "boots": 5}), boot) == ["boots"], why


def test_another_brand_never_fits(demand: MakeDemand, boot: Product) -> None:
    boot = replace(boot, description="Like Nike, but a boot. Fits the North Face gaiters.")
    boot = replace(boot, attributes={"sold by": "Sal"})
    volumes = {"nike boots": 9, "northface boots": 8, "salomon boots": 7, "sal boots": 6}
    brands = ["Nike", "North Face", "Salomon", "Sal", "Leather"]
    assert queries(demand(volumes, brands=brands), boot) == ["salomon boots"]
    assert queries(demand({"leather boots": 1}, brands=brands), boot) == ["leather boots"]
    assert "nike boots" not in queries(demand(volumes), boot)


def test_a_brand_may_stand_in_the_title_alone(demand: MakeDemand) -> None:
    product = Product(id="1", title="Nike Running Shoe for Garmin Pods", locale="en")
    volumes = {"nike running shoe": 2, "garmin running shoe": 1}
    found = queries(demand(volumes, brands=["Nike", "Garmin"]), product)
    assert found == ["nike running shoe"]


def test_a_case_for_a_phone_is_no_phone(demand: MakeDemand) -> None:
    product = Product(id="1", title="Leather Phone Case for Smartphone", locale="en")
    assert queries(demand({"smartphone": 9, "phone case": 1}), product) == ["phone case"]


def test_terms_without_searches_fit_nothing(demand: MakeDemand, boot: Product) -> None:
    assert queries(demand({"boots": 0}), boot) == []
    assert queries(demand({}), boot) == []


def test_the_most_demanded_come_first_and_no_more_than_named(
    demand: MakeDemand, boot: Product
) -> None:
    words = ("hiking", "leather", "waterproof", "grey", "mens", "salomon")
    volumes = {f"{a} {b} boots": 1 + i for i, a in enumerate(words) for b in words if a != b}
    fits = demand(volumes).fitting(boot)
    assert len(fits) == MOST_FITS
    assert [fit.weight for fit in fits] == sorted((fit.weight for fit in fits), reverse=True)


def test_the_order_of_the_terms_does_not_matter(demand: MakeDemand, boot: Product) -> None:
    volumes = [("boots", 5), ("hiking boots", 5), ("grey boots", 5), ("leather boots", 90)]
    shuffled = random.Random(1).sample(volumes, len(volumes))
    assert demand(dict(volumes)).fitting(boot) == demand(dict(shuffled)).fitting(boot)


def test_the_relevance_model_judges_english(boot: Product) -> None:
    demand = Demand([Term("hiking boots men", 10), Term("size 9", 10)])
    (fit,) = [fit for fit in demand.fitting(boot) if fit.term.query == "hiking boots men"]
    assert fit.value > 0.6
    assert "relevance" in fit.reason
    again = pickle.loads(pickle.dumps(demand))
    assert again.fitting(boot) == demand.fitting(boot)


@pytest.mark.parametrize(
    "query", ["女士连衣裙", "女款连衣裙", "无袖针织裙", "黑色连衣裙", "连衣裙 夏季", "休闲連衣裙"]
)
def test_what_is_true_fits_in_chinese(dress: Product, query: str) -> None:
    assert queries(Demand([Term(query, 10)]), dress) == [query]


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("长袖连衣裙", "not stated"),
        ("红色连衣裙", "another colour"),
        ("大人连衣裙", "across two words: 强大|人生"),
        ("时尚连衣裙", "praise"),
        ("连衣裙被", "a quilt, no grammar"),
        ("手表", "another thing"),
        ("in连衣裙", "a name, no preposition"),
    ],
)
def test_what_is_not_true_does_not_fit_in_chinese(dress: Product, query: str, why: str) -> None:
    assert queries(Demand([Term(query, 10), Term("连衣裙", 5)]), dress) == ["连衣裙"], why


def test_a_word_that_describes_the_thing_is_not_the_thing() -> None:
    product = Product(id="1", title="手机收纳盒 桌面")
    assert queries(Demand([Term("手机", 9), Term("手机收纳盒", 1)]), product) == ["手机收纳盒"]


def test_what_only_the_description_mentions_is_worth_less(dress: Product) -> None:
    demand = Demand([Term("休闲连衣裙", 10), Term("柔软连衣裙", 10)])
    assert [fit.value for fit in demand.fitting(dress)] == [1.0, 0.75]


def test_missing_names_the_words_that_would_cover_a_term(demand: MakeDemand, boot: Product) -> None:
    found = demand({"waterproof hiking boots": 90, "boots 500 g": 9, "boot": 5})
    missing = found.missing("Salomon Hiking Boots", boot)
    assert [(one.fit.term.query, one.words) for one in missing] == [
        ("waterproof hiking boots", ("waterproof",)),
        ("boots 500 g", ("500 g",)),
    ]
    assert found.missing("Waterproof Hiking Boots, 0.5kg", boot) == []
    grounder = Grounder(boot)
    assert all(grounder.ground(word).supported for one in missing for word in one.words)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=30), st.text(max_size=60))
def test_nothing_untrue_is_ever_fitting(demand: MakeDemand, query: str, title: str) -> None:
    product = Product(id="1", title=title)
    for fit in demand({query: 3, title: 2}).fitting(product):
        assert Grounder(product).ground(fit.term.query).supported
        assert fit.units


def test_a_file_of_terms_is_opened(save_csv: Callable[..., Path], dress: Product) -> None:
    demand = Demand.of_file(save_csv([["搜索词", "搜索量"], ["休闲连衣裙", "1.2万"]]))
    assert demand.language == "zh"
    assert [fit.term for fit in demand.fitting(dress)] == [Term("休闲连衣裙", 12_000)]


@pytest.mark.parametrize("query", ["boots gaiters", "snow gaiters", "snow", "gaiters for boots"])
def test_what_may_be_another_thing_must_not_stand_in_the_description_alone(
    demand: MakeDemand, boot: Product, query: str
) -> None:
    assert queries(demand({query: 9, "boots for snow": 1}), boot) == ["boots for snow"]
