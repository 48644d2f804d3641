"""Whether a title says a fact already."""

import pytest

from titlewright.generators.saying import all_said, any_said, names_another, says


def test_words_and_their_inflections_count() -> None:
    assert all_said("leather boots", "Brown Boot, Leather")
    assert not all_said("leather boots", "Brown Boot")
    assert any_said("leather boots", "Brown Boot")
    assert not any_said("leather boots", "Hat")


def test_a_fact_without_words_is_never_said() -> None:
    assert not all_said("", "Brown Boot")


def test_another_value_of_the_same_kind() -> None:
    assert names_another("color", "Brown Boot")
    assert not names_another("color", "Leather Boot")
    assert not names_another("size", "Brown Boot")


@pytest.mark.parametrize(
    ("title", "fact", "said"),
    [
        ("HP Printer", "HP", True),
        ("Fish pan", "HP", False),  # the letters stand there, of two words
        ("Epson LQ 630 Printer", "LQ-630", True),
        ("Epson LQ630K Printer", "LQ-630", False),
        ("Epson X-LQ 630 LQ630", "LQ630", True),
        ("Brown hiking boot", "hiking boots", True),
        ("Boots", "brown hiking boots", False),
        ("雪花清爽啤酒", "清爽", True),
        ("雪花啤酒", "清爽", False),
        ("Anything", "", False),
    ],
)
def test_what_a_title_says(title: str, fact: str, said: bool) -> None:
    assert says(title, fact) is said
