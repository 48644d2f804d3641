"""Shopify products span rows: the first has the title, variant and image rows repeat the handle.

A product's options differ from variant to variant, so its options are read from all of its rows
together: a title that says "Red" of a product in three colours would be false.
https://help.shopify.com/en/manual/products/import-export/using-csv
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal

from titlewright.feeds.items import Record, Row
from titlewright.feeds.roles import Role
from titlewright.feeds.values import text_of
from titlewright.records import Product, Reject

_GROUP_LIMIT = 4096  # rows of one product that are held together; Shopify allows 2,048 variants


class VariantRows:
    """Tells, row after row, products from the rows that belong to them.

    An "orphan" is a variant row whose product's own row could not be read.
    """

    def __init__(self, roles: Sequence[Role]) -> None:
        fields = [role.field for role in roles]
        self._handle_place = fields.index("id") if "id" in fields else None
        self._title_place = fields.index("title") if "title" in fields else None
        self._handle = ""
        self._broken = False

    def kind(self, record: Record) -> Literal["product", "variant", "orphan", "broken"]:
        if record.problem is not None:
            self._broken = True
            return "broken"
        if self._handle_place is None or self._title_place is None:
            return "product"
        handle = str(record.values[self._handle_place]).strip()
        blank = not str(record.values[self._title_place]).strip()
        if blank and handle and handle == self._handle:
            return "variant"
        self._handle = handle
        if blank and self._broken:
            return "orphan"
        self._broken = False
        return "product"

    @property
    def handle(self) -> str:
        """The handle of the product that the last row belongs to."""
        return self._handle


def with_variants(
    records: Iterable[Record], roles: Sequence[Role], read: Callable[[Record], Row | Reject]
) -> Iterator[Row | Reject]:
    """The rows of a Shopify feed in order; `read` makes a product of a record."""
    rows = VariantRows(roles)
    group: list[Record] = []
    product: Product | None = None  # set once the group's own row has been given
    for record in records:
        if not record.number:
            continue
        kind = rows.kind(record)
        if kind in ("product", "orphan"):
            yield from _group_rows(group, product, roles, read)
            group = [record]
            product = Product(id=rows.handle) if kind == "orphan" else None
            continue
        group.append(record)
        if len(group) >= _GROUP_LIMIT:
            given = list(_group_rows(group, product, roles, read))
            yield from given
            first = given[0]
            product = product or (
                first.product if isinstance(first, Row) else Product(id=rows.handle)
            )
            group = []
    yield from _group_rows(group, product, roles, read)


def _group_rows(
    group: list[Record],
    product: Product | None,
    roles: Sequence[Role],
    read: Callable[[Record], Row | Reject],
) -> Iterator[Row | Reject]:
    for place, record in enumerate(group):
        if record.problem is not None:
            yield record.problem
        elif place == 0 and product is None:
            item = read(_with_all_options(group, roles))
            product = item.product if isinstance(item, Row) else Product(id=item.product_id)
            yield item
        else:
            yield Row(record.number, product or Product(id=""), titled=False)


def _with_all_options(group: list[Record], roles: Sequence[Role]) -> Record:
    """The product's own row with every value that its options take."""
    first = group[0]
    values = list(first.values)
    variants = [record for record in group if record.problem is None]
    for place, role in enumerate(roles):
        if role.field == "pair value" and len(variants) > 1:
            values[place] = list(
                dict.fromkeys(text for one in variants if (text := text_of(one.values[place])))
            )
    return Record(first.number, first.raw, first.keys, values)
