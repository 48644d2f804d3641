"""Figures as people read them."""

import pytest

from titlewright.evaluation.results.cells import (
    MEASURES,
    NONE,
    Form,
    arrow,
    change,
    told,
    with_interval,
)


def figure(value: float, low: float, high: float, products: int = 40) -> dict[str, float]:
    return {"value": value, "low": low, "high": high, "products": products}


@pytest.mark.parametrize(
    ("value", "form", "text", "signed"),
    [
        (0.639, "share", "63.9 %", "+63.9"),
        (1.0, "share", "100 %", "+100"),
        (0.0, "share", "0 %", "0"),
        (0.0001, "share", "0 %", "0"),
        (-0.05, "share", "−5.0 %", "−5.0"),
        (0.7644, "per thousand", "764", "+764"),
        (1.5, "per thousand", "1,500", "+1,500"),
        (92.04, "number", "92.0", "+92.0"),
        (0.6954, "rank", "0.695", "+0.695"),
    ],
)
def test_values(value: float, form: Form, text: str, signed: str) -> None:
    assert told(value, form) == text
    assert told(value, form, sign=True) == signed


def test_intervals_are_left_out_where_all_products_are_alike() -> None:
    assert with_interval(figure(0.5, 0.4, 0.6), "share") == "50.0 % (40.0 … 60.0)"
    assert with_interval(figure(0, 0, 0), "share") == "0 %"
    assert with_interval(None, "share") == NONE


def test_only_a_change_beyond_chance_of_enough_products_is_marked() -> None:
    fewer = MEASURES["with errors"]
    assert change(figure(-0.5, -0.6, -0.4), fewer) == "−50.0 (−60.0 … −40.0) ▲"
    assert change(figure(0.5, 0.4, 0.6), fewer).endswith("▼")
    assert change(figure(0.5, 0.4, 0.6), MEASURES["key facts"]).endswith("▲")
    assert change(figure(-0.5, -0.6, 0.0), fewer).endswith(")")
    assert change(figure(-1, -1, -1, products=9), fewer) == "−100"
    assert change(figure(-9, -10, -8), MEASURES["length"]).endswith(")")  # neither good nor bad


def test_an_arrow_shows_what_is_known() -> None:
    measure = MEASURES["key facts"]
    both = {"before": figure(0.2, 0, 1), "after": figure(0.8, 0, 1), "difference": None}
    assert arrow(both, measure) == "20.0 % → 80.0 %"
    assert arrow(both | {"before": None}, measure) == "– → 80.0 %"
    assert arrow(None, measure) == NONE
