"""Titles written into a feed, the winners of experiments or those of a period, with the way back.

Only the products in the table get another title; every title passes the gates first (true, allowed
on the channel), and one that doesn't as it stands is left out with its reason. The run is entered
in the ledger, so `titlewright rollback` puts the titles back that stood before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from titlewright import __version__
from titlewright.channels import Channel
from titlewright.errors import FeedError
from titlewright.feeds import Feed, NewTitle, Row, rewrite
from titlewright.gates import Refused, pass_gates
from titlewright.grounding import Grounder
from titlewright.learning.tables import read_rows, text_of
from titlewright.ledger import Ledger, new_run
from titlewright.product_types import infer_types
from titlewright.records import JsonObject, Product, Reject, TitleResult

GENERATOR = "experiment"
_YES = frozenset({"yes", "true", "1"})
_ROWS = 5000  # entered in the ledger at once


@dataclass(frozen=True, slots=True)
class Chosen:
    """A title for a product; `model_made` is marked in feeds whose channel asks for it."""

    title: str
    model_made: bool = True


@dataclass(frozen=True, slots=True)
class Promoted:
    """What a promotion did. `unchanged` had that title already, `absent` aren't in the feed."""

    run: str
    changed: int
    unchanged: int
    absent: tuple[str, ...]
    refused: tuple[Reject, ...]

    def to_json(self) -> JsonObject:
        return {
            "run": self.run,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "absent": list(self.absent),
            "refused": [reject.to_json() for reject in self.refused],
        }


def read_chosen(path: Path) -> dict[str, Chosen]:
    """Titles by product from a table with the columns id, title and perhaps model_made (yes, no).

    Raises FeedError where a row lacks one of them, or a product has two titles.
    """
    found: dict[str, Chosen] = {}
    for where, row in read_rows(path):
        product, title = text_of(row, "id"), text_of(row, "title")
        if not product or not title:
            raise FeedError(f"{where}: id and title must be filled.")
        made = text_of(row, "model_made").casefold() or "yes"
        chosen = Chosen(title, made in _YES)
        if found.setdefault(product, chosen) != chosen:
            raise FeedError(f"{where}: product {product!r} has another title already.")
    if not found:
        raise FeedError(f"{path} holds no titles. Columns: id, title, and perhaps model_made.")
    return found


def promote(
    feed: Feed, out: Path, titles: Mapping[str, Chosen], channel: Channel, *,
    ledger: Path | None = None,
) -> Promoted:  # fmt: skip
    """Write the feed to `out` with these titles, by product id; rows without one stay as they are.

    Raises FeedError when the feed can't be read or written, LedgerError when the ledger can't.
    """
    if out.resolve() == feed.path.resolve():
        raise FeedError(f"{out} is the feed that is read. Name another file for the new one.")
    results, refused, unchanged, seen = _results(feed, titles, channel)
    run = new_run()
    new = [NewTitle(one.row, one.title, one.model_made) for one in results]
    rewrite(feed, out, new, keep_rejected=True)
    if ledger:
        with Ledger(ledger) as book:
            _enter(book, run, feed, out, channel)
            for start in range(0, len(results), _ROWS):
                book.record(run, results[start : start + _ROWS])
            book.record(run, refused)
            book.finish(run, {"titled": len(results), "rejected": len(refused), "passed": 0})
    absent = tuple(sorted(titles.keys() - seen))
    return Promoted(run, len(results), unchanged, absent, tuple(refused))


def _results(
    feed: Feed, titles: Mapping[str, Chosen], channel: Channel
) -> tuple[list[TitleResult], list[Reject], int, set[str]]:
    """What is to be written, what can't be, how many stay, and the products that are there."""
    results: list[TitleResult] = []
    refused: list[Reject] = []
    rows = [
        item for item in feed if isinstance(item, Row) and item.titled and item.product.id in titles
    ]
    changing = [row for row in rows if titles[row.product.id].title != row.product.title]
    products = infer_types([row.product for row in changing])
    for row, product in zip(changing, products, strict=True):
        chosen = titles[product.id]
        if reason := _reason(product, chosen.title, channel):
            advice = "Mend the title or the product's data, and promote again."
            refused.append(Reject(row.number, product.id, "title", reason, advice))
        else:
            results.append(
                TitleResult(row.number, product.id, channel.name, chosen.title, product.title,
                            GENERATOR, chosen.model_made)
            )  # fmt: skip
    return results, refused, len(rows) - len(changing), {row.product.id for row in rows}


def _reason(product: Product, title: str, channel: Channel) -> str:
    """Why the title can't stand as it is; "" where it can."""
    passed = pass_gates(title, Grounder(product), channel)
    if isinstance(passed, Refused):
        return passed.reason
    return "" if passed.text == title else "; ".join(passed.changes) or "it had to be changed"


def _enter(book: Ledger, run: str, feed: Feed, out: Path, channel: Channel) -> None:
    with feed.path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    columns = zip(feed.columns, feed.roles(feed.columns), strict=True)
    settings: dict[str, Any] = {
        "feed": {
            "sha256": digest,
            "format": feed.format,
            "encoding": feed.encoding,
            "columns": {column: role.field for column, role in columns},
        },
        "title_column": None,
    }
    book.begin(
        run,
        source=str(feed.path.absolute()),
        output=str(out.absolute()),
        format=feed.format,
        channel=channel.name,
        generator=GENERATOR,
        fingerprint=digest,
        settings=settings,
        version=__version__,
    )
