"""Reading a file of search terms: a table of queries with how often each was searched.

CSV and its relatives in any encoding that feeds come in, packed or not. Columns are found by their
usual names, in the exports of ad planners, search consoles and shops, English and Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from titlewright.errors import FeedError
from titlewright.feeds.delimited import DelimitedSource
from titlewright.feeds.detect import find_encoding, read_head
from titlewright.feeds.dialect import detect_dialect
from titlewright.scorers.demand.terms import Term, merged
from titlewright.text.clean import fold_spaces
from titlewright.text.quantities import parse_number
from titlewright.text.words import fold, simplified

# The first of them that a file has is read.
_NAMES = {
    "query": (
        "query", "queries", "search term", "search terms", "search query", "search queries",
        "customer search term", "keyword", "keywords", "top queries", "term", "search keyword",
        "搜索词", "搜索关键词", "关键词", "关键字", "热搜词", "检索词",
    ),
    "volume": (
        "volume", "search volume", "avg. monthly searches", "average monthly searches",
        "monthly searches", "searches", "search count", "impressions", "impr.", "count",
        "搜索量", "月搜索量", "搜索次数", "搜索人气", "搜索热度", "展现量", "展示量", "曝光量",
    ),
    "clicks": ("clicks", "click", "total clicks", "点击量", "点击次数", "点击数", "点击"),
}  # fmt: skip
_NOTHING = frozenset({"", "-", "--", "–", "—", "n/a"})
_NUMBER = re.compile(r"<?\s*(?P<number>[\d.,\s\u00a0\u202f]*\d)\s*(?P<times>[km万亿]?)\+?")
_RANGE = re.compile(r"\s*(?:[–—~]|(?<=[\dkm万亿])\s*-|\bto\b)\s*")
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+")
_TIMES = {"": 1.0, "k": 1e3, "m": 1e6, "万": 1e4, "亿": 1e8}


def read_terms(path: Path) -> list[Term]:
    """The terms of a file, the most demanded first; the same query on several rows is added up.

    A number may be written 1,200, 1.2k, 1.2万 or as a range (1K – 10K, whose geometric mean is
    taken); "-" and an empty cell count as 0. Where there is no column for the volume, that of
    clicks stands for it. Raises FeedError, with file, line and value, for what can't be read.
    """
    encoding = find_encoding(path, None)
    dialect = detect_dialect(read_head(path, encoding), lambda cells: len(_columns(cells)))
    source = DelimitedSource(path, encoding, dialect)
    columns = _columns(source.columns)
    _need(path, source.columns, columns)
    line = dialect.preamble + source.header_raw.count("\n") + 1
    terms: list[Term] = []
    for record in source.records():
        if record.problem:
            raise FeedError(
                f"{path}, line {line}: {record.problem.problem} {record.problem.advice}".rstrip()
            )
        if record.number:
            terms.append(_term(path, line, columns, [str(value) for value in record.values]))
        line += str(record.raw).count("\n")
    if not terms:
        raise FeedError(f"{path} holds no search terms. Give at least one row under the header.")
    return merged(terms)


def _columns(header: Sequence[str]) -> dict[str, int]:
    """query, volume and clicks to the column that holds each, those that there are."""
    names = [fold(simplified(fold_spaces(name.replace("_", " ")))) for name in header]
    return {
        column: names.index(known[0])
        for column, usual in _NAMES.items()
        if (known := [name for name in usual if name in names])
    }


def _need(path: Path, header: Sequence[str], columns: dict[str, int]) -> None:
    missing = [] if "query" in columns else ["query"]
    if not columns.keys() & {"volume", "clicks"}:
        missing.append("volume")
    if missing:
        raise FeedError(
            f"{path} has no column {' and no column '.join(missing)}; its first row is "
            f"{', '.join(map(repr, header))}. Search terms need a header line: query,volume "
            "(clicks may follow). Write 1 as the volume where it isn't known."
        )


def _term(path: Path, line: int, columns: dict[str, int], cells: Sequence[str]) -> Term:
    query = fold_spaces(cells[columns["query"]])
    if not query:
        raise FeedError(f"{path}, line {line}: the query is empty. Fill it in or delete the line.")
    numbers = {
        name: _number(path, line, name, cells[columns[name]])
        for name in ("volume", "clicks")
        if name in columns
    }
    clicks = numbers.get("clicks", 0.0)
    return Term(query, numbers.get("volume", clicks), clicks)


def _number(path: Path, line: int, name: str, written: str) -> float:
    text = fold(written).strip()
    if text in _NOTHING:
        return 0.0
    ends = [_plain(end) for end in _RANGE.split(text)]
    found = [end for end in ends if end is not None]
    if len(found) != len(ends) or len(ends) > 2:
        raise FeedError(
            f"{path}, line {line}: {name} must be a number from 0, not {written!r}. Write it as "
            "1200, or leave the cell empty."
        )
    return found[0] if len(found) == 1 else (found[0] * found[1]) ** 0.5


def _plain(text: str) -> float | None:
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    digits = re.sub(r"\s", "", match["number"])
    if not match["times"] and _GROUPED.fullmatch(digits):  # 1.200 searches are no 1.2
        digits = digits.replace(".", "")
    value = parse_number(digits)
    return None if value is None else value * _TIMES[match["times"]]
