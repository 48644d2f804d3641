"""Tests of titles from a file: CSV, JSON lines or Parquet with test, title, impressions, clicks."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from titlewright.errors import FeedError

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
        impressions, clicks = (_count(row, name, where) for name in ("impressions", "clicks"))
        if clicks > impressions:
            raise FeedError(f"{where}: {clicks} clicks of {impressions} impressions can't be.")
        told = counts.setdefault(test, {}).setdefault(title, [0, 0])
        told[0] += impressions
        told[1] += clicks
        category = str(row.get("category") or "").strip()
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


def _rows(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Where a row stands, for people, and the row."""
    readers = {".parquet": _parquet, ".jsonl": _json_lines, ".ndjson": _json_lines, ".csv": _csv}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise FeedError(
            f"{path} is of no known format. Give a file that ends in {', '.join(readers)}."
        )
    try:
        yield from reader(path)
    except OSError as error:
        raise FeedError(f"{path} can't be read: {error.strerror or error}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise FeedError(f"{path} can't be read as UTF-8: {error}") from error


def _parquet(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    import pyarrow
    import pyarrow.parquet

    try:
        names = pyarrow.parquet.read_schema(path).names
        _complete(path, names)
        wanted = [name for name in (*COLUMNS, "category") if name in names]
        rows = pyarrow.parquet.read_table(path, columns=wanted).to_pylist()
    except pyarrow.ArrowInvalid as error:
        raise FeedError(f"{path} can't be read as Parquet: {error}") from error
    for number, row in enumerate(rows, 1):
        yield f"{path}, row {number}", row


def _csv(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        _complete(path, list(reader.fieldnames or ()))
        for row in reader:
            yield f"{path}, line {reader.line_num}", row


def _json_lines(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            where = f"{path}, line {number}"
            try:
                row = json.loads(line)
            except ValueError as error:
                raise FeedError(f"{where} is no JSON: {error}") from error
            if not isinstance(row, dict):
                raise FeedError(f"{where} is no JSON object. {_FORM}")
            yield where, row


def _complete(path: Path, names: list[str]) -> None:
    if missing := [name for name in COLUMNS if name not in names]:
        raise FeedError(f"{path} has no column {', '.join(missing)}. {_FORM}")


def _text(row: Mapping[str, Any], name: str, where: str) -> str:
    value = row.get(name)
    if value is None or not (text := " ".join(str(value).split())):
        raise FeedError(f"{where}: {name} is empty. {_FORM}")
    return text


def _count(row: Mapping[str, Any], name: str, where: str) -> int:
    value = row.get(name)
    written = str(value).strip() if isinstance(value, str) else value
    if isinstance(written, str) and written.isascii() and written.isdecimal():
        return int(written)
    if isinstance(written, (int, float)) and written >= 0 and written == int(written):
        return int(written)
    raise FeedError(f"{where}: {name} must be a whole number from 0, not {value!r}.")
