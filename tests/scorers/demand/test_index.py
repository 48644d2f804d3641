"""The quick look: nothing that grounding would back is lost by it, and many terms are no burden."""

from __future__ import annotations

import time

import pytest

from titlewright.grounding import Grounder
from titlewright.records import Product
from titlewright.scorers.demand import Demand, Term
from titlewright.scorers.demand.index import TermIndex
from titlewright.scorers.demand.keys import keys_of_searches
from titlewright.scorers.demand.truth import Truth


def test_a_search_is_found_where_all_its_keys_are() -> None:
    index = TermIndex([frozenset("ab"), frozenset("b"), frozenset(), frozenset("abc")])
    assert sorted(index.within(frozenset("ab"))) == [0, 1]
    assert sorted(index.within(frozenset("abcd"))) == [0, 1, 3]
    assert list(index.within(frozenset())) == []


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Grey T-Shirt", "tshirt gray"),
        ("Gray tshirt", "grey t-shirt"),
        ("Ladder, 12ft", "12 ft ladder"),
        ("Bottle 500 ml", "0.5 L bottle"),
        ("Wi-Fi router", "wifi router"),
        ("Berries, hooded", "berry hood"),
        ("女士休闲鞋 两双装", "女款 休闲鞋"),
        ("無線藍牙耳機", "蓝牙耳机"),
        ("Café crème", "cafe creme"),
        ("Sony WH-1000XM5", "wh1000xm5"),
    ],
)
def test_nothing_that_is_backed_is_lost(text: str, query: str) -> None:
    product = Product(id="1", title=text)
    assert Grounder(product).ground(query).supported
    (keys,) = keys_of_searches([query], "en")
    assert keys <= Truth(product).keys


def test_a_hundred_thousand_terms_are_quick() -> None:
    nouns = [f"{a}{b}{c}" for a in "bdfgklmnpr" for b in "aeiou" for c in ("lon", "rim", "tak")]
    terms = [Term(f"{a} {b}", 1 + i % 9) for i, a in enumerate(nouns) for b in nouns if a != b]
    terms = [*terms, *(Term(f"{term.query} {i}", 1) for i, term in enumerate(terms))] * 3
    assert len(terms) > 100_000
    demand = Demand(terms)
    products = [Product(id=str(n), title=f"{nouns[n]} {nouns[n + 1]} box") for n in range(50)]
    start = time.process_time()
    found = [len(list(demand._index.within(Truth(product).keys))) for product in products]
    assert time.process_time() - start < 5
    assert all(found)
