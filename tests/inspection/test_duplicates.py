"""Duplicates over many rows: what is the same, nearly the same, and a mere variant."""

import random
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from titlewright.inspection.brands import BrandMemory
from titlewright.inspection.duplicates import DuplicateFinder
from titlewright.records import Product
from titlewright.text.near_duplicates import nearly_same


def finder(titles: list[str]) -> DuplicateFinder:
    found = DuplicateFinder()
    for row, title in enumerate(titles, 1):
        found.add_title(row, title)
    return found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Flying Machine Men Blue Michael Slim Tapered Fit Mid-Rise Clean Look Jeans",
            "Flying Machine Men Blue Micheal Slim Tapered Fit Mid-Rise Clean Look Jeans",
        ),
        ("Silk Scarf Blue & Red Set", "Set Silk scarf: red, blue"),
        ("Tommy Cotton Shirt Casual Slim Fit", "Tommy Cotton Shirt Casual Slim Fit Shirt"),
        ("Cortina Set of 2 Long Door Curtains", "Cortina Set of 2 Printed Long Door Curtains"),
        ("不锈钢保温水杯大容量便携男女学生", "不锈钢保温水杯大容量便携男女学生杯"),
    ],
)
def test_nearly_the_same(one: str, other: str) -> None:
    assert nearly_same(one, other)
    assert nearly_same(other, one)
    assert list(finder([one, "Something else entirely", other]).near_titles().rows) == [1, 3]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "StarTech 1m Duplex Fiber Patch Cable LC SC",
            "StarTech 1m Duplex Fiber Patch Cable ST SC",
        ),
        ("Kingston Memory Kit Module 16GB DDR2", "Kingston Memory Kit Module 8GB DDR2"),
        ("Roadster Men Blue Slim Fit Shirt", "Roadster Men Green Slim Fit Shirt"),
        ("Louis Men Blue Slim Fit Solid Shirt", "Louis Men Blue Slim Fit Striped Shirt"),
        ("Cat.6 Shielded Patch Panel 24-Port Black", "Cat.6 Unshielded Patch Panel 24-Port Black"),
        ("Ribbed Cami Dress for Women", "Ribbed Cami Dress for Men"),
    ],
)
def test_variants_are_not_nearly_the_same(one: str, other: str) -> None:
    assert not nearly_same(one, other)
    assert finder([one, other]).near_titles().clusters == 0


def test_same_titles_and_ids_are_counted_with_their_rows() -> None:
    found = finder(["A mug", "A cup", "A  mug ", "A mug", "A jar", "A cup"])
    same = found.same_titles()
    assert list(same.rows) == [1, 2, 3, 4, 6]
    assert same.clusters == 2
    assert same.largest[0].size == 3
    assert same.largest[0].rows == (1, 3, 4)
    assert found.near_titles().clusters == 0
    for row, product_id in enumerate(["a", "b", "a"], 1):
        found.add_id(row, product_id)
    assert list(found.same_ids().rows) == [1, 3]


def test_no_rows() -> None:
    nothing = DuplicateFinder()
    assert nothing.same_ids().clusters == nothing.same_titles().clusters == 0
    assert nothing.near_titles().clusters == 0


def test_nearly_all_planted_pairs_are_found_among_thousands() -> None:
    rng = random.Random(7)
    words = ["".join(letters) for letters in product("bdkmr", "aeiou", "lnst", "aeo")]
    titles = [" ".join(rng.sample(words, 10)) for _ in range(5000)]  # more than a batch
    planted = []
    for index in range(0, 2000, 10):
        shuffled = titles[index].split()
        rng.shuffle(shuffled)
        titles.append(" ".join([*shuffled, "extra"]))
        planted.append((index + 1, len(titles)))
    near = finder(titles).near_titles()
    rows = set(near.rows)
    found = sum(one in rows and other in rows for one, other in planted)
    assert found >= 0.97 * len(planted)
    assert len(rows) <= 2 * len(planted) + 4


@given(st.lists(st.text(alphabet="ab 红1", max_size=8), max_size=12))
def test_same_titles_agree_with_counting(titles: list[str]) -> None:
    folded = [" ".join(title.split()) for title in titles]
    expected = [row for row, title in enumerate(folded, 1) if folded.count(title) > 1]
    assert list(finder(titles).same_titles().rows) == expected


def test_title_that_opens_with_another_brand() -> None:
    memory = BrandMemory()
    rows = [("Van Heusen Men Shirt", "Van Heusen")] * 3
    rows += [
        ("Van Heusen Men Suit", "V Dot"),
        ("Men Suit", "V Dot"),
        ("Suit for Van Heusen", "V Dot"),
    ]
    rows += [("HP Pavilion Case", "HP Inc."), ("JanSport Bag", "Jan Sport")]
    for row, (title, brand) in enumerate(rows, 1):
        memory.add(row, Product(id=str(row), title=title, brand=brand))
    assert list(memory.contradicting()) == [(4, "Van Heusen Men Suit", "van heusen", "V Dot")]
