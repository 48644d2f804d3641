"""Rows of a table that people bring: CSV, TSV, JSON lines or Parquet, by the suffix of the file.

Rows that are events, as `feedback import` takes them, have their columns by the names of
records.Event as well, whatever they are called in the file.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from titlewright.errors import FeedError
from titlewright.learning.columns import EVENT, Columns
from titlewright.learning.records import KINDS

Row = Mapping[str, Any]
_DELIMITERS = {".csv": ",", ".tsv": "\t"}
_OUTCOMES = {"click": "clicks", "cart": "carts", "purchase": "purchases"}
_BATCH = 10_000  # rows of a Parquet file in memory at once


def read_rows(path: Path) -> Iterator[tuple[str, Row]]:
    """Where each row stands, for messages, and its values by column.

    Values are text in CSV and TSV, without the quote that keeps a spreadsheet from running them,
    else as they are. Raises FeedError where the file can't be read
    or is of another kind.
    """
    try:
        for where, row in _rows(path):
            yield where, _named(row)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FeedError(f"{path} can't be read: {error}") from error


def _rows(path: Path) -> Iterator[tuple[str, Row]]:
    suffix = path.suffix.lower()
    if suffix in _DELIMITERS:
        yield from _delimited(path, _DELIMITERS[suffix])
    elif suffix in (".jsonl", ".ndjson"):
        yield from _json_lines(path)
    elif suffix == ".parquet":
        yield from _parquet(path)
    else:
        raise FeedError(
            f"{path} is no table that can be read: bring .csv, .tsv, .jsonl or .parquet."
        )


def _named(row: Row) -> Row:
    """The row; an event's with its fields by their names."""
    fields = _fields(tuple(row))
    kind = text_of(row, fields.get("kind", "kind")).casefold()
    if kind not in KINDS:
        return row
    return {**row, **{field: row[column] for field, column in fields.items()}, "kind": kind}


@lru_cache(maxsize=1000)
def _fields(names: tuple[str, ...]) -> Mapping[str, str]:
    """The column of each field of an event, empty where the columns aren't those of events."""
    found = {field: column for column, field in Columns(names, EVENT, {}).field.items()}
    return found if found.keys() >= {"id", "kind", "time", "product_id"} else {}


def _delimited(path: Path, delimiter: str) -> Iterator[tuple[str, Row]]:
    from titlewright.feeds.delimited_writer import unescape_formula

    with path.open(newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file, delimiter=delimiter, restval="")
        for row in reader:
            if None in row:
                raise FeedError(
                    f"{path}, line {reader.line_num} has more values than the header has columns."
                )
            told = {name: unescape_formula(value) for name, value in row.items()}
            yield f"{path}, line {reader.line_num}", told


def _json_lines(path: Path) -> Iterator[tuple[str, Row]]:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                raise FeedError(f"{path}, line {number} is no JSON: {error}") from error
            if not isinstance(row, dict):
                raise FeedError(f"{path}, line {number} is no JSON object.")
            yield f"{path}, line {number}", row


def _parquet(path: Path) -> Iterator[tuple[str, Row]]:
    import pyarrow
    import pyarrow.parquet

    number = 0
    try:
        for batch in pyarrow.parquet.ParquetFile(path).iter_batches(_BATCH):
            for row in batch.to_pylist():
                number += 1
                yield f"{path}, row {number}", row
    except pyarrow.ArrowException as error:
        raise FeedError(f"{path} is no Parquet file: {error}") from error


def text_of(row: Row, column: str) -> str:
    """The value as text without spaces around it, "" where there is none."""
    value = row.get(column)
    return "" if value is None else str(value).strip()


def count_of(row: Row, column: str, where: str) -> int:
    """The value as a whole number from 0. Raises FeedError for anything else."""
    if column not in row:
        raise FeedError(f"{where} has no column {column!r}. It has {', '.join(row)}.")
    told = text_of(row, column)
    digits = told.removesuffix(".0")  # how spreadsheets and floats write whole numbers
    if not (digits.isascii() and digits.isdecimal()):
        part = digits.replace(".", "", 1).isdecimal()
        advice = " Round it: some reports share one sale out over several clicks." if part else ""
        raise FeedError(f"{where}: {column} must be a whole number from 0, not {told!r}.{advice}")
    return int(digits)


def column_of(goal: str) -> str:
    """The column in which a table counts a goal. Raises FeedError for another goal."""
    if goal not in _OUTCOMES:
        raise FeedError(f"The goal {goal!r} isn't counted. Choose {', '.join(_OUTCOMES)}.")
    return _OUTCOMES[goal]


def number_of(row: Row, column: str, where: str) -> float:
    """The value as a finite number. Raises FeedError for anything else."""
    told = text_of(row, column)
    try:
        number = float(told)
    except ValueError:
        number = float("nan")
    if number - number != 0:  # not finite
        raise FeedError(f"{where}: {column} must be a number, not {told!r}.")
    return number
