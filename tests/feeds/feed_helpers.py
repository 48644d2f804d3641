"""What a feed says, as plain lists, and what rewriting makes of it."""

from __future__ import annotations

from pathlib import Path

from titlewright.feeds import Feed, NewTitle, Row, open_feed, rewrite
from titlewright.records import Product, Reject


def products(feed: Feed) -> list[Product]:
    return [item.product for item in feed if isinstance(item, Row) and item.titled]


def rejects(feed: Feed) -> list[Reject]:
    return [item for item in feed if isinstance(item, Reject)]


def retitled(
    path: Path, out: Path, *texts: str, model_made: bool = False, **options: object
) -> str:
    """What `rewrite` makes of a feed when its titled rows get these titles in order."""
    feed = open_feed(path)
    rewrite(feed, out, titles_of(feed, *texts, model_made=model_made), **options)  # type: ignore[arg-type]
    return out.read_bytes().decode(feed.encoding)


def titles_of(feed: Feed, *texts: str, model_made: bool = False) -> list[NewTitle]:
    """New titles for the titled rows of a feed, one for each of them in order."""
    rows = [item.number for item in feed if isinstance(item, Row) and item.titled]
    return [NewTitle(row, text, model_made) for row, text in zip(rows, texts, strict=True)]
