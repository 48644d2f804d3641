"""Reports of other companies: counts by day, as they come and as they are corrected later.

Rows of one report that have all of their key in common are added up; a key that was reported
before gets its new counts. So the same report a second time changes nothing, and one in which a day
has been restated, as Google and Amazon do for some days, puts it right.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy import Connection, and_, case, func, or_, select

from titlewright.learning.store.connecting import Database
from titlewright.learning.store.rows import check_key
from titlewright.learning.store.schema import COUNTS, KEY, arriving, daily

_BATCH = 2000


@dataclass(frozen=True, slots=True)
class DailyCounts:
    """A row of a report. Raises RecordError where a name can't be stored.

    source    whose report it is, such as "google-ads"
    title_id  "" where the report doesn't say which title the product had
    part      what else tells rows of a report apart, such as the campaign
    purchases may be a fraction: some reports split a purchase between ads
    """

    day: date
    source: str
    product_id: str
    title_id: str = ""
    part: str = ""
    impressions: float = 0
    clicks: float = 0
    carts: float = 0
    purchases: float = 0
    dismissals: float = 0
    value: float = 0.0
    spend: float = 0.0

    def __post_init__(self) -> None:
        for name in ("source", "product_id", "title_id", "part"):
            check_key(getattr(self, name), name)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a report, in rows of the store: `new`, `corrected`, and `known` before."""

    new: int = 0
    corrected: int = 0
    known: int = 0


def take(database: Database, rows: Iterable[DailyCounts]) -> Taken:
    """Enter the rows of one report, all or none; other writers wait only at its end."""
    statement = database.insert(arriving)
    sums = {name: arriving.c[name] + statement.excluded[name] for name in COUNTS}
    adding = statement.on_conflict_do_update(index_elements=list(KEY), set_=sums)
    waiting = iter(rows)
    with database.staging() as connection:
        arriving.create(connection)
        while some := [_row(one) for one in islice(waiting, _BATCH)]:
            connection.execute(adding, some)
        database.take_turn(connection)
        taken = _compare(connection)
        _move(database, connection)
        arriving.drop(connection)  # which may serve another report; where it fails, none is left
    return taken


def _row(one: DailyCounts) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(one, name) for name in COUNTS}
    row |= {name: getattr(one, name) for name in KEY if name not in ("day", "segments")}
    return row | {"day": one.day.isoformat(), "segments": ""}


def _compare(connection: Connection) -> Taken:
    same_key = and_(*(daily.c[name] == arriving.c[name] for name in KEY))
    there = daily.c.day.is_not(None)
    differs = or_(*(daily.c[name] != arriving.c[name] for name in COUNTS))
    every, known, corrected = connection.execute(
        select(
            func.count(),
            func.count(case((there, 1))),
            func.count(case((and_(there, differs), 1))),
        ).select_from(arriving.outerjoin(daily, same_key))
    ).one()
    return Taken(every - known, corrected, known - corrected)


def _move(database: Database, connection: Connection) -> None:
    names = [*KEY, *COUNTS]
    # the WHERE tells SQLite's parser that what follows is no join: its documentation of UPSERT
    found = select(*(arriving.c[name] for name in names)).where(arriving.c.day != "")
    statement = database.insert(daily).from_select(names, found)
    anew = {name: statement.excluded[name] for name in COUNTS}
    connection.execute(statement.on_conflict_do_update(index_elements=list(KEY), set_=anew))
