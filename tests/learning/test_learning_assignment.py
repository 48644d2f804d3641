"""Who gets which arm: stable, in the planned shares, balanced over time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from titlewright.errors import LearningError
from titlewright.learning.experiments.assignment import (
    Experiment,
    clusters,
    williams,
)
from titlewright.learning.experiments.scheduling import read_arms
from titlewright.learning.records import Title

SHOPPERS = [f"shopper {number}" for number in range(4000)]


def test_a_unit_keeps_its_arm_and_another_experiment_or_key_deals_anew() -> None:
    first = Experiment("titles", ("old", "new"), key=b"secret")
    again = Experiment("titles", ("old", "new"), key=b"secret")
    assert [first.arm(one) for one in SHOPPERS] == [again.arm(one) for one in SHOPPERS]
    for other in (Experiment("prices", ("old", "new"), key=b"secret"),
                  Experiment("titles", ("old", "new"), key=b"other")):  # fmt: skip
        same = sum(first.arm(one) == other.arm(one) for one in SHOPPERS)
        assert abs(same / len(SHOPPERS) - 0.5) < 0.03  # independent: 0.5 with s.e. 0.008


def test_arms_get_their_shares() -> None:
    experiment = Experiment("x", ("a", "b", "c"), (0.5, 0.3, 0.2))
    told = Counter(map(experiment.arm, SHOPPERS))
    for arm, share in {"a": 0.5, "b": 0.3, "c": 0.2}.items():
        assert abs(told[arm] / len(SHOPPERS) - share) < 0.03


@pytest.mark.parametrize("arms", [2, 3, 4, 5, 6])
def test_williams_designs_have_each_arm_once_and_each_order_equally_often(arms: int) -> None:
    design = williams(arms)
    assert all(sorted(sequence) == list(range(arms)) for sequence in design)
    follows = Counter(pair for sequence in design for pair in pairwise(sequence))
    assert len(follows) == arms * (arms - 1)
    assert len(set(follows.values())) == 1
    assert len({Counter(row[at] for row in design)[0] for at in range(arms)}) == 1


def test_units_cross_over_and_have_all_arms_equally_often() -> None:
    experiment = Experiment("feed", ("a", "b", "c"))
    for unit in SHOPPERS[:50]:
        periods = [experiment.arm_in_period(unit, period) for period in range(6)]
        assert Counter(periods) == {"a": 2, "b": 2, "c": 2}
    told = Counter(experiment.arm_in_period(unit, 1) for unit in SHOPPERS)
    assert all(abs(count / len(SHOPPERS) - 1 / 3) < 0.03 for count in told.values())


def test_products_of_one_category_are_one_cluster() -> None:
    titles = [Title("1", "p1", "a", ("Shoes", "Boots")), Title("2", "p2", "b", ("Shoes", "Boots")),
              Title("3", "p3", "c", ("Shoes",)), Title("4", "p4", "d")]  # fmt: skip
    found = clusters(titles)
    assert found["p1"] == found["p2"] != found["p3"]
    assert found["p4"] == "product p4"


def test_a_row_without_a_category_takes_none_away(save_csv: Callable[..., Path]) -> None:
    path = save_csv([("id", "arm", "title", "category"), ("1", "a", "Mug", "Mugs"),
                     ("1", "b", "Red mug", "")])  # fmt: skip
    assert read_arms(path).clusters() == {"1": "category Mugs"}


@pytest.mark.parametrize(
    ("arms", "shares", "said"),
    [(("a",), (), "two arms"), (("a", "a"), (), "two arms"), (("a", "b"), (0.5, 0.4), "0.4"),
     (("a", "b"), (1.0, 0.0), "above 0"), (("a", "b"), (1.0,), "2 arms")],
)  # fmt: skip
def test_what_makes_no_experiment_is_told(
    arms: tuple[str, ...], shares: tuple[float, ...], said: str
) -> None:
    with pytest.raises(LearningError, match=said):
        Experiment("x", arms, shares)


def test_crossing_over_wants_even_shares_and_periods_from_0() -> None:
    with pytest.raises(LearningError, match="-1"):
        Experiment("x", ("a", "b")).arm_in_period("p", -1)
    with pytest.raises(LearningError, match="shares"):
        Experiment("x", ("a", "b"), (0.9, 0.1)).arm_in_period("p", 0)
