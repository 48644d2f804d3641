"""`explain`: one product, a run's results, and the page of a whole run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from titlewright.feeds import open_feed

ROWS = [
    ("id", "title", "description", "brand"),
    ("1", "SALE!!! wool hat", "A warm red hat knitted from merino wool.", "Fjell"),
    ("2", "Mug", "Stoneware mug that holds 350 ml, with saucer.", "Kilnworks"),
    ("4", "=SUM(1) blue scarf", "A blue scarf of silk.", "Fjell"),
]
MUG = (
    '{"brand": "Acme", "title": "MUG!!! BEST PRICE", "description": "Stoneware mug, 350 ml, blue"}'
)


@pytest.fixture
def feed(save_csv: Callable[..., Path]) -> Path:
    return save_csv(ROWS)


@pytest.fixture
def results(titlewright: Callable, feed: Path, tmp_path: Path) -> Path:
    path = tmp_path / "results.jsonl"
    ran = titlewright("generate", feed, "-o", tmp_path / "out.csv", "--results", path)
    assert ran.code == 0
    return path


def test_a_product_in_words(titlewright: Callable) -> None:
    ran = titlewright("explain", "Waterproof hiking boots in brown leather", "-g", "template")
    assert ran.code == 0
    assert ran.err == ""
    for part in ("Evidence", "[hiking]", "completeness", "What would change it", "Runner-ups"):
        assert part in ran.out
    assert "\x1b" not in ran.out


def test_a_product_as_json_in_chinese(titlewright: Callable) -> None:
    ran = titlewright("explain", MUG, "-c", "amazon", "--lang", "zh")
    assert ran.code == 0
    for part in ("依据", "原文如此", "怎样会改变选择", "关键信息"):
        assert part in ran.out


def test_json_for_machines(titlewright: Callable) -> None:
    ran = titlewright("explain", MUG, "-c", "amazon", "--json")
    found = json.loads(ran.out)
    product = json.loads(MUG)
    assert sum(part["value"] for part in found["contributions"]) == pytest.approx(
        found["score"], abs=1e-5 * len(found["contributions"])
    )
    for span in found["evidence"]:
        assert found["title"][span["start"] : span["end"]] == span["text"]
        assert span["literal"]
        stated = product[span["field"]][span["source_start"] : span["source_end"]]
        assert stated == span["source_text"]
    assert found["without_words"]
    assert found["sentences"]
    assert "unknown" not in found


def test_a_product_without_a_title_is_refused(titlewright: Callable) -> None:
    assert titlewright("explain", '{"description": ""}').code == 2
    assert titlewright("explain", "").code == 2


def test_one_of_a_runs_results(titlewright: Callable, results: Path, tmp_path: Path) -> None:
    ran = titlewright("explain", results, "1")
    assert ran.code == 0
    titles = [item.product.title for item in open_feed(tmp_path / "out.csv")]
    assert ran.out.splitlines()[0] == titles[0]
    for part in ("before: SALE!!! wool hat", "brand", "completeness", "give the feed"):
        assert part in ran.out


def test_beside_its_feed_what_would_change_it_is_told(
    titlewright: Callable, results: Path, feed: Path
) -> None:
    ran = titlewright("explain", results, "1", "--feed", feed)
    assert ran.code == 0
    assert "give the feed" not in ran.out
    assert "Without" in ran.out
    told = json.loads(titlewright("explain", results, "--feed", feed, "--json").out)
    assert [one["id"] for one in told] == ["1", "2", "4"]
    assert all(span["literal"] for one in told for span in one["evidence"])
    assert not any("unknown" in one for one in told if one["runner_ups"])


def test_the_page_of_a_run(
    titlewright: Callable, results: Path, feed: Path, tmp_path: Path
) -> None:
    page = tmp_path / "why.html"
    ran = titlewright(
        "explain", results, "--feed", feed, "-o", page, "--limit", "2", "--lang", "zh"
    )
    assert (ran.code, ran.out) == (0, "")
    assert str(page) in ran.err.replace("\n", "")
    text = page.read_text(encoding="utf-8")
    assert text.count("<article") == 2
    assert "标题说明" in text


def test_the_titled_feed_is_not_the_feed(
    titlewright: Callable, results: Path, tmp_path: Path
) -> None:
    """Its present titles are the new ones: what they no longer state is said not to be there."""
    ran = titlewright("explain", results, "4", "--feed", tmp_path / "out.csv")
    assert ran.code == 0
    assert "not found there in this feed" in ran.out or "can't be told" in ran.out


def test_what_cannot_be_explained(
    titlewright: Callable, results: Path, feed: Path, tmp_path: Path
) -> None:
    junk = tmp_path / "junk"
    junk.write_bytes(bytes(range(256)))
    many = tmp_path / "many.jsonl"
    many.write_text(results.read_text(encoding="utf-8") * 10, encoding="utf-8")
    shuffled = tmp_path / "shuffled.csv"
    lines = feed.read_text(encoding="utf-8").splitlines()
    shuffled.write_text("\n".join([lines[0], *lines[:0:-1]]) + "\n", encoding="utf-8")
    for arguments, said in (
        ((results, "99"), "no product '99'"),
        ((tmp_path / "missing.jsonl", "1"), "can't be read"),
        ((tmp_path / "missing.jsonl",), "can't be read"),
        ((tmp_path, "1"), "can't be read"),
        ((tmp_path / "out.csv", "1"), "is not JSON"),
        ((junk, "1"), "UTF-8"),
        ((many,), "There are 30 results"),
        ((results, "--feed", shuffled), "Give the feed that these titles were made from"),
    ):
        ran = titlewright("explain", *arguments)
        assert ran.code == 2, arguments
        assert said in ran.err
        assert len(ran.err.splitlines()) == 1


def test_words_that_were_learnt_are_in_what_is_explained(
    titlewright: Callable, tmp_path: Path
) -> None:
    hints = tmp_path / "hints.json"
    hints.write_text('{"": {"prefer": [], "avoid": ["blue"]}}', encoding="utf-8")
    product = '{"brand": "Acme", "description": "Stoneware mug", "attributes": {"colour": "blue"}}'
    asked = ("explain", product, "-g", "template", "--json")
    assert "Blue" in json.loads(titlewright(*asked).out)["title"]
    assert "Blue" not in json.loads(titlewright(*asked, "--hints", hints).out)["title"]
