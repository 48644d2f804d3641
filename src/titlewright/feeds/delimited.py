"""Records of CSV, TSV and their relatives: raw text beside parsed cells, one bad row at a time.

The csv module parses; this file keeps the raw lines of each record so that rewriting leaves
untouched cells byte for byte alone. A quote that is never closed would swallow the rows after it:
then only its own line is rejected and reading resumes on the next one.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from titlewright.errors import FeedError
from titlewright.feeds.archives import open_bytes
from titlewright.feeds.dialect import Dialect, raise_field_limit
from titlewright.feeds.encodings import Encoding, is_decoded
from titlewright.feeds.items import RECORD_LIMIT, Record
from titlewright.records import Reject

_MORE = "\0"  # one line more tells a quote left open from a closed one
_TOO_LONG = f"The row is longer than {RECORD_LIMIT:,} characters."


@dataclass
class _Lines:
    """Physical lines with push-back; remembers those taken for the current record."""

    text: IO[str]
    taken: list[str] = field(default_factory=list)
    size: int = 0
    ended: bool = False
    _back: deque[str] = field(default_factory=deque)

    def __iter__(self) -> Iterator[str]:
        return self

    def read(self) -> str:
        """The next line, or its first RECORD_LIMIT characters; empty at the end."""
        return self._back.popleft() if self._back else self.text.readline(RECORD_LIMIT)

    def __next__(self) -> str:
        line = self.read()
        if not line:
            self.ended = True
            raise StopIteration
        self.taken.append(line)
        self.size += len(line)
        if self.size > RECORD_LIMIT and len(self.taken) > 1:
            raise csv.Error(_TOO_LONG)
        return line

    def start_record(self) -> None:
        self.taken = []
        self.size = 0

    def give_back_all_but_first(self) -> None:
        self._back.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]
        self.ended = False


class DelimitedSource:
    """A delimited file. Raises FeedError when it has no usable header."""

    def __init__(self, path: Path, encoding: Encoding, dialect: Dialect) -> None:
        raise_field_limit()
        self.path = path
        self.encoding = encoding
        self.dialect = dialect
        with self.open() as text:
            for _ in range(dialect.preamble):
                text.readline(RECORD_LIMIT)
            self.header_raw, self.columns = self._header(_Lines(text))

    def open(self) -> IO[str]:
        """The file's text from its start."""
        return self.encoding.open(open_bytes(self.path))

    def _header(self, lines: _Lines) -> tuple[str, tuple[str, ...]]:
        try:
            cells = next(self._reader(lines), [])
        except csv.Error:
            cells = []
        raw = "".join(lines.taken)
        if not any(cell.strip() for cell in cells):
            raise FeedError(
                f"{self.path} has no header row that can be read. "
                "Its first row must name the columns."
            )
        if "\0" in raw or not is_decoded(raw):
            raise FeedError(
                f"The header of {self.path} isn't {self.encoding.name} text. "
                "If the file is a table of products, name its encoding."
            )
        return raw, tuple(cell.strip() for cell in cells)

    def _reader(self, lines: _Lines) -> Iterator[list[str]]:
        return csv.reader(lines, delimiter=self.dialect.delimiter, strict=True)

    def records(self) -> Iterator[Record]:
        """Every data row in file order, and what lies between them as records numbered 0."""
        with self.open() as text:
            for _ in range(self.dialect.preamble):
                text.readline(RECORD_LIMIT)
            lines = _Lines(text)
            next(self._reader(lines), None)
            yield from self._body(lines)

    def _body(self, lines: _Lines) -> Iterator[Record]:
        width, number = len(self.columns), 0
        reader = self._reader(lines)
        while True:
            lines.start_record()
            problem = ""
            cells: list[str] | None
            try:
                cells = next(reader, None)
                if cells is None:
                    return
                if lines.ended:
                    raise csv.Error("The quotes opened in this row are never closed.")
            except csv.Error as error:
                problem = str(error)
                lines.give_back_all_but_first()
                reader = self._reader(lines)  # the old one may hold half a record
                cells = self._tolerant(lines.taken[0])
            raw = lines.taken[0] if len(lines.taken) == 1 else "".join(lines.taken)
            if not cells and not problem and not raw.strip("\r\n"):
                yield Record(0, raw)
                continue
            number += 1
            if cells is not None and len(cells) != width:
                cells = _without_empty_tail(cells, width)
            if cells is not None and not _unreadable(raw):
                yield Record(number, raw, self.columns, cells)
            else:
                yield Record(number, raw, problem=self._reject(number, raw, problem))
            if len(raw) >= RECORD_LIMIT and not raw.endswith(("\r", "\n")):
                yield from _rest_of_line(lines)

    def _tolerant(self, line: str) -> list[str] | None:
        """The cells of one line whose quotes don't follow the rules, if they still add up.

        A tab-separated file may be written without any quoting: there a quote is a character.
        """
        if len(line) >= RECORD_LIMIT:
            return None
        cells = self._closed(csv.reader([line, _MORE], delimiter=self.dialect.delimiter))
        if cells is None and self.dialect.delimiter == "\t":
            unquoted = csv.reader([line, _MORE], delimiter="\t", quoting=csv.QUOTE_NONE)
            cells = self._closed(unquoted)
        return cells

    def _closed(self, reader: Iterator[list[str]]) -> list[str] | None:
        try:
            cells = next(reader)
        except csv.Error:
            return None
        if not cells or _MORE in cells[-1]:
            return None
        width = len(self.columns)
        return cells if len(cells) == width else _without_empty_tail(cells, width)

    def _reject(self, number: int, raw: str, problem: str) -> Reject:
        if len(raw) >= RECORD_LIMIT:
            problem, advice = _TOO_LONG, "Shorten it: a product row is a few thousand characters."
        elif "\0" in raw:
            problem, advice = "The row holds NUL bytes.", "Export the feed again as plain text."
        elif not is_decoded(raw):
            problem = f"The row holds bytes that are not {self.encoding.name} text."
            advice = "Save the whole feed in one encoding, best UTF-8."
        elif problem:
            problem = f"The quotes of this row don't match ({problem.rstrip('.')})."
            advice = 'Put cells with quotes in quotes and double them: "12"" pan".'
        else:
            cells = self.dialect.read_line(raw, strict=False)
            problem = f"The row has {len(cells)} cells, the header has {len(self.columns)}."
            advice = "Put cells that hold the delimiter or a line break in double quotes."
        return Reject(number, "", "row", problem, advice)


def _unreadable(raw: str) -> bool:
    return "\0" in raw or not is_decoded(raw) or len(raw) >= RECORD_LIMIT


def _without_empty_tail(cells: list[str], width: int) -> list[str] | None:
    """Surplus cells are harmless when they are empty; missing ones may be anywhere."""
    return cells[:width] if len(cells) > width and not any(cells[width:]) else None


def _rest_of_line(lines: _Lines) -> Iterator[Record]:
    while chunk := lines.read():
        yield Record(0, chunk, problem=_REST)
        if chunk.endswith(("\r", "\n")):
            return


_REST = Reject(0, "", "row", _TOO_LONG, "")  # goes where the over-long row goes
