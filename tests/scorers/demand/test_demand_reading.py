"""Files of search terms: usual names, numbers and encodings, and errors that name the place."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from titlewright.errors import FeedError, SettingsError
from titlewright.scorers.demand.reading import read_terms
from titlewright.scorers.demand.terms import Term, merged

Save = Callable[..., Path]


def test_query_volume_and_clicks(save_csv: Save) -> None:
    path = save_csv(
        [["query", "volume", "clicks"], ["oak table", "20", "3"], ["desk", "1,200", ""]]
    )
    assert read_terms(path) == [Term("desk", 1200, 0), Term("oak table", 20, 3)]


@pytest.mark.parametrize(
    "header",
    [
        "Search term,Impressions,Clicks",
        "Clicks;Search Term;Impressions",
        "clicks\tkeyword\tavg. monthly searches",
        "搜索词,搜索量,点击量",
        "點擊量,搜索詞,搜索量",
        "Top queries,Clicks,Impressions,CTR,Position",
    ],
)
def test_usual_names_in_any_order(tmp_path: Path, header: str) -> None:
    mark = next(mark for mark in "\t;," if mark in header)
    cells = {"c": "2", "k": "oak table", "i": "30"}
    order = [_role(name) for name in header.split(mark)]
    row = mark.join(cells.get(role, "1") for role in order)
    path = tmp_path / "terms.txt"
    path.write_text(f"{header}\n{row}\n", encoding="utf-8")
    assert read_terms(path) == [Term("oak table", 30, 2)]


def _role(name: str) -> str:
    folded = name.casefold()
    if "click" in folded or name.startswith(("点", "點")):
        return "c"
    if "impression" in folded or "monthly" in folded or name == "搜索量":
        return "i"
    return "k" if any(word in folded for word in ("term", "keyword", "quer", "词", "詞")) else ""


def test_clicks_stand_for_a_volume_that_is_not_there(save_csv: Save) -> None:
    assert read_terms(save_csv([["query", "clicks"], ["desk", "7"]])) == [Term("desk", 7, 7)]


@pytest.mark.parametrize(
    ("written", "volume"),
    [
        ("1200", 1200),
        ("1,200", 1200),
        ("1 200", 1200),
        ("1.200", 1200),
        ("12.5", 12.5),
        ("1.2K", 1200),
        ("1.2万", 12000),
        ("<10", 10),
        ("100 – 1K", (100 * 1000) ** 0.5),
        ("1K-100K", 10_000),
        ("", 0),
        ("--", 0),
    ],
)
def test_numbers_as_they_are_written(save_csv: Save, written: str, volume: float) -> None:
    (term,) = read_terms(save_csv([["query", "volume"], ["desk", written]]))
    assert term.volume == pytest.approx(volume)


@pytest.mark.parametrize("written", ["many", "-5", "5%", "1-2-3", "nan"])
def test_what_is_no_number_is_named_with_its_line(save_csv: Save, written: str) -> None:
    path = save_csv([["query", "volume"], ["desk", "1"], ["two\nlines", "1"], ["oak", written]])
    with pytest.raises(FeedError) as error:
        read_terms(path)
    assert f"{path}, line 5" in str(error.value)
    assert repr(written) in str(error.value)
    assert "1200" in str(error.value)


def test_an_empty_query_is_named_with_its_line(save_csv: Save) -> None:
    path = save_csv([["query", "volume"], ["desk", "1"], ["  ", "3"]])
    with pytest.raises(FeedError, match=r"line 3: the query is empty"):
        read_terms(path)


def test_a_broken_row_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "terms.csv"
    path.write_text("query,volume\ndesk,1\noak, table,2\n", encoding="utf-8")
    with pytest.raises(FeedError, match=r"line 3: The row has 3 cells, the header has 2"):
        read_terms(path)


@pytest.mark.parametrize(
    ("header", "missing"),
    [
        (["what", "volume"], "no column query;"),
        (["query", "n"], "no column volume;"),
        (["a", "b"], "no column query and no column volume;"),
    ],
)
def test_a_missing_column_is_named(save_csv: Save, header: list[str], missing: str) -> None:
    with pytest.raises(FeedError, match=missing):
        read_terms(save_csv([header, ["desk", "1"]]))


def test_a_header_alone_holds_no_terms(save_csv: Save) -> None:
    with pytest.raises(FeedError, match="holds no search terms"):
        read_terms(save_csv([["query", "volume"]]))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match=r"no-such\.csv"):
        read_terms(tmp_path / "no-such.csv")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_encodings_of_spreadsheets(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "terms.csv"
    path.write_text("搜索词\t搜索量\n女士连衣裙夏季新款\t12\n", encoding=encoding)
    assert read_terms(path) == [Term("女士连衣裙夏季新款", 12)]


def test_packed_files_are_read(tmp_path: Path) -> None:
    path = tmp_path / "terms.csv.gz"
    path.write_bytes(gzip.compress(b"query,volume\ndesk,2\n"))
    assert read_terms(path) == [Term("desk", 2)]


def test_the_same_query_is_added_up_under_its_usual_form() -> None:
    terms = [Term("Oak  Desk", 2, 1), Term("oak desk", 5), Term("lamp", 6)]
    assert merged(terms) == merged(terms[::-1]) == [Term("oak desk", 7, 1), Term("lamp", 6)]


@pytest.mark.parametrize("volume", [-1.0, float("nan"), float("inf")])
def test_a_volume_that_makes_no_sense_is_refused(volume: float) -> None:
    with pytest.raises(SettingsError, match="desk"):
        Term("desk", volume)
