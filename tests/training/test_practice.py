"""What practice asks of titles: limits, as every channel sets one."""

from __future__ import annotations

from collections import Counter

from titlewright.records import Example, Hints, Product
from titlewright.training.practice import Shares, practise

TITLES = ("Oak lamp", "Nordvik NV-100 desk lamp of oak with a linen shade, navy and green",
          "Steel bottle " * 14)  # fmt: skip
EXAMPLES = [
    Example(Product(id=str(number), description="Oak, steel and linen."), TITLES[number % 3])
    for number in range(300)
]


def test_about_half_have_a_limit_which_their_title_keeps() -> None:
    asked = practise(EXAMPLES, seed=1)(0)
    limited = [one for one in asked if one.hints.max_length is not None]
    assert 120 <= len(limited) <= 180
    for one in limited:
        assert one.hints.max_length >= max(len(one.title), one.hints.target_length or 0)
    short = Counter(one.hints.max_length for one in limited if one.title == TITLES[0])
    assert {30, 60, 75, 80, 150} < set(short)
    long = {one.hints.max_length for one in limited if one.title == TITLES[2]}
    assert min(long) >= len(TITLES[2].strip())


def test_the_limit_may_be_the_length_that_is_asked_for() -> None:
    asked = practise(EXAMPLES, shares=Shares(length=1, limit=1, avoid=0))(0)
    same = [one.hints.max_length == one.hints.target_length for one in asked]
    assert 0.1 < sum(same) / len(same) < 0.9


def test_no_limits_where_none_are_wanted() -> None:
    asked = practise(EXAMPLES, shares=Shares(limit=0))(0)
    assert {one.hints.max_length for one in asked} == {Hints().max_length}
