"""`titlewright optimize`: the feed again, with only those titles changed that were wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from titlewright.feeds import open_feed

ROWS = [
    ("id", "title", "description", "brand", "colour"),
    ("1", "FREE SHIPPING wool hat wool hat", "A red hat knitted from wool.", "Fjell", "red"),
    ("2", "Kilnworks Mug, 350 ml, Blue", "Stoneware mug that holds 350 ml.", "Kilnworks", "blue"),
    ("3", "", "Leather belt", "Hidebound", "brown"),
]


@pytest.fixture
def feed(save_csv: Callable[..., Path]) -> Path:
    return save_csv(ROWS)


def titles(path: Path) -> list[str]:
    return [item.product.title for item in open_feed(path)]


def test_wrong_titles_are_mended_and_good_ones_stay(
    titlewright: Callable, feed: Path, tmp_path: Path
) -> None:
    out, results = tmp_path / "out.csv", tmp_path / "results.jsonl"
    ran = titlewright("optimize", feed, "-o", out, "--results", results, "--workers", 1)
    assert ran.code == 0
    assert "1 titles untouched, 1 mended" in ran.err
    assert "1 rejected" in ran.err
    assert titles(out) == ["Fjell Wool Hat, Red", "Kilnworks Mug, 350 ml, Blue"]
    assert feed.read_text("utf-8").splitlines()[2] in out.read_text("utf-8").splitlines()
    first, second = map(json.loads, results.read_text("utf-8").splitlines())
    assert 'put the brand "Fjell" first' in first["repairs"]
    assert (second["generator"], second["repairs"]) == ("seller", [])


def test_machines_get_the_counts(titlewright: Callable, feed: Path, tmp_path: Path) -> None:
    ran = titlewright("optimize", feed, "-o", tmp_path / "out.csv", "--json", "--workers", 1)
    told = json.loads(ran.out)
    assert (told["untouched"], told["mended"], told["rejected"]) == (1, 1, 1)
    assert told["mean_edited_words"] > 0


def test_prefer_avoid_and_tone(titlewright: Callable, feed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    ran = titlewright("optimize", feed, "-o", out, "--prefer", "stoneware", "--avoid", "red",
                      "--tone", "plain", "--keep-rejected", "--workers", 1)  # fmt: skip
    assert ran.code == 0
    assert titles(out) == ["Fjell Wool Hat", "Kilnworks Stoneware Mug, 350 ml, Blue", ""]


def test_the_form_of_examples(titlewright: Callable, feed: Path, tmp_path: Path) -> None:
    liked = tmp_path / "liked.csv"
    rows = [f"{n},Acme green Cup{n},Acme,green" for n in range(5)]
    liked.write_text("\n".join(["id,title,brand,colour", *rows]), encoding="utf-8")
    out = tmp_path / "out.csv"
    ran = titlewright("optimize", feed, "-o", out, "--like", liked, "--edits", "free",
                      "--generator", "template", "--workers", 1)  # fmt: skip
    assert ran.code == 0
    assert titles(out)[0].startswith("Fjell red")


def test_an_unknown_way_of_editing_is_refused(
    titlewright: Callable, feed: Path, tmp_path: Path
) -> None:
    ran = titlewright("optimize", feed, "-o", tmp_path / "out.csv", "--edits", "wild")
    assert ran.code == 2
    assert "wild" in ran.err


def test_strict_tells_of_rejects(titlewright: Callable, feed: Path, tmp_path: Path) -> None:
    ran = titlewright("optimize", feed, "-o", tmp_path / "o.csv", "--strict", "--workers", 1)
    assert ran.code == 1


def test_words_that_were_learnt_are_put_in_and_taken_out(
    titlewright: Callable, feed: Path, tmp_path: Path
) -> None:
    out, hints = tmp_path / "out.csv", tmp_path / "hints.json"
    hints.write_text('{"": {"prefer": ["stoneware"], "avoid": ["red"]}}', encoding="utf-8")
    ran = titlewright("optimize", feed, "-o", out, "--hints", hints, "--workers", 1)
    assert ran.code == 0
    hat, mug = titles(out)
    assert "Red" not in hat
    assert "Stoneware" in mug
