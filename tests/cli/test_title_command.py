"""`titlewright title`: one product from words, JSON or stdin."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

WATCH = "这是一款高品质的机械手表，具有精准的计时功能。"


def test_a_chinese_sentence_becomes_a_title(titlewright: Callable) -> None:
    ran = titlewright("title", WATCH, "--channel", "taobao")
    assert ran.code == 0
    assert ran.out.splitlines()[0].startswith("机械手表")
    assert "score" in ran.out
    assert ran.err == ""


def test_json_holds_all_there_is_to_know(titlewright: Callable) -> None:
    ran = titlewright("title", WATCH, "--channel", "taobao", "--json")
    result = json.loads(ran.out)
    assert ran.code == 0
    assert set(result) == {
        "row", "id", "channel", "title", "previous_title", "generator", "model_made", "score",
        "scores", "contributions", "evidence", "repairs", "rules", "warnings",
        "alternatives", "input_tokens", "output_tokens", "cost",
    }  # fmt: skip
    assert (result["channel"], result["generator"]) == ("taobao", "compact")
    for item in result["evidence"]:
        assert result["title"][item["start"] : item["end"]] == item["text"]
        assert WATCH[item["source_start"] : item["source_end"]] == item["source_text"]


def test_a_product_as_json(titlewright: Callable) -> None:
    product = {
        "description": "A <b>red</b> wool hat.",
        "brand": "Fjell",
        "attributes": {"size": "M"},
    }
    ran = titlewright("title", json.dumps(product), "--json")
    title = json.loads(ran.out)["title"]
    assert title.startswith("Fjell")
    assert "Red Wool Hat" in title


@pytest.mark.parametrize(
    ("given", "title"),
    [
        (b"Stoneware mug", "Stoneware Mug"),
        ('\ufeff{"title": "Stoneware mug"}'.encode(), "Stoneware Mug"),
        (b"Stoneware mug \xff\xfe", "Stoneware Mug"),
    ],
)
def test_a_dash_reads_stdin(
    titlewright: Callable, monkeypatch: pytest.MonkeyPatch, given: bytes, title: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), encoding="utf-8"))
    ran = titlewright("title", "-")
    assert (ran.code, ran.out.splitlines()[0]) == (0, title)


def test_words_to_prefer_and_to_avoid(titlewright: Callable) -> None:
    text = "Waterproof red wool hat for men"
    assert "Red" in titlewright("title", text).out.splitlines()[0]
    ran = titlewright("title", text, "--avoid", "red", "--avoid", "WATERPROOF")
    assert not {"red", "waterproof"} & set(ran.out.splitlines()[0].lower().split())


def test_headlines_are_short(titlewright: Callable) -> None:
    text = "Waterproof red wool hat for men, lined with soft fleece, size L"
    ran = titlewright("title", text, "--style", "headline", "--json")
    assert len(json.loads(ran.out)["title"]) <= 30


def test_bytes_that_are_no_text_do_not_break_the_output(titlewright: Callable) -> None:
    ran = titlewright("title", "Red wool hat \udcff\udcfe", "--json")
    assert ran.code == 0
    assert "Hat" in json.loads(ran.out)["title"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([""], "empty"),
        (["   "], "empty"),
        (['{"description": '], "looks like JSON but isn't"),
        (["{" * 100_000], "looks like JSON but isn't"),
        (['{"attributes": "red"}'], "attributes must be a JSON object"),
        (['{"title": {"en": "Hat"}}'], "title must be text"),
        (['{"id": "7"}'], "too little"),
        (["hat", "--channel", "nowhere"], "There is no channel 'nowhere'"),
        (["hat", "--generator", "nobody"], "There is no generator 'nobody'"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    titlewright: Callable, arguments: list[str], said: str
) -> None:
    ran = titlewright("title", *arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith("error: ")
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments", [[], ["hat", "--style", "odd"], ["hat", "--candidates", "0"], ["hat", "--odd"]]
)
def test_options_that_make_no_sense(titlewright: Callable, arguments: list[str]) -> None:
    ran = titlewright("title", *arguments)
    assert ran.code == 2
    assert "title" in ran.err


def test_as_a_module_in_a_process_of_its_own() -> None:
    command = [sys.executable, "-m", "titlewright", "title", WATCH, "-c", "taobao"]
    ran = subprocess.run(command, capture_output=True, check=False)
    assert ran.returncode == 0
    assert "机械手表" in ran.stdout.decode()


def test_a_reader_that_leaves_is_no_error() -> None:
    command = f"{sys.executable} -m titlewright channels | head -1"
    ran = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, b"")


def test_search_terms_and_a_ranking_have_a_say(titlewright: Callable, tmp_path: Path) -> None:
    product = '{"brand": "Fjell", "description": "Waterproof hiking boots in brown leather."}'
    terms = tmp_path / "terms.csv"
    terms.write_text("query,volume\nwaterproof hiking boots,5400\n", encoding="utf-8")
    ran = titlewright("title", product, "--queries", str(terms), "--json")
    scores = {score["name"]: score for score in json.loads(ran.out)["scores"]}
    assert scores["demand"]["value"] == 1
    assert "covers 1 of 1 fitting searches" in scores["demand"]["reasons"][0]
    ranking = tmp_path / "ranking.json"
    ranking.write_text(
        '{"kind": "titlewright ranking", "version": 1, "weights": {"complete": 1}}',
        encoding="utf-8",
    )
    result = json.loads(titlewright("title", product, "--ranking", str(ranking), "--json").out)
    complete = next(one for one in result["scores"] if one["name"] == "complete")
    assert result["score"] == pytest.approx(complete["value"], abs=1e-3)
    ranking.write_text("{}", encoding="utf-8")
    ran = titlewright("title", product, "--ranking", str(ranking))
    assert ran.code == 2
    assert "is no ranking" in ran.err
