"""Answers back to titles: well-formed, broken in every way that models break them, or useless."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from titlewright.generators.llm.answers import read_titles

TWO = ["Acme Red Mug", "Red Stoneware Mug, 350 ml"]


@pytest.mark.parametrize(
    "answer",
    [
        '{"titles": ["Acme Red Mug", "Red Stoneware Mug, 350 ml"]}',
        '["Acme Red Mug", "Red Stoneware Mug, 350 ml"]',
        '[{"title": "Acme Red Mug"}, {"title": "Red Stoneware Mug, 350 ml"}]',
        '{"1": "Acme Red Mug", "2": "Red Stoneware Mug, 350 ml"}',
        '```json\n{"titles": ["Acme Red Mug", "Red Stoneware Mug, 350 ml"]}\n```',
        'Sure!\n```\n["Acme Red Mug", "Red Stoneware Mug, 350 ml"]\n```\nAnything else?',
        'Here you are: {"titles": ["Acme Red Mug", "Red Stoneware Mug, 350 ml"]} Enjoy!',
        '{"titles": ["Acme Red Mug", "Red Stoneware Mug, 350 ml",],}',
        '{"titles": ["Acme Red Mug", "Red Stoneware Mug, 350 ml", "Red Stonew',
        '{"titles": ["Acme Red Mug", "Red Stoneware Mug, 350 ml"',
        '```json\n{"titles": ["Acme Red Mug", "Red Stoneware Mug, 350 ml", "Red',
        'Of course: ["Acme Red Mug", "Red Stoneware Mug, 350 ml", "Re',
        '{"titles": ["Acme Red Mug" "Red Stoneware Mug, 350 ml"]}',
        "1. Acme Red Mug\n2. Red Stoneware Mug, 350 ml",
        "Here are two titles:\n\n1) Acme Red Mug\n2) Red Stoneware Mug, 350 ml\n\nGood luck!",
        "- Acme Red Mug\n- Red Stoneware Mug, 350 ml",
        "**Titles:**\n* **Acme Red Mug**\n* **Red Stoneware Mug, 350 ml**",
        "Acme Red Mug\nRed Stoneware Mug, 350 ml",
        '"Acme Red Mug"\n"Red Stoneware Mug, 350 ml"',
        '"1. Acme Red Mug\\n2. Red Stoneware Mug, 350 ml"',
        'Okay, a mug.\n</think>\n["Acme Red Mug", "Red Stoneware Mug, 350 ml"]',
        '<think>{"titles": ["no"]} or so?</think>\n["Acme Red Mug", "Red Stoneware Mug, 350 ml"]',
        '{"titles": ["Acme Red Mug", "ACME RED MUG", "Red Stoneware Mug, 350 ml"]}',
        '{"titles": [null, 3, "", "Acme Red Mug", "Title: Red Stoneware Mug, 350 ml"]}',
    ],
)
def test_titles_are_found(answer: str) -> None:
    assert read_titles(answer, 5) == TWO


@pytest.mark.parametrize(
    "answer", ['"Acme Red Mug"', "Acme Red Mug", '{"title": "Acme Red Mug"}', "1. Acme Red Mug"]
)
def test_a_single_title(answer: str) -> None:
    assert read_titles(answer, 5) == ["Acme Red Mug"]


@pytest.mark.parametrize(
    "answer",
    ["", "   \n", "{}", "[]", '{"titles": []}', "[1, 2]", '{"titles": ["', "```", "!!!",
     "<think>what is a mug", "Here are the titles:", "x" * 600],
)  # fmt: skip
def test_an_answer_without_a_title_has_none(answer: str) -> None:
    assert read_titles(answer, 5) == []


def test_no_more_than_asked_for() -> None:
    assert read_titles(json.dumps([f"Mug {number}" for number in range(9)]), 2) == [
        "Mug 0",
        "Mug 1",
    ]


def test_half_a_character_is_left_out() -> None:
    assert read_titles('["Mug \\ud83d", "杯子 红色"]', 2) == ["Mug", "杯子 红色"]


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.text(max_size=20) | st.integers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
).map(json.dumps)


@given(st.text(max_size=300) | ANY_JSON, st.integers(0, 5))
def test_whatever_comes_is_up_to_n_clean_titles(answer: str, n: int) -> None:
    for text in (answer, answer[: len(answer) // 2]):
        titles = read_titles(text, n)
        assert len(titles) <= n
        assert all(title == title.strip() and "\n" not in title and title for title in titles)
        assert len({title.casefold() for title in titles}) == len(titles)


def test_deep_nesting_is_no_error() -> None:
    assert read_titles("[" * 50_000 + '"Mug"' + "]" * 50_000, 1) in ([], ["Mug"])
