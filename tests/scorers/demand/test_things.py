"""What thing a search asks for."""

from __future__ import annotations

import pytest

from titlewright.records import Product
from titlewright.scorers.demand.fitting import Demand
from titlewright.scorers.demand.terms import Term
from titlewright.scorers.demand.things import doubtful


@pytest.mark.parametrize(
    ("query", "rest"),
    [
        ("hiking boots men", ""),
        ("mug 350 ml blue", ""),
        ("boots polish brown", "polish"),
        ("plug socket", "plug socket"),
        ("连衣裙 女", ""),
    ],
)
def test_words_behind_the_type_that_only_describe_it_are_no_thing(query: str, rest: str) -> None:
    assert doubtful(query) == rest


def test_a_search_fits_however_its_words_are_ordered() -> None:
    boots = Product(id="1", description="Men's waterproof hiking boots, brown leather")
    demand = Demand([Term("hiking boots men", 10), Term("men hiking boots brown", 5),
                     Term("hiking boots polish", 20)])  # fmt: skip
    assert demand.queries(boots) == ["hiking boots men", "men hiking boots brown"]
