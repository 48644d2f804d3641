"""Lengths in every unit that channels count in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from titlewright.text.width import UNITS, count, display_width


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("Nike 39", "code_points", 7),
        ("小米手环", "code_points", 4),
        ("👩‍👧", "code_points", 3),
        ("👩‍👧", "utf16", 5),
        ("小米 8", "display_width", 6),
        ("ｱｲｳ", "display_width", 3),  # half-width katakana
        ("アイウ", "display_width", 6),
        ("①Ω", "display_width", 2),
        ("①Ω", "half_width", 4),
        ("小米8", "utf8", 7),
        ("小米8", "gb18030", 5),
        ("é", "gb18030", 2),  # in GBK
        ("ñ", "gb18030", 4),  # not in GBK
        ("😀", "gb18030", 4),
        ("", "gb18030", 0),
    ],
)
def test_count(text: str, unit: str, expected: int) -> None:
    assert count(text, unit) == expected  # type: ignore[arg-type]


def test_thirty_chinese_characters_are_sixty_bytes_as_taobao_says() -> None:
    assert count("保" * 30, "gb18030") == 60


def test_weighted_counts_only_chinese_characters_more_and_rounds_up() -> None:
    assert count("小米 8", "chinese_weighted", weight=1.5) == 5
    assert count("小", "chinese_weighted", weight=1.5) == 2
    assert count("Mi 8", "chinese_weighted", weight=3.0) == 4


def test_an_unknown_unit_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"'ems' is not a unit.*display_width"):
        count("Nike", "ems")  # type: ignore[arg-type]


@given(st.text(), st.text())
def test_every_unit_grows_with_the_text(one: str, other: str) -> None:
    for unit in UNITS:
        assert count(one + other, unit) >= count(one, unit)
        assert count(one + other, unit) == count(one, unit) + count(other, unit)


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_ascii_counts_one_each_everywhere(text: str) -> None:
    assert {count(text, unit) for unit in UNITS} == {len(text)}
    assert display_width(text) == len(text)
