"""What the feed floor passes around: rows, new titles, raw records, and the limits on them.

Two views of a line of a feed: `Record` is how the file writes it (kept for rewriting), `Row` is
what it says about a product.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from titlewright.records import Product, Reject

TEXT_LIMIT = 1_000_000  # characters of one cell that a product is read from
RECORD_LIMIT = 16_000_000  # characters of one raw record; what is longer is never held whole
DEPTH_LIMIT = 64  # nesting of XML elements inside one item


@dataclass(frozen=True, slots=True)
class Row:
    """One data row. `number` counts from 1 in file order.

    `titled` is False for a row that carries no title of its own (a Shopify variant or image row):
    it goes where its product goes. `written_title` is the title as the file writes it, which the
    product's may differ from: that one is cleaned.
    """

    number: int
    product: Product
    titled: bool
    written_title: str = ""


@dataclass(frozen=True, slots=True)
class NewTitle:
    """The title to write into row `row`. `model_made` marks text that a model wrote."""

    row: int
    text: str
    model_made: bool


@dataclass(slots=True)
class Record:
    """One data row as the file writes it.

    `number` 0 marks what lies between data rows (comments, blank lines, the rest of an over-long
    line). It is written through, but with a `problem` it goes where the row before it goes.
    `keys` and `values` run in parallel; a key may occur twice.
    `problem` says why the values can't be used, and then both are empty.
    """

    number: int
    raw: object = ""
    keys: Sequence[str] = ()
    values: Sequence[object] = ()
    problem: Reject | None = None


class Writer(Protocol):
    """Writes records of the feed it was made for, in file order."""

    def keep(self, record: Record) -> None:
        """Write the record as it came (with an empty cell where a column was added)."""
        ...

    def retitle(self, record: Record, title: NewTitle) -> None:
        """Write the record with its title replaced. Raises RecordError if it can't be written."""
        ...

    def leave_out(self, record: Record) -> None:
        """Take note that this data row isn't written."""
        ...

    def close(self) -> None:
        """Write what comes after the last record."""
        ...
