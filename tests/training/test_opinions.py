"""Feedback of people as opinions about titles."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from titlewright.channels import get_channel
from titlewright.errors import FeedError
from titlewright.records import Product
from titlewright.training.opinions import Feedback, opinions_of, read_feedback

BOOTS = Product(
    id="1",
    description="Waterproof hiking boots for men in brown leather.",
    brand="Fjell",
    attributes={"color": "brown"},
)
CHANNEL = get_channel("google")


def liked(*feedback: Feedback) -> list[float]:
    found = opinions_of([BOOTS], feedback, CHANNEL)
    return [round(one.liked, 3) for one in found["1"]]


def test_a_csv_and_json_lines_say_the_same(tmp_path: Path) -> None:
    table = tmp_path / "feedback.csv"
    table.write_text(
        "id,title,impressions,clicks,approved,edited\n"
        "1,Fjell Boots,1000,20,,\n1,Boots,,,no,Fjell Hiking Boots\n",
        encoding="utf-8-sig",
    )
    lines = tmp_path / "feedback.jsonl"
    rows = [
        {"id": "1", "title": "Fjell Boots", "impressions": 1000, "clicks": 20},
        {"id": 1, "title": "Boots", "approved": False, "edited": "Fjell Hiking Boots"},
    ]
    lines.write_text("\n".join(map(json.dumps, rows)) + "\n\n", encoding="utf-8")
    expected = [
        Feedback("1", "Fjell Boots", 1000, 20),
        Feedback("1", "Boots", approved=False, edited="Fjell Hiking Boots"),
    ]
    assert read_feedback(table) == read_feedback(lines) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id,name\n1,Boots\n", "no column title"),
        ("id,title,approved\n", "holds no feedback"),
        (
            "id,title,approved\n1,Boots,perhaps\n",
            "line 2: approved must be yes or no, not 'perhaps'",
        ),
        ("id,title,approved\n1,Boots,\n", "line 2 says nothing about the title"),
        ("id,title,approved\n,Boots,yes\n", "line 2: id and title must be filled"),
        ("id,title,impressions,clicks\n1,Boots,5,\n", "go together"),
        ("id,title,impressions,clicks\n1,Boots,5,6\n", "6 clicks of 5 impressions can't be"),
        ("id,title,impressions,clicks\n1,Boots,many,1\n", "impressions must be a whole number"),
    ],
)
def test_what_makes_no_sense_is_named(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "feedback.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FeedError, match=says):
        read_feedback(path)


@pytest.mark.parametrize("line", ["{", "[1]"])
def test_a_line_that_is_no_object_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "feedback.jsonl"
    path.write_text('{"id": "1", "title": "Boots", "approved": true}\n' + line, encoding="utf-8")
    with pytest.raises(FeedError, match="line 2 is no JSON"):
        read_feedback(path)


def test_what_is_clicked_more_is_liked_as_surely_as_the_counts_tell() -> None:
    few = liked(Feedback("1", "Fjell Boots", 100, 3), Feedback("1", "Boots", 100, 2))
    many = liked(Feedback("1", "Fjell Boots", 100000, 3000), Feedback("1", "Boots", 100000, 2000))
    assert many == [1, 0]
    assert 0 < few[1] < 0.5 < few[0] < 1
    days = [Feedback("1", "Fjell Boots", 50, 1), Feedback("1", "Fjell Boots", 50, 2)]
    assert liked(*days, Feedback("1", "Boots", 100, 2)) == few


def test_clicks_that_nobody_made_tell_nothing() -> None:
    assert liked(Feedback("1", "Fjell Boots", 100, 0), Feedback("1", "Boots", 0, 0)) == []


def test_an_approval_and_an_edit() -> None:
    found = liked(
        Feedback("1", "Fjell Hiking Boots", approved=True),
        Feedback("1", "Boots", approved=False),
        Feedback("1", "Fjell Boots Brown", edited="Fjell Brown Boots"),
    )
    assert found[:2] == [1, 0]
    assert 0.5 < found[2] < 1
    assert found[3] == 1


def test_scores_are_those_of_the_ranking_and_other_products_are_left_out() -> None:
    found = opinions_of([BOOTS, Product(id="2")], [Feedback("1", "Boots", approved=True)], CHANNEL)
    (one,) = found["1"]
    assert {score.name for score in one.scores} >= {"complete", "clear", "order"}
    assert set(found) == {"1"}
    assert opinions_of([BOOTS], [Feedback("9", "Boots", approved=True)], CHANNEL) == {}
