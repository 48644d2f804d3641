"""A row of a report as daily counts.

Reports name titles as they like, Google's in lower case: a title that is known of the product is
found without regard to case, any other is a title of its own. Counts stay with the title that the
same source's reports were counted under, or a report that comes again would count twice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from titlewright.errors import RecordError
from titlewright.learning.columns import Columns, folded
from titlewright.learning.feedback.writing import Writing
from titlewright.learning.records import Title
from titlewright.learning.store import DailyCounts, EventStore
from titlewright.learning.store.rows import check_storable
from titlewright.learning.titles import plain_title, title_id
from titlewright.records import plain_text

_TOTALS = ("total", "gesamt", "totale", "totaal", "合计", "总计", "合計")
_TOTAL = re.compile(rf"({'|'.join(_TOTALS)})\s*([:：].*)?", re.IGNORECASE)
_WHOLE = ("impressions", "clicks", "carts")
_NUMBERS = (*_WHOLE, "purchases", "value", "spend")
_MARKS = {"metricsclicks": "google-ads", "impr": "google-ads", "advertisedasin": "amazon-ads",
          "beworbeneasin": "amazon-ads", "childasin": "amazon-business",
          "untergeordneteasin": "amazon-business", "offerid": "google-merchant",
          "itemid": "google-ads"}  # fmt: skip


def source_of(names: Sequence[str]) -> str:
    """Whose report it is, told by its columns; "report" where they don't tell."""
    found = {folded(name) for name in names}
    return next((source for mark, source in _MARKS.items() if mark in found), "report")


def is_total(values: Mapping[str, object], cells: Sequence[object]) -> bool:
    """Whether a row sums up others: "Total: Account" stands first in it, and no product's id.

    It may stand in the product's own column, and then the row has no day.
    """
    product = values.get("product_id")
    if product in (None, ""):
        first = next((cell for cell in cells if cell not in (None, "")), "")
        return isinstance(first, str) and first.strip().casefold().startswith(_TOTALS)
    return (
        isinstance(product, str)
        and not values.get("day")
        and _TOTAL.fullmatch(product.strip()) is not None
    )


def look(values: Mapping[str, object], writing: Writing) -> None:
    """Learn from a row how the report writes."""
    for name in ("purchases", "value", "spend"):
        writing.see_number(values.get(name))
    for name in ("day", "end"):
        writing.see_day(values.get(name))


class Rows:
    """Makes daily counts of rows; `titles` are those that it met and that weren't known."""

    def __init__(
        self, store: EventStore, columns: Columns, writing: Writing, source: str, day: date | None
    ) -> None:
        self._store = store
        self._columns = columns
        self._writing = writing
        self._source = source
        self._day = day
        self._known: dict[str, dict[str, list[str]]] = {}  # product: {title without case: ids}
        self._counted = store.reported(source)
        self.titles: dict[tuple[str, str], Title] = {}

    def learn(self, products: Sequence[str]) -> None:
        """Look up the known titles of products that rows to come are about."""
        new = sorted({one for one in products if one not in self._known})
        self._known.update({one: {} for one in new})
        for title in self._store.titles(new):
            ids = self._known[title.product_id].setdefault(plain_title(title.text), [])
            ids.append(title.id)

    def counts(self, keys: Sequence[str], cells: Sequence[object]) -> DailyCounts:
        """Raises RecordError with the offending field."""
        values = self._columns.values(keys, cells)
        product = plain_text(values.get("product_id"), "product_id")
        if not product:
            raise RecordError("The row names no product.", field="product_id",
                              advice="Fill the item's id.")  # fmt: skip
        numbers = {
            name: self._writing.number(values.get(name), name, whole=name in _WHOLE)
            for name in _NUMBERS
        }
        if "spend_micros" in values:
            numbers["spend"] = self._writing.number(values["spend_micros"], "spend") / 1e6
        if "impressions" in values and numbers["clicks"] > numbers["impressions"]:
            raise RecordError(
                f"{numbers['clicks']:g} clicks of {numbers['impressions']:g} impressions can't be.",
                field="clicks", advice="Check which columns are read: --map COLUMN=impressions.",
            )  # fmt: skip
        parts = [
            plain_text(cell) for key, cell in zip(keys, cells, strict=True)
            if key in self._columns.parts
        ]  # fmt: skip
        return DailyCounts(
            self._date(values),
            self._source,
            product,
            self._title(product, plain_text(values.get("title"), "title")),
            "; ".join(parts),
            **numbers,
        )

    def _date(self, values: Mapping[str, object]) -> date:
        if self._day is not None:
            return self._day
        first = self._writing.day(values.get("day"))
        last = self._writing.day(values["end"]) if values.get("end") else first
        if last != first:
            raise RecordError(
                f"The row covers {first} to {last}.", field="date",
                advice="Export the report by day.",
            )  # fmt: skip
        return first

    def _title(self, product: str, text: str) -> str:
        if not text:
            return ""
        known, own = self._known.setdefault(product, {}), title_id(product, text)
        ids = known.setdefault(plain_title(text), [])
        if not ids:
            check_storable(text, "title")
            ids.append(own)
            self.titles[product, own] = Title(own, product, text, control=None)
        return min(ids, key=lambda one: ((product, one) not in self._counted, one != own))
