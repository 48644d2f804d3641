"""Distinctness: siblings, what tells them apart, and whether a title says it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from titlewright.records import Candidate, Product
from titlewright.scorers.distinct import Clash, DistinctScorer, clashes
from titlewright.scorers.distinct.siblings import sibling_groups
from titlewright.scorers.distinct.telling import says, telling

MUG = "Nordvik Steel Mug"


def mug(number: int, colour: str = "", size: str = "", title: str = MUG, **more: str) -> Product:
    attributes = {"colour": colour, "size": size, **more}
    stated = {name: value for name, value in attributes.items() if value}
    return Product(id=str(number), title=title, brand="Nordvik", attributes=stated)


FAMILY = (
    mug(1, "Red", "500 ml", "Nordvik Steel Mug Red 500 ml"),
    mug(2, "Blue", "500 ml", "Nordvik Steel Mug Blue 500 ml"),
    mug(3, "Blue", "1 L", "Nordvik Steel Mug Blue 1 L"),
    Product(id="4", title="Oak Dining Table", brand="Nordvik"),
)


def scored(scorer: DistinctScorer, product: Product, title: str) -> tuple[float, str]:
    (score,) = scorer.score(product, [Candidate(title, "me")])
    return score.value, score.reasons[0]


@pytest.mark.parametrize(
    ("product", "title", "value", "reason"),
    [
        (FAMILY[1], "Mug in Blue, 500 ml", 1.0, "says what tells it from 2 others"),
        (FAMILY[1], "Mug in Blue", 0.5, "size “500 ml”"),
        (FAMILY[1], "Mug of 0.5 L", 0.5, "color “Blue”"),
        (FAMILY[1], "Mug", 0.0, "color “Blue”, size “500 ml”"),
        (FAMILY[1], "Nordvik Steel Mug, Red 500 ml", 0.0, "has this title"),
        (FAMILY[3], "Table", 1.0, "no other product"),
        (Product(id="new"), "Table", 1.0, "no other product"),
    ],
)
def test_a_title_says_what_tells_its_product_apart(
    product: Product, title: str, value: float, reason: str
) -> None:
    got, why = scored(DistinctScorer.of(FAMILY), product, title)
    assert got == value
    assert reason in why


def test_what_all_share_tells_nothing() -> None:
    products = [mug(1, "Red", material="steel"), mug(2, "Blue", material="steel")]
    assert [dict(facts) for facts in telling(products)] == [{"color": "Red"}, {"color": "Blue"}]


def test_other_attributes_tell_where_those_of_titles_dont() -> None:
    products = [mug(1, "Red", handle="left"), mug(2, "Red", handle="right")]
    assert telling(products) == [(("handle", "left"),), (("handle", "right"),)]


def test_words_of_the_title_tell_where_attributes_dont() -> None:
    products = [
        Product(id="1", title="Coconut Rinse 13 oz, Pack of 4", brand="Shea"),
        Product(id="2", title="Coconut Rinse 13 oz, Pack of 2", brand="Shea"),
    ]
    assert telling(products) == [(("“Pack of 4”", "Pack of 4"),), (("“Pack of 2”", "Pack of 2"),)]
    scorer = DistinctScorer.of(products)
    assert scored(scorer, products[0], "Rinse, 4-pack")[0] == 1
    assert scored(scorer, products[0], "Coconut Rinse")[0] == 0


def test_duplicates_that_nothing_tells_apart() -> None:
    scorer = DistinctScorer.of([mug(1), mug(2)])
    assert scored(scorer, mug(1), MUG) == (0.5, "nothing in the feed tells it from another "
                                           "product like it")  # fmt: skip
    assert scored(scorer, mug(1), "Mug")[0] == 0.5


def test_same_titles_that_could_differ_score_nothing() -> None:
    scorer = DistinctScorer.of([mug(1, "Red"), mug(2, "Blue")])
    assert scored(scorer, mug(1, "Red"), MUG)[0] == 0


def test_sellers_groups_come_first() -> None:
    products = [
        Product(id="1", title="Alpha", attributes={"item_group_id": "g", "colour": "red"}),
        Product(id="2", title="Completely different", attributes={"colour": "blue"}),
        Product(id="3", title="Alpha", attributes={"colour": "blue"}),
    ]
    assert sibling_groups(products, {}) == []
    assert sibling_groups(products, {"2": "g"}) == [[0, 1]]


@pytest.mark.parametrize(
    ("one", "other", "siblings"),
    [
        ("Nordvik Cotton Shirt Blue XL", "Nordvik Cotton Shirt Red S", True),
        ("Nordvik Cotton Shirt Blue XL", "Nordvik Cotton Trousers Blue XL", False),
        ("雪花清爽8度啤酒500ml*12瓶", "雪花清爽8度啤酒330ml*6罐", True),
        ("雪花清爽8度啤酒500ml", "青岛无醇纯生黑啤330ml", False),
    ],
)
def test_near_equal_titles_make_siblings(one: str, other: str, siblings: bool) -> None:
    products = [Product(id="1", title=one, brand="n"), Product(id="2", title=other, brand="n")]
    assert bool(sibling_groups(products, {})) is siblings


def test_another_brand_is_no_sibling() -> None:
    one, other = (Product(id=brand, title="Cotton Shirt Blue", brand=brand) for brand in "ab")
    assert sibling_groups([one, other], {}) == []


@pytest.mark.parametrize(
    ("title", "value"),
    [
        ("Mug in gray", "Grey"),
        ("Mug 0.5 L", "500 ml"),
        ("Shirt, Size M", "M"),
        ("保温杯 藍色", "蓝色"),
        ("Mugs of 12 oz in Sky Blue", "sky blue"),
        ("Bottle 2-pack", "2-Pack"),
    ],
)
def test_a_value_may_be_said_in_other_words(title: str, value: str) -> None:
    assert says(title, value)


@pytest.mark.parametrize(
    ("title", "value"),
    [("Men's Shirt", "M"), ("Blue Mug", "Navy"), ("Mug 500 g", "500 ml"), ("Blue Mug", "")],
)
def test_a_value_that_isnt_said(title: str, value: str) -> None:
    assert not says(title, value)


def test_a_feed_on_disk_with_its_group_column(save_csv: Callable[..., Path]) -> None:
    path = save_csv(
        [
            ["id", "item_group_id", "title", "colour"],
            ["1", "g", "Mug for tea", "red"],
            ["2", "g", "Cup for coffee", "blue"],
            ["3", "", "Table", "red"],
        ]
    )
    scorer = DistinctScorer.of_feed(path)
    assert set(scorer.members) == {"1", "2"}
    assert scored(scorer, Product(id="1"), "Red mug")[0] == 1


def test_clashes_are_counted_without_case_and_spaces() -> None:
    titles = [("1", "Red  Mug"), ("2", "red mug"), ("3", "Blue Mug"), ("4", ""), ("5", "")]
    assert clashes(titles) == [Clash("Red  Mug", ("1", "2"))]
    assert clashes([]) == []
    more = [*titles, *((str(number), "Blue Mug") for number in (6, 7))]
    assert [clash.title for clash in clashes(more)] == ["Blue Mug", "Red  Mug"]


@given(st.lists(st.text(max_size=30), max_size=4), st.permutations(range(len(FAMILY))))
def test_any_text_has_a_score_of_its_own(titles: list[str], order: list[int]) -> None:
    scorer = DistinctScorer.of([FAMILY[place] for place in order])
    given_ = [Candidate(title, "me") for title in titles]
    before = copy.deepcopy(given_)
    for product in FAMILY:
        scores = scorer.score(product, given_)
        assert all(0 <= score.value <= 1 and score.reasons for score in scores)
        assert scorer.score(product, given_[::-1]) == scores[::-1]
        assert [scorer.score(product, [one])[0].value for one in given_] == [
            score.value for score in DistinctScorer.of(FAMILY).score(product, given_)
        ]
    assert given_ == before


@given(st.lists(st.builds(Product, id=st.text(max_size=2), title=st.text(max_size=20)), max_size=6))
def test_any_feed_has_a_scorer(products: list[Product]) -> None:
    scorer = DistinctScorer.of(products)
    for product in products:
        (score,) = scorer.score(product, [Candidate(product.title, "me")])
        assert 0 <= score.value <= 1
