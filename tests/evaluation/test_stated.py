from fractions import Fraction

import pytest

from titlewright.evaluation.stated import Stated, number_value, quantities, stem, tokens
from titlewright.records import Product


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1,000", Fraction(1000)),
        ("0.5", Fraction(1, 2)),
        (".5", Fraction(1, 2)),
        ("9/16", Fraction(9, 16)),
        ("1-9/16", Fraction(25, 16)),
        ("1 9/16", Fraction(25, 16)),
    ],
)
def test_number_value(written, value):
    assert number_value(written) == value


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("500 ml bottle", [(500, "ml")]),
        ("500ml", [(500, "ml")]),
        ('15.6" display', [(Fraction(78, 5), '"')]),
        ("8.4 fl oz", [(Fraction(42, 5), "fl oz")]),
        ("12-pack", [(12, "pack")]),
        ("4 in 1 tool", []),
        ("2-in-1", []),
        ("Show 2010 'Action", []),
        ("4G phone", []),
        ("3M tape", []),
        ("Size 6 M", []),
        ("10 in. pan", [(10, "in")]),
        ("500毫升", [(500, "毫升")]),
        ("page 5/0 g", []),
    ],
)
def test_quantities(text, amounts):
    assert [(one.value, one.unit) for one in quantities(text)] == amounts


def test_tokens_fold_case_width_and_quotes():
    assert tokens("Men’s Café ＸＬ") == ["men's", "cafe", "xl"]


@pytest.mark.parametrize(
    ("word", "expected"),
    [("boxes", "box"), ("watches", "watch"), ("dress", "dress"), ("men's", "men"),
     ("batteries", "battery"), ("shirts", "shirt")],
)  # fmt: skip
def test_stem(word, expected):
    assert stem(word) == expected


@pytest.fixture
def mug():
    return Stated(
        Product(
            id="1",
            title="Never Read This",
            brand="Acme",
            description="Stainless-steel mugs, 0.5 L, for T-shirts fans",
            category=("Kitchen", "Mugs"),
            attributes={"colour": "Black"},
        )
    )


def test_words_are_found_across_fields_and_spellings(mug):
    for word in ("mug", "Mugs", "ACME", "black", "Kitchen", "stainless steel", "Tshirt"):
        assert mug.says_word(word), word


def test_title_and_attribute_names_are_no_statement(mug):
    assert not mug.says_word("read")
    assert not mug.says_word("colour")


def test_the_same_amount_in_another_unit_is_stated(mug):
    assert mug.says_amount(quantities("500 ml")[0])
    assert not mug.says_amount(quantities("5 L")[0])
