"""Tests of titles from a file: CSV, JSON lines or Parquet with test, title, impressions, clicks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from titlewright.errors import FeedError
from titlewright.learning.tables import Row, count_of, read_rows, text_of

COLUMNS = ("test", "title", "impressions", "clicks")
_FORM = f"Columns: {', '.join(COLUMNS)}, and category if you like; a line a title of a test."


@dataclass(frozen=True, slots=True)
class Test:
    """Titles of which each was shown at random, nothing else being different.

    rates     clicks per impression, one for each title
    category  coarse to fine, () where none is told
    """

    name: str
    titles: tuple[str, ...]
    rates: tuple[float, ...]
    category: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tests:
    """Tests that can be replayed, and how many can't, by the reason."""

    tests: tuple[Test, ...]
    left_out: Mapping[str, int]


def read_tests(path: Path) -> Tests:
    """Lines of one title in one test count together. Tests need two titles and a click to be told.

    Raises FeedError for a file that can't be read, with the line and value that make no sense, or
    without any test that can be replayed.
    """
    counts: dict[str, dict[str, list[int]]] = {}
    categories: dict[str, tuple[str, ...]] = {}
    for where, row in _rows(path):
        test, title = (_text(row, name, where) for name in ("test", "title"))
        impressions, clicks = (count_of(row, name, where) for name in ("impressions", "clicks"))
        if clicks > impressions:
            raise FeedError(f"{where}: {clicks} clicks of {impressions} impressions can't be.")
        told = counts.setdefault(test, {}).setdefault(title, [0, 0])
        told[0] += impressions
        told[1] += clicks
        category = text_of(row, "category")
        categories.setdefault(test, tuple(filter(None, map(str.strip, category.split(">")))))
    if not counts:
        raise FeedError(f"{path} holds no tests. {_FORM}")
    return _judged(path, counts, categories)


def _judged(
    path: Path,
    counts: Mapping[str, Mapping[str, list[int]]],
    categories: Mapping[str, tuple[str, ...]],
) -> Tests:
    found, alone, silent = [], 0, 0
    for name, told in counts.items():
        shown = {title: clicks / count for title, (count, clicks) in told.items() if count}
        if len(shown) < 2:
            alone += 1
        elif not any(shown.values()):
            silent += 1
        else:
            found.append(Test(name, tuple(shown), tuple(shown.values()), categories[name]))
    if not found:
        raise FeedError(
            f"{path}: of {len(counts)} tests none can be replayed, {alone} having fewer than two "
            f"titles that were shown, {silent} no click. {_FORM}"
        )
    reasons = {"fewer than two titles that were shown": alone, "no click": silent}
    return Tests(tuple(found), {reason: count for reason, count in reasons.items() if count})


def _rows(path: Path) -> Iterator[tuple[str, Row]]:
    for where, row in read_rows(path):
        if missing := [name for name in COLUMNS if name not in row]:
            raise FeedError(f"{where} has no column {', '.join(missing)}. {_FORM}")
        yield where, row


def _text(row: Row, name: str, where: str) -> str:
    if text := " ".join(text_of(row, name).split()):
        return text
    raise FeedError(f"{where}: {name} is empty. {_FORM}")
