"""How a delimited file separates its cells: comma, semicolon, tab or pipe, found from a sample.

The delimiter is the one under which the rows agree with the header on the number of cells; names
that feeds use for their columns break ties. Quotes are doubled inside quotes (RFC 4180).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from titlewright.feeds.items import RECORD_LIMIT

DELIMITERS = (",", "\t", ";", "|")
_EXCEL_HINT = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dialect:
    """The delimiter, and how many lines (comments, "sep=;") stand above the header."""

    delimiter: str
    preamble: int = 0

    def read_line(self, text: str, *, strict: bool) -> list[str]:
        """The cells of one whole record. Raises csv.Error, in strict mode for stray quotes too."""
        lines = io.StringIO(text, newline="")
        return next(csv.reader(lines, delimiter=self.delimiter, strict=strict), [])


def raise_field_limit() -> None:
    """Let the csv module read cells up to our own record limit (its default is 128 KiB)."""
    if csv.field_size_limit() < RECORD_LIMIT:
        csv.field_size_limit(RECORD_LIMIT)


def detect_dialect(
    sample: str, known: Callable[[Sequence[str]], int], *, prefer: str = ""
) -> Dialect:
    """The dialect of a text sample (its last line may be cut off).

    `known` counts the column names it recognises; `prefer` wins when it occurs in the header.
    """
    raise_field_limit()
    lines = _LINE.findall(sample)
    preamble = 0
    while preamble < len(lines) - 1 and _is_comment(lines[preamble], known):
        preamble += 1
    if hint := _EXCEL_HINT.fullmatch(lines[preamble] if lines else ""):
        return Dialect(hint[1], preamble + 1)
    while preamble < len(lines) - 1 and not lines[preamble].strip("\r\n"):
        preamble += 1
    body = lines[preamble:]
    header = body[0] if body else ""
    if prefer and prefer in header:
        return Dialect(prefer, preamble)
    delimiter = max(DELIMITERS, key=lambda candidate: _fitness(body, candidate, known))
    return Dialect(delimiter, preamble)


_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$")


def _is_comment(line: str, known: Callable[[Sequence[str]], int]) -> bool:
    """A row of remarks above the header, as in Meta's templates; "#" may also name a column."""
    if not line.startswith(("#", '"#')):
        return False
    return all(known(line.strip().split(delimiter)) < 2 for delimiter in DELIMITERS)


def _fitness(
    lines: list[str], delimiter: str, known: Callable[[Sequence[str]], int]
) -> tuple[bool, float, int]:
    """Order of preference: does it split the header, do known names and equal widths show."""
    rows: list[list[str]] = []
    with suppress(csv.Error):  # what was read up to there is judged
        for row in csv.reader(lines, delimiter=delimiter):
            if row:
                rows.append(row)
            if len(rows) > 200:
                break
    if not rows:
        return (False, 0.0, 0)
    width = len(rows[0])
    body = rows[1:-1] or rows[1:]  # the last row may be cut off
    agreeing = sum(len(row) == width for row in body) / len(body) if body else 1.0
    return (width > 1, agreeing + min(known(rows[0]), 5) / 5, width)
