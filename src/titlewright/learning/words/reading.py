"""Titles with their counts from a table of counts, or from events beside a table of titles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from titlewright.errors import FeedError
from titlewright.learning.joining import join
from titlewright.learning.tables import Row, count_of, read_rows, text_of
from titlewright.learning.words.features import Shown

_PRODUCTS = ("product_id", "product", "test", "id")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns say what; `category` may be any that titles are to be told apart by."""

    product: str = ""
    title: str = "title"
    category: str = "category"
    brand: str = "brand"


def read_shown(
    path: Path, columns: Columns | None = None, *, titles: Path | None = None, goal: str = "click"
) -> list[Shown]:
    """From a table with product, title, impressions, clicks, and perhaps category and brand.

    titles  where the table is events: title_id, title, and perhaps category and brand
    goal    what counts in events: "click", "cart" or "purchase"

    Raises FeedError where columns are missing or a value makes no sense, LearningError for counts
    that can't be.
    """
    columns = columns or Columns()
    rows = list(read_rows(path))
    if not rows:
        raise FeedError(f"{path} holds no rows.")
    if any("kind" in row for _, row in rows):
        return _from_events(rows, columns, _wordings(titles, path), goal)
    return [
        _shown(row, columns, where, count_of(row, "impressions", where),
               count_of(row, "clicks", where))
        for where, row in rows
    ]  # fmt: skip


def _wordings(titles: Path | None, events: Path) -> Mapping[str, Row]:
    if titles is None:
        raise FeedError(
            f"{events} holds events, which name titles by their ids. Say what they read: a table "
            "with title_id, title, and perhaps category and brand (--titles)."
        )
    return {text_of(row, "title_id"): row for _, row in read_rows(titles)}


def _shown(row: Row, columns: Columns, where: str, impressions: int, clicks: int) -> Shown:
    product = columns.product or next((name for name in _PRODUCTS if name in row), "")
    told = text_of(row, product), text_of(row, columns.title)
    if not all(told):
        raise FeedError(
            f"{where}: the product ({columns.product or ', '.join(_PRODUCTS)}) and "
            f"{columns.title} must be filled. It has {', '.join(row)}."
        )
    return Shown(*told, impressions, clicks, text_of(row, columns.category),
                 text_of(row, columns.brand))  # fmt: skip


def _from_events(
    rows: Iterable[tuple[str, Row]], columns: Columns, wordings: Mapping[str, Row], goal: str
) -> list[Shown]:
    found = []
    for one in join(rows, goal):
        row = one.row
        wording = wordings.get(text_of(row, "title_id"))
        if wording is None:
            raise FeedError(f"{one.where}: no title has the id {text_of(row, 'title_id')!r}.")
        # what the event says goes first: a segment may take the category's place
        both = {**wording, **{key: value for key, value in row.items() if value not in (None, "")}}
        found.append(_shown(both, columns, one.where, 1, int(one.reached)))
    return found
