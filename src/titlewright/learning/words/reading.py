"""Titles with their counts from a table of counts, or from events beside a table of titles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from titlewright.errors import FeedError
from titlewright.learning.joining import join
from titlewright.learning.tables import Row, column_of, count_of, read_rows, text_of
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
    """From a table with product, title, impressions, clicks (or carts, purchases), and perhaps
    category and brand.

    titles  for events that name titles by ids alone: title_id, title, perhaps category and brand
    goal    what counts as success: "click", "cart" or "purchase"

    Raises FeedError where columns are missing or a value makes no sense, LearningError for counts
    that can't be.
    """
    columns = columns or Columns()
    rows = list(read_rows(path))
    if not rows:
        raise FeedError(f"{path} holds no rows.")
    if any("kind" in row for _, row in rows):
        return _from_events(rows, columns, _wordings(titles), goal)
    counted = column_of(goal)
    return [
        _shown(row, columns, where, count_of(row, "impressions", where),
               count_of(row, counted, where))
        for where, row in rows
    ]  # fmt: skip


def _wordings(titles: Path | None) -> Mapping[str, Row]:
    return {} if titles is None else {text_of(row, "title_id"): row for _, row in read_rows(titles)}


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
        title = text_of(row, "title_id")
        if not (wording := wordings.get(title, {})) and not text_of(row, columns.title):
            raise FeedError(
                f"{one.where}: what does the title {title!r} say? Give {columns.title} in each "
                "row, or a table of title_id and title (--titles)."
            )
        # what the event says goes first: a segment may take the category's place
        both = {**wording, **{key: value for key, value in row.items() if value not in (None, "")}}
        found.append(_shown(both, columns, one.where, 1, int(one.reached)))
    return found
