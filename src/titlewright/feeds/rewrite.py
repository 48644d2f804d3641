"""Writes a feed again with new titles: everything else as it came, or nothing at all.

The new file is made beside its place and moved there when it is complete and on disk, so a half
written feed never stands at the path.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import IO

from titlewright.errors import FeedError, RecordError
from titlewright.feeds.archives import pack
from titlewright.feeds.delimited import DelimitedSource
from titlewright.feeds.delimited_writer import DelimitedWriter
from titlewright.feeds.feed import Feed
from titlewright.feeds.google import STRUCTURED_TITLE
from titlewright.feeds.items import NewTitle, Record, Writer
from titlewright.feeds.json_source import JsonSource
from titlewright.feeds.json_writer import JsonWriter
from titlewright.feeds.names import fold
from titlewright.feeds.parquet import ParquetSource, ParquetWriter
from titlewright.feeds.values import text_of
from titlewright.feeds.variants import VariantRows
from titlewright.feeds.xml_writer import XmlWriter
from titlewright.records import Reject

_SPOOL = 8 << 20  # bytes of titles held in memory while looking for model-made ones


def rewrite(
    feed: Feed,
    out: Path,
    titles: Iterable[NewTitle],
    *,
    title_column: str | None = None,
    keep_rejected: bool = False,
    dropped: Callable[[Reject], None] | None = None,
) -> int:
    """Write `feed` to `out` with new titles; the number of data rows written.

    `titles` come in order of their rows. They replace the feed's titles, or go to the column
    `title_column`, added at the end where the feed has none of that name. Titled rows without a
    new title are left out, or with `keep_rejected` kept as they came. Rows without a title of
    their own go with their product; when that is left out, or when a title can't be written in
    the feed's encoding, `dropped` is told. `out` is packed as its suffix says (.gz, .zst).

    Raises FeedError when the feed or `out` fails, or titles don't belong to the feed's rows.
    """
    out = Path(out)
    with (
        _marked_titles(feed, titles, title_column) as (ordered, marked),
        _replacing(out) as file,
        pack(file, out.name) as packed,
        contextlib.closing(_writer(feed, packed, title_column, marked=marked)) as writer,
    ):
        return _copy(feed, writer, _InOrder(ordered), keep_rejected, dropped)


def _writer(feed: Feed, out: IO[bytes], title_column: str | None, *, marked: bool) -> Writer:
    source = feed.source
    if isinstance(source, JsonSource):
        return JsonWriter(source, out, lambda keys: title_column or feed.title_column(keys))
    column = title_column or feed.title_column(source.columns)
    if isinstance(source, ParquetSource):
        return ParquetWriter(source, out, column)
    if isinstance(source, DelimitedSource):
        return DelimitedWriter(source, out, column, marked=marked)
    return XmlWriter(source, out, column)


def _copy(
    feed: Feed,
    writer: Writer,
    titles: _InOrder,
    keep_rejected: bool,
    dropped: Callable[[Reject], None] | None,
) -> int:
    variants = VariantRows(feed.roles(feed.columns)) if feed.format == "shopify" else None
    written = 0
    row_kept = product_kept = True  # of the last row, of the last product
    for record in feed.source.records():
        if not record.number:
            if row_kept or record.problem is None:
                writer.keep(record)
            continue
        kind = variants.kind(record) if variants else "product"
        if kind == "orphan":
            product_kept = keep_rejected
        if record.problem is not None:
            row_kept = keep_rejected
            _put(writer, record, row_kept)
        elif kind in ("variant", "orphan"):
            row_kept = product_kept
            _put(writer, record, row_kept)
            if not row_kept and dropped:
                dropped(_without_product(record, feed))
        else:
            title = titles.of(record.number)
            row_kept = product_kept = _retitle(feed, writer, record, title, keep_rejected, dropped)
        written += row_kept
    titles.finish()
    return written


def _retitle(
    feed: Feed,
    writer: Writer,
    record: Record,
    title: NewTitle | None,
    keep_rejected: bool,
    dropped: Callable[[Reject], None] | None,
) -> bool:
    """Whether the row was written."""
    if title is not None:
        try:
            writer.retitle(record, title)
        except RecordError as error:
            if dropped is None:
                raise FeedError(f"Row {record.number}: {error}") from None
            product_id = id_of(feed, record)
            dropped(Reject(record.number, product_id, error.field, error.problem, error.advice))
        else:
            return True
    _put(writer, record, keep_rejected)
    return keep_rejected


def _put(writer: Writer, record: Record, kept: bool) -> None:
    (writer.keep if kept else writer.leave_out)(record)


def id_of(feed: Feed, record: Record) -> str:
    """The id that the record states, else its row number."""
    for role, value in zip(feed.roles(record.keys), record.values, strict=True):
        if role.field == "id" and (text := text_of(value)):
            return text
    return str(record.number)


def _without_product(record: Record, feed: Feed) -> Reject:
    return Reject(
        record.number,
        id_of(feed, record),
        "title",
        "The row belongs to a product that was left out.",
        "See why its product has no title; the row comes back with it.",
    )


class _InOrder:
    """Titles asked for by rising row numbers; complains of titles that no row asked for."""

    def __init__(self, titles: Iterable[NewTitle]) -> None:
        self._titles = iter(titles)
        self._next = next(self._titles, None)

    def of(self, row: int) -> NewTitle | None:
        title = self._next
        if title is None or title.row > row:
            return None
        if title.row < row:
            raise self._stray(title)
        self._next = next(self._titles, None)
        if self._next is not None and self._next.row <= title.row:
            raise FeedError(
                f"The title of row {self._next.row} comes after that of row {title.row}. "
                "Give titles in the order of their rows, one for each."
            )
        return title

    def finish(self) -> None:
        if self._next is not None:
            raise self._stray(self._next)

    def _stray(self, title: NewTitle) -> FeedError:
        return FeedError(
            f"There is a new title for row {title.row}, but the feed has no such product row. "
            "Was the feed changed since its titles were made?"
        )


@contextlib.contextmanager
def _marked_titles(
    feed: Feed, titles: Iterable[NewTitle], title_column: str | None
) -> Iterator[tuple[Iterable[NewTitle], bool]]:
    """The titles, and whether a Google table needs its column for model-made ones.

    Its header is written before its rows, so titles wait on disk until one is seen to need it.
    """
    if feed.format != "google-tsv" or title_column is not None:
        yield titles, False
        return
    if any(fold(column) == fold(STRUCTURED_TITLE) for column in feed.columns):
        yield titles, True
        return
    with tempfile.SpooledTemporaryFile(_SPOOL, "w+", encoding="utf-8") as waiting:
        rest = iter(titles)
        for title in rest:
            waiting.write(json.dumps([title.row, title.text, title.model_made]) + "\n")
            if title.model_made:
                break
        else:
            title = None
        waiting.seek(0)
        before = (NewTitle(*json.loads(line)) for line in waiting)
        yield chain(before, rest), title is not None


@contextlib.contextmanager
def _replacing(out: Path) -> Iterator[IO[bytes]]:
    """A new file that takes the place of `out` when the block ends well, else is gone."""
    if out.is_dir():
        raise FeedError(f"{out} is a folder. Name a file to write the feed to.")
    try:
        handle, name = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.parent)
    except OSError as error:
        raise FeedError(
            f"{out} can't be written: {error.strerror}. Check that its folder exists."
        ) from None
    made = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        made.chmod(_mode(out))
        made.replace(out)
    except OSError as error:
        raise FeedError(f"{out} can't be written: {error.strerror or error}.") from None
    finally:
        made.unlink(missing_ok=True)
    _sync_folder(out.parent)


def _mode(out: Path) -> int:
    """The permissions of the file that is replaced, or those that new files get."""
    if out.exists():
        return out.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    """Put the move itself on disk, where folders can be synced (not on Windows)."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
