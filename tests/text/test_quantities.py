"""Numbers with units: every notation sellers use, comparable values, and what is no quantity."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from titlewright.text.quantities import find_quantities, parse_number, same_quantity
from titlewright.text.units import unit_factors

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
NUMBERISH = st.text("0123456789.,/-–½⅛ x×\"'”％%kgmlinchoz GB一双两件 packof\u00a0", max_size=50)


def only(text):
    found = find_quantities(text)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "dimension", "base"),
    [
        ("9/16 in", "length", 0.0142875),
        ("0.5625 inch", "length", 0.0142875),
        ('1-9/16"', "length", 0.0396875),
        ("1 9/16 in", "length", 0.0396875),
        ("1\u20119/16 in", "length", 0.0396875),  # a hyphen that doesn't break
        ("1–9/16 in", "length", 0.0396875),
        ("9⁄16 in", "length", 0.0142875),
        ("½ inch", "length", 0.0127),
        ("1½ in", "length", 0.0381),
        ("6' cable", "length", 1.8288),
        ("7.5-inch", "length", 0.1905),
        ("420mm", "length", 0.42),
        ("15.6インチ", "length", 0.39624),
        ("0.5 L", "volume", 0.5),
        ("500ml", "volume", 0.5),
        ("２５０ｍｌ", "volume", 0.25),
        ("0,5l", "volume", 0.5),
        ("16 fl. oz.", "volume", 0.473176473),
        ("1,5 kg", "mass", 1500),
        ("1.234,5 kg", "mass", 1_234_500),
        ("1,234.5 kg", "mass", 1_234_500),
        ("1\u202f000 g", "mass", 1000),  # French and ISO grouping
        ("500克", "mass", 500),
        ("2斤", "mass", 1000),
        ("4 GB", "data", 4e9),
        ("2,4 GHz", "frequency", 2.4e9),
        ("18V", "voltage", 18),
        ("20℃", "temperature", 20),
        ("100% cotton", "fraction", 100),
        ("1080p", "lines", 1080),
        ("12-pack", "count", 12),
        ("pack of 12", "count", 12),
        ("twelve-pack", "count", 12),
        ("set of two", "count", 2),
        ("12 ct", "count", 12),
        ("12er-Pack", "count", 12),
        ("a dozen eggs", "count", 12),
        ("pair of socks", "count", 2),
        ("一双袜子", "count", 2),
        ("三件套", "count", 3),
        ("两件装", "count", 2),
        ("10枚入り", "count", 10),
        ("3個セット", "count", 3),
        ("iPhone 15", "", 15),
        ("4 cores", "", 4),
        ("5 in stock", "", 5),
        ("Size 5 in a box", "", 5),
    ],
)
def test_a_quantity_and_its_base_value(text, dimension, base):
    quantity = only(text)
    assert quantity.dimension == dimension
    assert quantity.base == pytest.approx(base)


@pytest.mark.parametrize("text", ["CF283A", "5G phone", "3M tape", "90s style", "3/0 wire", "one"])
def test_codes_and_names_are_no_quantities(text):
    assert find_quantities(text) == ()


@pytest.mark.parametrize(
    ("text", "bases"),
    [
        ("10 x 20 cm", [0.1, 0.2]),
        ("10x20x30cm", [0.1, 0.2, 0.3]),
        ("3 × 5 m", [3, 5]),
        ("6 ft. x 9 ft.", [1.8288, 2.7432]),
        ("5-10 kg", [5000, 10000]),
        ("5 to 10 kg", [5000, 10000]),
        ("64GB+256GB", [64e9, 256e9]),
        ("3-in-1", [3, 1]),
    ],
)
def test_several_quantities_share_the_unit_they_are_listed_with(text, bases):
    assert [quantity.base for quantity in find_quantities(text)] == pytest.approx(bases)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("12", 12),
        (".5", 0.5),
        ("1,5", 1.5),
        ("1,500", 1500),
        ("0,500", 0.5),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("1 1/2", 1.5),
        ("1-1/2", 1.5),
        ("1½", 1.5),
        ("3/4", 0.75),
    ],
)
def test_numbers_as_sellers_write_them(written, value):
    assert parse_number(written) == value


def test_a_fraction_without_a_value_is_no_number():
    assert parse_number("3/0") is None


SAME = [
    ("9/16 in", "0.5625 inch"),
    ("0.5 L", "500 ml"),
    ("1,5 kg", "1500 g"),
    ("12-pack", "pack of 12"),
    ("a dozen", "12 pcs"),
    ("1 pair", "2 pcs"),
    ("15.6 in", "39.6 cm"),
    ("2 lb", "32 oz"),
    ("12 fl oz", "12 oz"),  # sellers drop the "fl"
    ("1 TB", "1000 GB"),
    ("1 TB", "1024 GB"),
    ("5 ft", "60 in"),
    ("0.5 kg", "500克"),
    ("473 ml", "16 fl oz"),
]
DIFFERENT = [
    ("9/16 in", "1-9/16 in"),
    ("32 oz", "23 oz"),
    ("5 kg", "5 lb"),
    ("12 oz", "12 g"),
    ("4 GB", "4 cores"),
    ("4 GB", "4 MB"),
    ("500 ml", "550 ml"),
    ("12 pack", "12 oz"),
    ("20 V", "20 W"),
    ("16 in", "15.6 in"),
    ("40 cm", "15.6 in"),
    ("10 °C", "10 °F"),
    ("2 pairs", "2 pcs"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_quantity_in_another_unit_or_notation(one, other):
    assert same_quantity(only(one), only(other))
    assert same_quantity(only(other), only(one))


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_quantities(one, other):
    assert not same_quantity(only(one), only(other))
    assert not same_quantity(only(other), only(one))


@given(ANY_TEXT | NUMBERISH)
@settings(deadline=None)
def test_quantities_lie_in_the_text_in_order(text):
    end = 0
    for quantity in find_quantities(text):
        assert end <= quantity.span.start < quantity.span.end <= len(text)
        assert quantity.span.start <= quantity.number_span.start
        assert quantity.number_span.end <= quantity.span.end
        end = quantity.span.end


@given(ANY_TEXT | NUMBERISH)
@settings(deadline=None)
def test_a_quantity_is_the_same_as_itself(text):
    for quantity in find_quantities(text):
        assert same_quantity(quantity, quantity)
        assert quantity.base >= 0


@given(st.integers(1, 10**6), st.sampled_from(["mm", "cm", "m", "g", "kg", "ml", "l"]))
@settings(deadline=None)
def test_a_metric_unit_survives_its_own_conversion(number, unit):
    smaller = {"mm": 1e-3, "cm": 1e-2, "m": 1.0, "g": 1.0, "kg": 1e3, "ml": 1e-3, "l": 1.0}
    quantity = only(f"{number} {unit}")
    assert quantity.base == pytest.approx(number * smaller[unit])


def test_factors_of_a_dimension():
    factors = unit_factors("data")
    assert list(factors) == sorted(factors)
    assert {1e6, 1e9} <= set(factors)
    assert unit_factors("no such dimension") == ()


def test_digits_that_python_doesnt_know_are_no_number() -> None:
    kawi_zero = "\U00011f50"  # of Unicode 15: Python knows it from 3.12 on
    assert parse_number(kawi_zero) in (None, 0.0)
    found = find_quantities(f"{kawi_zero} 5 kg {kawi_zero}{kawi_zero}")
    assert [one.value for one in found if one.value] == [5]
