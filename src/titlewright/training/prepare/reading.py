"""The rows of several feeds, one after the other, with what the preparation asks of each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from titlewright.errors import FeedError
from titlewright.feeds import Feed, Row, open_feed
from titlewright.feeds.formats import DELIMITED
from titlewright.feeds.items import Record
from titlewright.records import Reject, plain_text
from titlewright.training.prepare.options import PrepareOptions
from titlewright.training.prepare.rows import SourceRow

_WRITTEN = 20_000  # code points of a raw text that are looked at
_BLOCK = 1 << 20
_TABLES = frozenset({*DELIMITED, "parquet"})


@dataclass(frozen=True, slots=True)
class Source:
    """One feed: the name that rows are marked with, unique among the feeds, and its file."""

    name: str
    feed: Feed


def open_sources(paths: Sequence[Path], options: PrepareOptions) -> list[Source]:
    """Open every feed. Raises FeedError when one can't be read, has no titles or no such column."""
    sources: list[Source] = []
    for path in paths:
        feed = open_feed(path, format=options.format, columns=options.columns or None)
        if options.group and options.group not in feed.columns:
            raise FeedError(
                f"{path} has no column {options.group!r} to group by. "
                f"It has: {', '.join(feed.columns)[:500]}."
            )
        if options.group and feed.format == "shopify":
            raise FeedError(
                f"{path} is a Shopify export, whose rows belong together by their handle already. "
                "Leave out the grouping column."
            )
        sources.append(Source(_unused(Path(path).name, sources), feed))
    if not any(_may_hold_titles(source.feed) for source in sources):
        feed = sources[0].feed
        raise FeedError(
            f"{feed.path} has no column of titles. Its columns are: "
            f"{', '.join(feed.columns)[:500]}. Map one, such as: --map COLUMN=title."
        )
    return sources


def _may_hold_titles(feed: Feed) -> bool:
    """Whether a column is one of titles; what objects hold beyond the first isn't known yet."""
    if feed.format not in _TABLES:
        return True
    return any(role.field in ("title", "structured title") for role in feed.roles(feed.columns))


def _unused(name: str, sources: Sequence[Source]) -> str:
    taken = {source.name for source in sources}
    numbered = (f"{name} ({number})" for number in range(2, len(taken) + 3))
    return name if name not in taken else next(other for other in numbered if other not in taken)


def rows_of(index: int, feed: Feed, group: str) -> Iterator[SourceRow | Reject | Row]:
    """The feed's rows; a `Row` is one that carries no title of its own (a variant)."""
    if feed.format == "shopify":  # its rows are read together, not one by one
        for item in feed:
            if isinstance(item, Row) and item.titled:
                yield SourceRow(index, item.number, item.product, (item.written_title,))
            else:
                yield item
        return
    for record in feed.source.records():
        if not record.number:
            continue
        item = feed.read(record)
        if isinstance(item, Reject) or not item.titled:
            yield item
            continue
        yield SourceRow(
            index, item.number, item.product, _written(feed, record), _value(record, group)
        )


def _written(feed: Feed, record: Record) -> tuple[str, ...]:
    """The title and descriptions as the file writes them."""
    roles = feed.roles(record.keys)
    return tuple(
        value[:_WRITTEN]
        for role, value in zip(roles, record.values, strict=False)
        if role.field in ("title", "description") and isinstance(value, str)
    )


def _value(record: Record, column: str) -> str:
    if not column:
        return ""
    for key, value in zip(record.keys, record.values, strict=False):
        if key == column:
            return plain_text(value, column)
    return ""


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            found.update(block)
    return found.hexdigest()
