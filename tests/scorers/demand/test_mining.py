"""Phrases of a feed: product types with what describes them, counted by products."""

from __future__ import annotations

from titlewright.records import Candidate, Product
from titlewright.scorers.demand import Demand, DemandScorer, mined

FEED = [
    Product(
        id=str(number),
        title=f"Nordvik {colour} Waterproof Hiking Boots for Snow, Size {number}",
        brand="Nordvik",
        attributes={"colour": colour},
        locale="en",
    )
    for number, colour in enumerate(("Grey", "Grey", "Red"))
]


def test_phrases_end_with_the_type_and_are_counted_by_products() -> None:
    counts = {term.query: term.volume for term in mined(FEED)}
    assert counts["hiking boots"] == 3
    assert counts["waterproof hiking boots"] == 3
    assert counts["nordvik hiking boots"] == 3
    assert counts["grey hiking boots"] == 2
    assert "red hiking boots" not in counts  # one product alone
    assert not any("snow" in query or "size" in query for query in counts)


def test_chinese_phrases() -> None:
    feed = [Product(id=str(n), title="休闲针织 连衣裙", brand="泰迪") for n in range(2)]
    counts = {term.query: term.volume for term in mined(feed)}
    assert counts["连衣裙"] == counts["泰迪连衣裙"] == 2


def test_praise_is_no_phrase() -> None:
    feed = [Product(id=str(n), title="Best Boots") for n in range(2)]
    assert [term.query for term in mined(feed)] == ["boots"]


def test_the_order_of_the_products_does_not_matter() -> None:
    assert mined(FEED) == mined(FEED[::-1])
    assert mined([]) == []


def test_reasons_say_that_it_is_no_demand() -> None:
    scorer = DemandScorer(Demand.of_feed(FEED))
    (score,) = scorer.score(FEED[0], [Candidate("Nordvik Boots", "test")])
    assert "phrases usual in the feed" in score.reasons[0]
    assert "products)" in score.reasons[0]
    assert "searches" not in score.reasons[0]


def test_another_brand_of_the_feed_never_fits() -> None:
    other = Product(id="9", title="Alpina Hiking Boots", brand="Alpina", locale="en",
                    description="Fit like Nordvik hiking boots.")  # fmt: skip
    fits = Demand.of_feed([*FEED, other]).fitting(other)
    assert fits
    assert not any("nordvik" in fit.term.query for fit in fits)
