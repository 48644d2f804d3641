"""Writes a delimited feed back: raw rows as they came, only the title cell replaced.

The new cell is quoted where the text needs it or where the file quotes everything. A title that a
spreadsheet would run as a formula gets a leading apostrophe, which reading takes off again.
https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

import csv
import io
import re
from typing import IO

from titlewright.errors import RecordError
from titlewright.feeds.delimited import DelimitedSource
from titlewright.feeds.google import STRUCTURED_TITLE, structured_title
from titlewright.feeds.items import NewTitle, Record
from titlewright.feeds.names import fold

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_ESCAPED_FORMULA = re.compile(r"'+[=+\-@\t\r]")


def escape_formula(text: str) -> str:
    """The text as a spreadsheet shows it and doesn't run it; `unescape_formula` undoes it."""
    return "'" + text if _FORMULA.match(text) else text


def unescape_formula(cell: str) -> str:
    """The text that `escape_formula` was given."""
    return cell[1:] if cell[:1] == "'" and _ESCAPED_FORMULA.match(cell) else cell


class DelimitedWriter:
    """Writes records of `source` with the title in column `column` (added at the end if new).

    `marked` says that model-made titles go to Google's structured_title column.
    """

    def __init__(
        self, source: DelimitedSource, out: IO[bytes], column: str, *, marked: bool
    ) -> None:
        self._encoding = source.encoding
        self._dialect = source.dialect
        self._out = out
        self._width = len(source.columns)
        header = split_raw(source.header_raw, source.dialect.delimiter)
        self._quote_all = all(cell.startswith('"') for cell in header)
        wanted = [column, STRUCTURED_TITLE] if marked else [column]
        columns = list(source.columns)
        new = [name for name in wanted if _place(columns, name) is None]
        columns += new
        self._added = len(new)
        self._place = _place(columns, column) or 0
        self._marked_place = _place(columns, STRUCTURED_TITLE) if marked else None
        out.write(self._encoding.mark)
        with source.open() as text:
            for _ in range(source.dialect.preamble):
                self._write(text.readline())
        self._write(self._with_cells(source.header_raw, {}, new))

    def keep(self, record: Record) -> None:
        raw = str(record.raw)
        if self._added and record.number and record.problem is None:
            raw = self._with_cells(raw, {}, [""] * self._added)
        self._write(raw)

    def retitle(self, record: Record, title: NewTitle) -> None:
        if self._marked_place is None:
            new = {self._place: escape_formula(title.text)}
        elif title.model_made:
            new = {self._place: "", self._marked_place: structured_title(title.text)}
        else:
            new = {self._place: escape_formula(title.text), self._marked_place: ""}
        for text in new.values():
            if not self._encoding.can_write(text):
                raise RecordError(
                    f"The title {title.text!r} holds characters that {self._encoding.name} lacks.",
                    field="title",
                    advice="Save the feed as UTF-8 and run again.",
                )
        raw = str(record.raw)
        added = [new.pop(self._width + extra, "") for extra in range(self._added)]
        expected = [new.get(place, str(cell)) for place, cell in enumerate(record.values)] + added
        written = self._with_cells(raw, new, added)
        if (
            '"' in raw
            and self._dialect.read_line(written, strict=False)[: len(expected)] != expected
        ):
            written = self._from_cells(expected, raw)
        self._write(written)

    def leave_out(self, record: Record) -> None:
        """Rows stand on their own: nothing else changes."""

    def close(self) -> None:
        """Nothing follows the last row."""

    def _write(self, text: str) -> None:
        self._out.write(self._encoding.encode(text))

    def _with_cells(self, raw: str, new: dict[int, str], added: list[str]) -> str:
        """The raw record with some cells replaced and some added after its last named column."""
        cells = split_raw(raw, self._dialect.delimiter)
        for place, text in new.items():
            if place < len(cells):
                old = cells[place]
                by_habit = _is_quoted(old) and not self._needs_quotes(old[1:-1])
                cells[place] = self._quote(text, self._quote_all or by_habit)
        if added:
            cells[self._width :] = [self._quote(text, self._quote_all) for text in added]
        return self._dialect.delimiter.join(cells) + _line_end(raw)

    def _quote(self, text: str, quoted: bool) -> str:
        if quoted or self._needs_quotes(text):
            return '"' + text.replace('"', '""') + '"'
        return text

    def _needs_quotes(self, text: str) -> bool:
        delimiter = self._dialect.delimiter
        if '"' in text and (delimiter != "\t" or text.startswith('"')):  # TSV: 12" pan is plain
            return True
        return delimiter in text or "\r" in text or "\n" in text

    def _from_cells(self, cells: list[str], raw: str) -> str:
        """A row whose quotes don't follow the rules is written anew by the csv module."""
        line = io.StringIO()
        csv.writer(
            line,
            delimiter=self._dialect.delimiter,
            lineterminator="",
            quoting=csv.QUOTE_ALL if self._quote_all else csv.QUOTE_MINIMAL,
        ).writerow(cells)
        return line.getvalue() + _line_end(raw)


def split_raw(raw: str, delimiter: str) -> list[str]:
    """The raw cells of a record, quotes and all, without its line end.

    Joined by the delimiter they give it back. A quote that is never closed is a plain character.
    """
    if '"' not in raw:
        return raw.rstrip("\r\n").split(delimiter)
    bare = rf"[^{re.escape(delimiter)}\r\n]*"
    pattern = re.compile(
        rf'(?:"(?:[^"]|"")*+"{bare}|{bare})(?:{re.escape(delimiter)}|$|(?=[\r\n]))'
    )
    cells: list[str] = []
    position = 0
    while found := pattern.match(raw, position):
        position = found.end()
        more = position > found.start() and raw[position - 1] == delimiter
        cells.append(raw[found.start() : position - 1 if more else position])
        if not more:
            break
    return cells


def _is_quoted(cell: str) -> bool:
    return len(cell) > 1 and cell[0] == cell[-1] == '"'


def _place(columns: list[str], name: str) -> int | None:
    """Where a column stands: under its exact name, or one that differs in case or spaces only."""
    if name in columns:
        return columns.index(name)
    return next((at for at, column in enumerate(columns) if fold(column) == fold(name)), None)


def _line_end(raw: str) -> str:
    return raw[len(raw.rstrip("\r\n")) :]
