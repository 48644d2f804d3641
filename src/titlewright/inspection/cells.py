"""What a check looks at: the product, and the cells that it was read from.

Reading a feed cleans its texts, so broken characters and HTML show in the raw cells only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from titlewright.feeds import Feed, Row
from titlewright.feeds.items import Record
from titlewright.feeds.variants import with_variants
from titlewright.records import Product, Reject

LOOKED_AT = 20_000  # code points of one text that are checked
_SKIPPED = frozenset({"ignore", "images"})
_MOST_INNER = 50  # texts inside one list or object that are looked at


class Cell(NamedTuple):
    """A text as it stands in the feed. `field` is "title" or "id" for these, else the column."""

    field: str
    text: str


class Seen(NamedTuple):
    """A product and the raw texts of its row."""

    product: Product
    cells: Sequence[Cell]


def rows_with_cells(
    feed: Iterable[Row | Reject],
) -> Iterator[tuple[Row | Reject, Sequence[Cell]]]:
    """The feed's rows, each with its raw cells; for plain rows the texts of the product."""
    if not isinstance(feed, Feed):
        for item in feed:
            yield item, () if isinstance(item, Reject) else cells_of(item.product)
        return
    waiting: dict[int, Record] = {}

    def remembered() -> Iterator[Record]:
        for record in feed.source.records():
            if record.number:
                waiting[record.number] = record
                yield record

    items: Iterable[Row | Reject] = map(feed.read, remembered())
    if feed.format == "shopify":
        items = with_variants(remembered(), feed.roles(feed.columns), feed.read)
    for item in items:
        record = waiting.pop(item.row if isinstance(item, Reject) else item.number, None)
        yield item, () if record is None else _raw_cells(feed, record)


def cells_of(product: Product) -> list[Cell]:
    """The product's own texts as cells."""
    named = [(field, getattr(product, field)) for field in ("id", "title", "description", "brand")]
    named += [("category", node) for node in product.category]
    named += product.attributes.items()
    return [Cell(field, text[:LOOKED_AT]) for field, text in named if text]


def _raw_cells(feed: Feed, record: Record) -> list[Cell]:
    cells = []
    for key, role, value in zip(record.keys, feed.roles(record.keys), record.values, strict=False):
        if not value or role.field in _SKIPPED:
            continue
        field = role.field if role.field in ("id", "title") else key
        if isinstance(value, str):
            cells.append(Cell(field, value[:LOOKED_AT]))
        elif role.field == "id":
            cells.append(Cell(field, str(value)))
        elif not isinstance(value, (int, float)):
            cells += [Cell(field, text[:LOOKED_AT]) for text in _inner_texts(value)]
    return cells


def _inner_texts(value: object) -> list[str]:
    """The texts inside a JSON value, the first few."""
    found: list[str] = []
    waiting = [value]
    while waiting and len(found) < _MOST_INNER:
        value = waiting.pop()
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, Mapping):
            waiting += value.values()
        elif isinstance(value, (list, tuple)):
            waiting += value
    return found
