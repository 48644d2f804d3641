"""The store of events: append them, read them in order, count them, forget who they were of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Boolean, Select, bindparam, case, exists, func, select

from titlewright.learning.records import KINDS, Event, Title
from titlewright.learning.store.connecting import Database
from titlewright.learning.store.counting import By, Counts, Span, count
from titlewright.learning.store.reports import DailyCounts, Taken, take
from titlewright.learning.store.retention import expire, forget, kept_from
from titlewright.learning.store.rows import EVENT_COLUMNS, event_of, row_of, title_of, title_row
from titlewright.learning.store.schema import daily, events, titles

_BATCH = 5000  # events read at once, and rows of titles written at once


@dataclass(frozen=True, slots=True)
class Appended:
    """What became of a batch: `new` events, those `known` before, and those `expired` already."""

    new: int = 0
    known: int = 0
    expired: int = 0

    def __add__(self, other: Appended) -> Appended:
        return Appended(
            self.new + other.new, self.known + other.known, self.expired + other.expired
        )


class EventStore:
    """Events, titles and daily counts in SQLite or PostgreSQL. Use as a context manager.

    address  a file, or postgresql://user:password@host/database; tables are made on first use.

    One store may be used from several threads, and one database from several processes. Every
    method raises LearningError where the database fails.
    """

    def __init__(self, address: str | Path) -> None:
        self._database = Database(address)
        self.name = str(self._database.name)
        entering = self._database.insert(events).on_conflict_do_nothing(index_elements=["id"])
        self._entering = self._database.driver_text(entering, EVENT_COLUMNS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._database.close()

    # --- writing

    def append(self, batch: Sequence[Event]) -> Appended:
        """Enter events, all or none; when this returns, they are on disk.

        An id that is there already changes nothing. Raises RecordError for an event that can't be
        stored, and then none is.
        """
        rows = [row_of(event) for event in batch]
        if not rows:
            return Appended()
        with self._database.writing() as connection:
            start = kept_from(connection)
            kept = [row for row in rows if row["time"] >= start] if start else rows
            last = connection.scalar(select(func.max(events.c.sequence))) or 0
            if kept:
                connection.exec_driver_sql(self._entering, kept)
            # nobody else writes meanwhile, and drivers differ in what they say of many rows
            arrived = select(func.count()).where(events.c.sequence > last)
            new = connection.scalar(arrived) or 0
        return Appended(new, len(kept) - new, len(rows) - len(kept))

    def remember(self, wordings: Iterable[Title]) -> None:
        """Keep what titles say, or say it anew; one whose text is empty is left as it was.

        What isn't told of a title, its category or whether it is the control, stays as it was.
        """
        told = bindparam("told", type_=Boolean)
        statement = self._database.insert(titles).values(control=func.coalesce(told, False))
        anew = statement.excluded
        statement = statement.on_conflict_do_update(
            index_elements=[column.name for column in titles.primary_key],
            set_={
                "text": anew.text,
                "category": case((anew.category != "", anew.category), else_=titles.c.category),
                "control": func.coalesce(told, titles.c.control),
            },
        )
        rows = iter([title_row(one) for one in _latest(wordings)])
        while some := list(islice(rows, _BATCH)):
            with self._database.writing() as connection:
                connection.execute(statement, some)

    def take_report(self, rows: Iterable[DailyCounts]) -> Taken:
        """Enter the rows of one report, all or none; what was reported before is corrected."""
        return take(self._database, rows)

    # --- reading

    def events(self, start: float = 0.0, end: float = float("inf")) -> Iterator[Event]:
        """Events from `start` and before `end` (seconds since 1970), in the order of their time."""
        where = [events.c.time >= start] + ([events.c.time < end] if end != float("inf") else [])
        found = select(events).where(*where).order_by(events.c.time, events.c.sequence)
        yield from map(event_of, self._stream(found))

    def arrivals(self, after: int = 0, limit: int = _BATCH) -> tuple[list[Event], int]:
        """Events in the order in which they came, and the place to go on `after`.

        Whoever goes on from there sees every event once, late ones too: how beliefs are kept up to
        date.
        """
        found = select(events).where(events.c.sequence > after).order_by(events.c.sequence)
        with self._database.reading() as connection:
            rows = connection.execute(found.limit(limit)).all()
        return [event_of(row) for row in rows], rows[-1].sequence if rows else after

    def counts(
        self,
        start: float = 0.0,
        end: float = float("inf"),
        *,
        products: Sequence[str] | None = None,
        source: str | None = None,
        by: Sequence[By] = (),
    ) -> list[Counts]:
        """Counts by product and title, and `by` day (UTC), segment or source, if asked for.

        `source` is "events" or a report's; None means all of them together. Somebody in several
        segments counts in each.
        """
        span = Span(start, end, None if products is None else tuple(products))
        with self._database.reading() as connection:
            return count(connection, span, by, source, sqlite=self._database.is_sqlite)

    def titles(self, products: Sequence[str] | None = None) -> list[Title]:
        """What is known about titles, by product and id."""
        found = select(titles).order_by(titles.c.product_id, titles.c.title_id)
        if products is not None:
            found = found.where(titles.c.product_id.in_(products))
        with self._database.reading() as connection:
            return [title_of(row) for row in connection.execute(found)]

    def reported(self, source: str) -> set[tuple[str, str]]:
        """Products and titles that reports of a source have counts of."""
        found = select(daily.c.product_id, daily.c.title_id).where(daily.c.source == source)
        with self._database.reading() as connection:
            return set(map(tuple, connection.execute(found.distinct())))

    def orphans(self) -> Iterator[Event]:
        """Outcomes that name an impression which hasn't come, or is gone, by their time."""
        yield from map(
            event_of, self._stream(_orphans().order_by(events.c.time, events.c.sequence))
        )

    def summary(self) -> dict[str, Any]:
        """How much there is: events by kind and orphans, time from and to, products, sources."""
        with self._database.reading() as connection:
            kinds = connection.execute(
                select(events.c.kind, func.count()).group_by(events.c.kind)
            ).all()
            first, last, products, known = connection.execute(
                select(
                    func.min(events.c.time),
                    func.max(events.c.time),
                    func.count(events.c.product_id.distinct()),
                    func.count(events.c.who.distinct()),
                )
            ).one()
            nobody = connection.scalar(select(exists().where(events.c.who == "")))
            orphans = connection.scalar(select(func.count()).select_from(_orphans().subquery()))
            sources = connection.execute(
                select(
                    daily.c.source,
                    func.min(daily.c.day),
                    func.max(daily.c.day),
                    func.count(daily.c.product_id.distinct()),
                    func.sum(daily.c.impressions),
                    func.sum(daily.c.clicks),
                    func.sum(daily.c.purchases),
                ).group_by(daily.c.source)
            ).all()
            start = kept_from(connection)
        by_kind = dict(map(tuple, kinds))
        return {
            "events": {kind: by_kind.get(kind, 0) for kind in KINDS},
            "orphans": orphans,
            "first": first,
            "last": last,
            "products": products,
            "shoppers": known - bool(nobody),
            "kept_from": start,
            "daily": [_source(row) for row in sources],
        }

    # --- forgetting

    def forget(self, who: str) -> int:
        """Take somebody, by keyed hash, out of every event; says out of how many.

        Raises LearningError where somebody reads an older state of SQLite's file, and it is to be
        done again: see retention.
        """
        return forget(self._database, who)

    def expire(self, first: date) -> int:
        """Turn events of days before `first` (UTC) into daily counts; says how many events went."""
        return expire(self._database, first)

    def _stream(self, found: Select[Any]) -> Iterator[Any]:
        with self._database.reading() as connection:
            yield from connection.execution_options(yield_per=_BATCH).execute(found)


def _latest(wordings: Iterable[Title]) -> Iterable[Title]:
    """Each title once, as it was said last, with what was told of it only before that."""
    found: dict[tuple[str, str], Title] = {}
    for one in wordings:
        before = found.get((one.product_id, one.id), one)
        if one.text and one != before:
            one = replace(
                one,
                category=one.category or before.category,
                control=before.control if one.control is None else one.control,
            )
        if one.text:
            found[one.product_id, one.id] = one
    return found.values()


def _orphans() -> Select[Any]:
    shown = events.alias("shown")
    there = exists().where(shown.c.id == events.c.impression, shown.c.kind == "impression")
    return select(events).where(events.c.kind != "impression", events.c.impression != "", ~there)


def _source(row: Any) -> dict[str, Any]:
    names = ("source", "first", "last", "products", "impressions", "clicks", "purchases")
    return dict(zip(names, row, strict=True))
