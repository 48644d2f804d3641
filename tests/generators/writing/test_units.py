import pytest
from hypothesis import given
from hypothesis import strategies as st

from titlewright.generators.writing.units import SPACE, join, parts, split


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("Men's T-Shirt (Black/XL)", ["Men's", "T-Shirt", "(", "Black", "/", "XL", ")"]),
        ('24" x 36" film, 9/16 in', ['24"', "x", '36"', "film", ",", "9/16", "in"]),
        ("1,000 mAh lockOne handle", ["1,000", "mAh", "lock", "One", "handle"]),
        ("StarTech.com CF283A", ["StarTech.com", "CF283A"]),
        ("安可新 420mm", ["安可新", SPACE, "420mm"]),
    ],
)
def test_what_stands_together_stays_together(text: str, units: list[str]) -> None:
    assert split(text) == units


@pytest.mark.parametrize(
    "title",
    [
        "Acme Men's T-Shirt (Black, XL) - 3 Pack",
        "Xerox 006R90321 toner cartridge",
        "苏菲夜用棉柔纤巧卫生巾420mm",
        "Bosch Bremsscheiben 300MM + Beläge",
    ],
)
def test_a_title_comes_back_from_its_units(title: str) -> None:
    assert join(split(title)) == title


@given(st.text(max_size=80))
def test_no_letter_or_digit_is_lost(text: str) -> None:
    said = [character for character in text if character.isalnum()]
    assert [c for unit in split(text) for c in unit if c.isalnum()] == said


@pytest.mark.parametrize(
    ("unit", "found"),
    [
        ("slim-fit", ["slim", "fit"]),
        ("620cm", ["620", "cm"]),
        ("24-count", ["24", "count"]),
        ("006R90321", []),
        ("CLT-M409S", []),
        ("CLP-315", []),
        ("9/16", []),
    ],
)
def test_compounds_have_parts_and_codes_have_none(unit: str, found: list[str]) -> None:
    assert parts(unit) == found
