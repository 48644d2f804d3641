"""A file into the store: rows that make no sense become named rejects, the others go in.

A second import of the same file changes nothing: events are known by their ids, rows of reports by
their day, product, title and part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path

from titlewright.errors import FeedError, RecordError
from titlewright.feeds.items import Record
from titlewright.learning.columns import EVENT, REPORT, Columns, kind_of
from titlewright.learning.feedback.event_rows import Read, read_event, too_deep
from titlewright.learning.feedback.opening import Source, open_rows
from titlewright.learning.feedback.report_rows import Rows, is_total, look, source_of
from titlewright.learning.feedback.writing import Writing
from titlewright.learning.shoppers import Shoppers
from titlewright.learning.store import DailyCounts, EventStore
from titlewright.records import Reject, plain_text

_BATCH = 2000  # rows that are entered at once
OnReject = Callable[[Reject], None]
OnRows = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """How to read a file.

    columns    fields of columns whose names don't tell
    source     the report's name in the store; "" lets its columns tell
    day        the day of a report that has no column for it
    day_first  whether 03/04/2026 is in April; None lets the report tell
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    day: date | None = None
    day_first: bool | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: rows read, and of those that make sense the new and the known ones.

    Of events `expired` are from days that are no longer kept; of reports `corrected` had other
    counts before, and new, corrected and known are counted after rows of one key are added up.
    """

    kind: str
    source: str
    rows: int
    new: int
    known: int
    corrected: int = 0
    expired: int = 0
    rejected: int = 0


def import_feedback(
    path: Path,
    store: EventStore,
    shoppers: Shoppers,
    asked: Asked = Asked(),
    *,
    on_reject: OnReject = lambda reject: None,  # noqa: ARG005
    on_rows: OnRows = lambda rows: None,  # noqa: ARG005
) -> Imported:
    """Enter a file's events or daily counts. `on_rows` is told how many rows are read.

    Raises FeedError for a file that can't be read or holds neither, LearningError where the store
    fails; what was entered until then may be entered again.
    """
    source = open_rows(path)
    if unknown := [column for column in asked.columns if column not in source.columns]:
        raise FeedError(
            f"{path} has no column {unknown[0]!r}. It has: {', '.join(source.columns)}."
        )
    watch = _Watch(on_reject, on_rows)
    if kind_of(source.columns, asked.columns, path) == "events":
        return _events(source, store, shoppers, asked, watch)
    return _report(path, source, store, asked, watch)


@dataclass
class _Watch:
    """Counts rows and rejects, and tells of them."""

    on_reject: OnReject
    on_rows: OnRows
    rows: int = 0
    rejected: int = 0

    def reject(self, reject: Reject) -> None:
        self.rejected += 1
        self.on_reject(reject)

    def sound(self, source: Source) -> Iterator[Record]:
        """The records whose cells can be read."""
        for record in source.records():
            if not record.number:
                continue
            self.rows += 1
            if self.rows % _BATCH == 0:
                self.on_rows(self.rows)
            if record.problem is not None:
                self.reject(record.problem)
            else:
                yield record
        self.on_rows(self.rows)

    def refuse(self, record: Record, error: RecordError, product: object) -> None:
        named = plain_text(product) if isinstance(product, str | int | float) else ""
        self.reject(Reject(record.number, named, error.field, error.problem, error.advice))


def _events(
    source: Source, store: EventStore, shoppers: Shoppers, asked: Asked, watch: _Watch
) -> Imported:
    new = known = expired = 0
    reading = _read_events(source, shoppers, asked, watch)
    while some := list(islice(reading, _BATCH)):
        store.remember(read.title for read in some if read.title)
        done = store.append([read.event for read in some])
        new, known, expired = new + done.new, known + done.known, expired + done.expired
    return Imported("events", "events", watch.rows, new, known, 0, expired, watch.rejected)


def _read_events(source: Source, shoppers: Shoppers, asked: Asked, watch: _Watch) -> Iterator[Read]:
    roles = _Roles(EVENT, asked.columns)
    for record in watch.sound(source):
        values = roles.of(record.keys).values(record.keys, record.values)
        try:
            read = read_event(values, shoppers)
            _check_storable(read)
        except RecordError as error:
            watch.refuse(record, error, values.get("product_id"))
        else:
            yield read


def _check_storable(read: Read) -> None:
    """Raises RecordError where the store wouldn't take the event or its title."""
    from titlewright.learning.store.rows import row_of, title_row

    row_of(read.event)
    if read.title:
        title_row(read.title)


class _Roles:
    """Columns by the names that a row has: JSON objects may all have others."""

    def __init__(self, known: Mapping[str, Mapping[str, int]], mapping: Mapping[str, str]) -> None:
        self._known = known
        self._mapping = mapping
        self._found: dict[tuple[str, ...], Columns] = {}

    def of(self, keys: Sequence[str]) -> Columns:
        names = tuple(keys)
        if names not in self._found:
            if len(self._found) > 1000:
                self._found.clear()
            self._found[names] = Columns(names, self._known, self._mapping)
        return self._found[names]


def _report(path: Path, source: Source, store: EventStore, asked: Asked, watch: _Watch) -> Imported:
    columns = Columns(source.columns, REPORT, asked.columns)
    if "day" not in columns.has and asked.day is None:
        raise FeedError(f"{path} has no column with the day. Say which day it is about: "
                        "--day 2026-03-31.")  # fmt: skip
    writing = Writing()
    for record in source.records():
        if record.number and record.problem is None:
            look(columns.values(record.keys, record.values), writing)
    writing.settle(asked.day_first, path)
    rows = Rows(store, columns, writing, asked.source or source_of(source.columns), asked.day)
    taken = store.take_report(_read_report(source, columns, rows, watch))
    store.remember(rows.titles.values())
    return Imported(
        "report",
        asked.source or source_of(source.columns),
        watch.rows,
        taken.new,
        taken.known,
        taken.corrected,
        0,
        watch.rejected,
    )


def _read_report(
    source: Source, columns: Columns, rows: Rows, watch: _Watch
) -> Iterator[DailyCounts]:
    read = ((one, columns.values(one.keys, one.values)) for one in watch.sound(source))
    sound = ((one, values) for one, values in read if not is_total(values, one.values))
    while some := list(islice(sound, _BATCH)):
        ids = [values.get("product_id") for _, values in some]
        rows.learn([plain_text(one) for one in ids if isinstance(one, str | int | float)])
        for record, values in some:
            try:
                yield rows.counts(record.keys, record.values)
            except RecordError as error:
                watch.refuse(record, error, values.get("product_id"))
            except RecursionError:
                watch.refuse(record, too_deep(), values.get("product_id"))
