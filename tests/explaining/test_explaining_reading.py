"""Results read back from their file, and put beside their feed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from explaining_helpers import BOOTS, made

from titlewright.errors import FeedError
from titlewright.explaining.reading import beside, find_result, read_results
from titlewright.feeds import Row
from titlewright.records import Reject, TitleResult


@pytest.fixture
def results(tmp_path: Path) -> Path:
    path = tmp_path / "results.jsonl"
    result = made(likely=[-1.0, -2.0, -3.0, None])
    lines = [json.dumps(result.to_json() | {"row": row, "id": f"b-{row}"}) for row in (1, 3)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_what_was_written_is_read(results: Path) -> None:
    first, second = read_results(results)
    assert first.to_json() == made(likely=[-1.0, -2.0, -3.0, None]).to_json()
    assert (second.row, second.product_id) == (3, "b-3")
    assert read_results(results, 1) == [first]
    assert find_result(results, "b-3") == second


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 1 is not JSON"),
        ('{"row": 1, "title": "x"}', "holds no evidence"),
        ("[1]", "holds no evidence"),
        ('{"evidence": [], "row": 1}', "is no result: KeyError"),
        ('{"evidence": [{}], "row": 1, "id": "", "channel": "", "title": "", "score": 1, '
         '"scores": []}', "is no result"),
        ('{"evidence": 7, "row": 1, "id": "", "channel": "", "title": "", "score": 1, '
         '"scores": []}', "is no result"),
    ],
)  # fmt: skip
def test_what_is_no_result_is_named(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(FeedError, match=said):
        read_results(path)


def rows(*numbers: int) -> list[Row | Reject]:
    from dataclasses import replace

    return [Row(n, replace(BOOTS, id=f"b-{n}"), titled=True) for n in numbers]


def test_each_result_finds_its_product(results: Path) -> None:
    reject = Reject(2, "b-2", "title", "", "")
    first, other = rows(1, 3)
    found = beside(read_results(results), [first, reject, other], "feed.csv")
    assert [(result.row, product.id) for result, product in found] == [(1, "b-1"), (3, "b-3")]
    assert beside([], rows(1), "feed.csv") == []


@pytest.mark.parametrize("feed", [rows(1, 2), [*rows(1), *rows(2), Reject(3, "b-3", "", "", "")]])
def test_a_feed_without_the_row_is_refused(results: Path, feed: list[Row | Reject]) -> None:
    with pytest.raises(FeedError, match=r"'b-3' in row 3, where feed\.csv has no product"):
        beside(read_results(results), feed, "feed.csv")


def test_another_feed_is_refused(results: Path) -> None:
    wrong: list[TitleResult] = read_results(results, 1)
    with pytest.raises(FeedError, match="'b-9'"):
        beside(wrong, [Row(1, rows(9)[0].product, titled=True)], "feed.csv")  # type: ignore[union-attr]
