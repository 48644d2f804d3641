"""Opens a file of events or a report: CSV, TSV, JSON, JSON lines or Parquet, packed or not.

The readers are those of feeds. Above the header of a report may stand its name and dates, as
Google Ads writes them.
"""

from __future__ import annotations

import csv
from pathlib import Path

from titlewright.errors import FeedError
from titlewright.feeds.delimited import DelimitedSource
from titlewright.feeds.detect import find_encoding, is_parquet, kind_of, read_head
from titlewright.feeds.dialect import DELIMITERS, Dialect, detect_dialect
from titlewright.feeds.json_source import JsonSource
from titlewright.feeds.parquet import ParquetSource
from titlewright.learning.columns import known_names

Source = DelimitedSource | JsonSource | ParquetSource
_ABOVE = 20  # lines above a header that are looked at


def open_rows(path: Path) -> Source:
    """The file's rows. Raises FeedError where it is missing, broken, or of another kind."""
    if is_parquet(path):
        return ParquetSource(path)
    encoding = find_encoding(path, None)
    head = read_head(path, encoding)
    kind = kind_of(path, head, None)
    if kind == "xml":
        raise FeedError(f"{path} is XML. Export it as CSV, JSON lines or Parquet.")
    if kind in ("lines", "document"):
        return JsonSource(path, encoding, lines=kind == "lines", amazon=False)
    above = _lines_above(head)
    body = "".join(head.splitlines(keepends=True)[above:])
    found = detect_dialect(body, known_names)
    return DelimitedSource(path, encoding, Dialect(found.delimiter, above + found.preamble))


def _lines_above(head: str) -> int:
    """How many lines stand above the first one that names three columns that are known."""
    for number, line in enumerate(head.splitlines()[:_ABOVE]):
        for delimiter in DELIMITERS:
            cells = next(csv.reader([line], delimiter=delimiter), [])
            if known_names(cells) >= 3:
                return number
    return 0
