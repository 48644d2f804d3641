"""Title Case, shouting, and codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from titlewright.text.casing import calm, is_shouting, looks_like_code, title_case


@pytest.mark.parametrize("word", ["WH-1000XM5", "RTX3060", "A4", "iPhone15", "CF283A", "MP3"])
def test_codes(word: str) -> None:
    assert looks_like_code(word)


@pytest.mark.parametrize("word", ["500ml", "12-Pack", "2nd", "3-in-1", "2024", "Nike", "1.5kg", ""])
def test_not_codes(word: str) -> None:
    assert not looks_like_code(word)


@pytest.mark.parametrize("word", ["AMAZING", "RED", "KIDS", "BEST", "ANTI-SLIP", "ÜBER", "КРАСНЫЙ"])
def test_shouting(word: str) -> None:
    assert is_shouting(word)


@pytest.mark.parametrize(
    "word", ["USB", "HDMI", "XXL", "WH-1000XM5", "Nike", "A", "UNICEF", "USB-C", "小米", "BMX", ""]
)
def test_not_shouting(word: str) -> None:
    assert not is_shouting(word)


def test_kept_words_do_not_shout() -> None:
    assert is_shouting("LEGO")
    assert not is_shouting("LEGO", keep={"LEGO"})


@pytest.mark.parametrize(
    ("word", "locale", "expected"),
    [
        ("AMAZING", "", "Amazing"),
        ("FOR", "en-US", "for"),
        ("BLU-RAY", "", "Blu-Ray"),
        ("USB-KABEL", "de", "USB-Kabel"),
        ("IŞIKLI", "tr-TR", "Işıklı"),
        ("MEN'S", "", "Men's"),
    ],
)
def test_calm(word: str, locale: str, expected: str) -> None:
    assert calm(word, locale) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("men's shoes for the gym", "Men's Shoes for the Gym"),
        ("bottle with lid, 500 ml", "Bottle with Lid, 500 ml"),
        ("the end of", "The End Of"),
        ("iPhone case USB WH-1000XM5", "iPhone Case USB WH-1000XM5"),
        ("AMAZING slip-on shoes", "Amazing Slip-on Shoes"),
        ("", ""),
        ("小米 手环 pro", "小米 手环 Pro"),
    ],
)
def test_title_case(text: str, expected: str) -> None:
    assert title_case(text, "en-US") == expected


def test_title_case_spells_kept_words_as_given() -> None:
    assert title_case("case for IPHONE", keep=["iPhone"]) == "Case for iPhone"


def test_only_english_gets_title_case() -> None:
    assert title_case("tasche für kinder", "de-DE") == "Tasche für kinder"


@given(st.text())
def test_title_case_changes_case_only_and_twice_is_once(text: str) -> None:
    cased = title_case(text)
    assert cased.casefold() == text.casefold() or len(cased) == len(text)
    assert title_case(cased) == cased
