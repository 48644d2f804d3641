"""How a report writes numbers and days: "1,234.50" or "1.234,50 €", 03/04/2026 or 04/03/2026.

A whole report is written in one way, so all of it is looked at before any of it is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import regex

from titlewright.errors import FeedError, RecordError

_NOTHING = frozenset({"", "-", "--", "—", "–", "n/a", "null", "none", "nan"})
# Currencies. Other letters after digits change a number, as in 1.2K, and so do brackets: (5.00) is
# minus 5.
_BEFORE = regex.compile(r"^(?:\p{L}{1,4}\.?)?\s*\p{Sc}?\s*(?=[-\d.,])")
_AFTER = regex.compile(
    r"""(?<=[\d.,])\s*(?:\p{Sc}|(?:US|CA|A|C|R|S|NT|HK)\$|kr\.?|zł|Kč|lei|лв\.?|Ft|Rs\.?|TL|[元円원]
    |AED|AUD|BGN|BRL|CAD|CHF|CLP|CNY|COP|CZK|DKK|EGP|EUR|GBP|HKD|HUF|IDR|ILS|INR|JPY|KRW|KWD|MXN|MYR
    |NOK|NZD|PEN|PHP|PLN|QAR|RMB|RON|SAR|SEK|SGD|THB|TRY|TWD|UAH|USD|VND|ZAR)$""",
    flags=regex.IGNORECASE | regex.VERBOSE,
)
_BETWEEN = re.compile(r"(?<=\d)[\s'’_](?=\d{3})")  # spaces, as in 1 234
_GROUPED = re.compile(r"-?\d{1,3}([.,]\d{3})+")
_GROUPS = {  # the mark between thousands, and in India's way between hundreds of them: 1,23,456
    mark: re.compile(rf"(?<=\d)\{mark}(?=\d{{3}}(?!\d)|\d\d\{mark}\d)") for mark in ".,"
}
_SWAPPED = str.maketrans(".,", ",.")
_PARTS = re.compile(r"(\d{1,4})\s*([./-])\s*(\d{1,2})\s*\2\s*(\d{2,4})\.?")
_WORDS = re.compile(
    r"(?:(\d{1,2})\.?\s+([A-Za-zÄä]{3,9})\.?|([A-Za-zÄä]{3,9})\.?\s+(\d{1,2}))\s*,?\s+(\d{4})"
)
_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "mär": 3, "apr": 4, "may": 5, "mai": 5, "jun": 6, "jul": 7,
    "aug": 8, "sep": 9, "oct": 10, "okt": 10, "nov": 11, "dec": 12, "dez": 12,
}  # fmt: skip


@dataclass
class Writing:
    """What is known so far about how a report writes; `see_number` and `see_day` find out.

    decimal    "." or ",", "" where no number has told yet
    day_first  whether 03/04/2026 is in April, None where no date has told yet
    """

    decimal: str = ""
    day_first: bool | None = None
    ambiguous: str = ""  # a date that can be read in two ways

    def see_number(self, cell: object) -> None:
        if self.decimal or not isinstance(cell, str):
            return
        text = _bare(cell)
        marks = [mark for mark in text if mark in ".,"]
        if len(set(marks)) == 2:
            self.decimal = marks[-1]
        elif len(marks) == 1 and not _GROUPED.fullmatch(text):
            self.decimal = marks[0]
        elif len(marks) > 1:  # only thousands are grouped more than once
            self.decimal = "," if marks[0] == "." else "."

    def see_day(self, cell: object) -> None:
        found = _PARTS.fullmatch(cell.strip()) if isinstance(cell, str) else None
        if found is None or len(found[1]) > 2:
            return
        first, mark, second, _ = found.groups()
        if mark == "." or int(first) > 12:  # dots are written where the day comes first
            self.day_first = True
        elif int(second) > 12:
            self.day_first = False
        elif first != second:
            self.ambiguous = found[0]

    def settle(self, day_first: bool | None, path: object) -> None:
        """Take the caller's word for the dates, if given. Raises FeedError where nobody knows."""
        if day_first is not None:
            self.day_first = day_first
        if self.day_first is None and self.ambiguous:
            raise FeedError(
                f"Dates of {path} such as {self.ambiguous} can be read in two ways. Say which: "
                "--day-first or --month-first."
            )

    def number(self, cell: object, name: str, *, whole: bool = False) -> float:
        """A number from 0, 0 for an empty cell. `whole` numbers have thousands, never decimals.

        Raises RecordError for anything else.
        """
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            value = float(cell) if cell < 1e15 else -1.0
        else:
            text = _bare(cell)
            if text.casefold() in _NOTHING:
                return 0.0
            if whole and _GROUPED.fullmatch(text):
                text = text.replace(".", "").replace(",", "")
            elif self.decimal == ",":
                text = _GROUPS["."].sub("", text).translate(_SWAPPED)
            else:
                text = _GROUPS[","].sub("", text)
            try:
                value = float(text)
            except ValueError:
                value = -1.0
        if not 0 <= value < 1e15 or (whole and not value.is_integer()):  # NaN fails too
            raise RecordError(
                f"{name} {str(cell)!r} is no count or amount.", field=name,
                advice="Give a number from 0, such as 1234 or 12.50.",
            )  # fmt: skip
        return value

    def day(self, cell: Any) -> date:
        """A day. Raises RecordError where the cell holds none."""
        if isinstance(cell, date):
            return date(cell.year, cell.month, cell.day)
        text = str(cell if cell is not None else "").strip()
        try:
            if found := _PARTS.fullmatch(text):
                first, _, second, third = found.groups()
                if len(first) > 2:
                    return date(int(first), int(second), int(third))
                year = int(third) + (2000 if len(third) == 2 else 0)
                month, day = (second, first) if self.day_first else (first, second)
                return date(year, int(month), int(day))
            if found := _WORDS.fullmatch(text):
                month = (found[2] or found[3])[:3].casefold()
                return date(int(found[5]), _MONTHS[month], int(found[1] or found[4]))
            return date.fromisoformat(text[:10] if "T" in text or " " in text else text)
        except (ValueError, KeyError):
            raise RecordError(
                f"The date {text!r} is no day.", field="date", advice="Write it as 2026-03-31."
            ) from None


def _bare(cell: object) -> str:
    """A number's digits and marks, without currency, unit and spaces."""
    text = str(cell if cell is not None else "").replace("\u00a0", " ").replace("\u202f", " ")
    text = text.strip()
    if not any(letter.isdigit() for letter in text):
        return text
    return _BETWEEN.sub("", _AFTER.sub("", _BEFORE.sub("", text)))
