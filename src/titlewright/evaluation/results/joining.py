"""Results beside the feed that they were made from, row by row: the two stand in the same order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from titlewright.errors import FeedError
from titlewright.evaluation.results.reading import Made
from titlewright.feeds import Feed, Row
from titlewright.records import Product, Reject

_ADVICE = "Give --before the feed that the results were made from, as it was then."


class Joined:
    """Iterates over (result, its product); then `without_result` counts the feed's other rows.

    Rows that carry no title of their own (variants, images) don't count.

    Raises FeedError where a result has no row in the feed, or its row is another product or had
    another title: measured against the wrong feed, every figure would be wrong.
    """

    def __init__(self, results: Iterable[Made], path: Path, feed: Feed) -> None:
        self._results = results
        self._path = path
        self._feed = feed
        self.without_result = 0

    def __iter__(self) -> Iterator[tuple[Made, Product]]:
        rows = iter(self._feed)
        last = 0
        for made in self._results:
            if made.row <= last:
                raise FeedError(
                    f"{self._path}, line {made.line}: row {made.row} stands after row {last}. "
                    "With --before the lines must stand in the order that `generate` wrote."
                )
            last = made.row
            yield made, self._product(made, rows)
        self.without_result += sum(_titled(item) for item in rows)

    def _product(self, made: Made, rows: Iterator[Row | Reject]) -> Product:
        for item in rows:
            if (item.row if isinstance(item, Reject) else item.number) < made.row:
                self.without_result += _titled(item)
                continue
            if isinstance(item, Reject):
                raise self._mismatch(made, f"can't be read in {self._feed.path}: {item.problem}")
            self._compare(made, item.product)
            return item.product
        raise self._mismatch(made, f"isn't in {self._feed.path}, which has fewer rows.")

    def _compare(self, made: Made, product: Product) -> None:
        if product.id != made.product_id:
            raise self._mismatch(
                made, f"is product {made.product_id!r}, but {product.id!r} in {self._feed.path}."
            )
        if _words(product.title) != _words(made.previous_title):
            raise self._mismatch(
                made,
                f"had the title {made.previous_title!r}, but has {product.title!r} in "
                f"{self._feed.path}. Is that the feed that came out?",
            )

    def _mismatch(self, made: Made, what: str) -> FeedError:
        return FeedError(f"{self._path}, line {made.line}: row {made.row} {what} {_ADVICE}")


def _words(title: str) -> list[str]:
    return title.encode("utf-8", "replace").decode("utf-8").split()


def _titled(item: Row | Reject) -> bool:
    """Whether it is a row that would have got a title; a row that can't be read is a reject."""
    return isinstance(item, Reject) or item.titled
