"""Words put in and taken out, with the spaces and marks that the script needs."""

import pytest

from titlewright.records import Span
from titlewright.rewriting.joining import (
    first_clause_end,
    is_unspaced,
    joined,
    place_of,
    with_first,
    with_last,
    without,
)


@pytest.mark.parametrize(
    ("title", "unspaced"),
    [
        ("雪花啤酒500ml", True),
        ("Wool Hat", False),
        ("양모 모자", False),
        ("", False),
        ("HOKA鞋", False),
    ],
)
def test_scripts_without_spaces(title: str, unspaced: bool) -> None:
    assert is_unspaced(title) is unspaced


def test_joining_chinese_puts_a_space_only_where_latin_meets_latin() -> None:
    assert joined("苏菲", "卫生巾", "420mm", "6片", unspaced=True) == "苏菲卫生巾420mm 6片"
    assert joined("", "Wool", " Hat ", unspaced=False) == "Wool Hat"


def test_at_the_ends() -> None:
    assert with_first("Fjell", "Wool Hat") == "Fjell Wool Hat"
    assert with_first("雪花", "清爽啤酒") == "雪花清爽啤酒"
    assert with_last("Red", "Wool Hat, ") == "Wool Hat, Red"
    assert with_last("500ml", "雪花啤酒") == "雪花啤酒500ml"


@pytest.mark.parametrize(
    ("title", "gone", "left"),
    [
        ("Wool Hat, Red", "Red", "Wool Hat"),
        ("Wool Hat (Red) Warm", "Red", "Wool Hat Warm"),
        ("Tea (Black, Bags)", "Black", "Tea (Bags)"),
        ("雪花清爽啤酒", "清爽", "雪花啤酒"),
        ("雪花 AB清爽CD 啤酒", "清爽", "雪花 AB CD 啤酒"),
    ],
)
def test_taking_out_leaves_no_marks_behind(title: str, gone: str, left: str) -> None:
    start = title.index(gone)
    assert without(title, Span(start, start + len(gone))) == left


def test_places_of_words() -> None:
    assert place_of("wool hat", "Red Wool Hat") == Span(4, 12)
    assert place_of("wool red", "Red Wool Hat") is None
    assert place_of("啤酒", "雪花清爽啤酒") == Span(4, 6)
    assert place_of("", "Hat") is None


def test_the_first_clause() -> None:
    assert "Wool Hat, Red"[: first_clause_end("Wool Hat, Red")] == "Wool Hat"
    assert first_clause_end("Wool Hat") == len("Wool Hat")
