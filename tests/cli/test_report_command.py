"""`report`: on the terminal, as a page, as Markdown and as JSON, from what `generate` wrote."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

ROWS = [
    ("id", "title", "description", "brand", "category"),
    ("1", "SALE!!! wool hat", "A warm red hat knitted from merino wool.", "Fjell", "Clothing"),
    ("2", "Kilnworks Mug", "Stoneware mug that holds 350 ml.", "Kilnworks", "Kitchen"),
    ("3", "", "Leather belt for men, 110 cm long.", "Hidebound", "Clothing"),
    ("4", "", "", "", ""),
]


@pytest.fixture
def feed(save_csv: Callable[..., Path]) -> Path:
    return save_csv(ROWS)


@pytest.fixture
def results(titlewright: Callable, feed: Path, tmp_path: Path) -> Path:
    """What the template generator made of the feed, its rejects beside it."""
    path = tmp_path / "results.jsonl"
    ran = titlewright("generate", feed, "-o", tmp_path / "out.csv", "--results", path, "-g",
                      "template", "--rejects", tmp_path / "results.rejects.jsonl")  # fmt: skip
    assert ran.code == 0
    return path


def test_the_terminal_shows_before_and_after(
    titlewright: Callable, results: Path, feed: Path
) -> None:
    ran = titlewright("report", results, "--before", feed)
    assert ran.code == 0
    assert ran.out.startswith("3 titles: ")
    for part in (
        "Google Merchant Center",
        "Titles that break a rule",
        "google.repeated-punctuation",
        "product type",
        "now: ",
        "no shopper's query",
    ):
        assert part in ran.out
    assert max(map(len, ran.out.splitlines())) <= 100


def test_without_the_feed_it_says_what_the_feed_would_add(
    titlewright: Callable, results: Path
) -> None:
    ran = titlewright("report", results)
    assert ran.code == 0
    assert "--before FEED" in ran.out
    assert "Key facts named" not in ran.out


def test_a_page_and_markdown(
    titlewright: Callable, results: Path, feed: Path, tmp_path: Path
) -> None:
    page, text = tmp_path / "page.html", tmp_path / "page.md"
    ran = titlewright("report", results, "--before", feed, "--html", page, "--markdown", text)
    assert ran.code == 0
    assert "the page:" in ran.err
    assert "By category" in page.read_text("utf-8")
    assert "Why products were rejected" in page.read_text("utf-8")
    assert "| Clothing | 2 |" not in text.read_text("utf-8")  # too few to be named
    assert "| Key facts named |" in text.read_text("utf-8")
    ran = titlewright("report", results, "--before", feed, "--markdown", "-")
    assert ran.out == text.read_text("utf-8")


def test_json_is_for_machines(titlewright: Callable, results: Path, feed: Path) -> None:
    ran = titlewright("report", results, "--before", feed, "--json")
    (run,) = json.loads(ran.out)["runs"]
    assert run["products"]["titles"] == 3
    assert run["rejects"]["rows"] == 1
    assert run["without_result"] == 0
    assert run["measures"]["names brand"]["after"]["products"] == 3


def test_a_broken_line_is_named_and_the_exit_code_tells(
    titlewright: Callable, results: Path, feed: Path
) -> None:
    lines = results.read_text("utf-8").splitlines()
    results.write_text(f"{lines[0]}\n{lines[1][:40]}\n{lines[2]}\n", encoding="utf-8")
    ran = titlewright("report", results, "--before", feed)
    assert ran.code == 1
    assert "line 2" in ran.out
    assert ran.out.startswith("2 titles: ")


def test_errors_say_what_to_do(
    titlewright: Callable, results: Path, feed: Path, tmp_path: Path
) -> None:
    for arguments, said in (
        ((results, "--before", tmp_path / "out.csv"), "Is that the feed that came out?"),
        ((tmp_path / "nowhere.jsonl",), "can't be read"),
        ((feed,), "--results"),
        ((results, "--rejects", tmp_path / "nowhere.jsonl"), "can't be read"),
        ((results, results, "--before", feed, "--before", feed, "--before", feed), "don't fit 2"),
    ):
        ran = titlewright("report", *arguments)
        assert ran.code == 2
        assert said in ran.err
        assert ran.out == ""


def test_empty_results(titlewright: Callable, tmp_path: Path, feed: Path) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.touch()
    ran = titlewright("report", empty, "--before", feed, "--html", tmp_path / "p.html")
    assert ran.code == 0
    assert "hold no title" in ran.out
    assert "hold no title" in (tmp_path / "p.html").read_text("utf-8")
