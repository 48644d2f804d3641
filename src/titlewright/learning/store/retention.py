"""What is no longer kept: who did something, and single events past their time.

Forgetting somebody takes their hash and their features out of every event. The events stay, so
that no count changes: how often a title was shown and clicked says nothing about anyone.

Events past their time go by whole days, each impression together with what came of it, and leave
daily counts by title and segment behind. From then on an event of such a day is turned away, and
an outcome of an impression that is gone is an orphan: nothing is counted twice.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, delete, literal, select, update

from titlewright.errors import LearningError
from titlewright.learning.store.connecting import Database
from titlewright.learning.store.counting import EVENTS, Span, cohorts, tally
from titlewright.learning.store.schema import COUNTS, KEY, daily, events, facts

_KEPT_FROM = "kept from"


def forget(database: Database, who: str) -> int:
    """Take a hash and what goes with it out of every event; says out of how many.

    Raises LearningError where it is out of the events, but not out of SQLite's files yet.
    """
    with database.writing() as connection:
        changed = connection.execute(
            update(events).where(events.c.who == who).values(who="", features="")
        ).rowcount
    if not database.scrub():
        raise LearningError(
            f"Taken out of {changed:,} events, but another program reads {database.name}: until "
            "that is done, what was there is left in the file beside it. Forget again then."
        )
    return changed


def kept_from(connection: Connection) -> float:
    """The time from which events are kept, in seconds since 1970."""
    day = connection.scalar(select(facts.c.value).where(facts.c.name == _KEPT_FROM))
    return _start(date.fromisoformat(day)) if day else 0.0


def first_kept(days: int, now: float) -> date:
    """The first day that is kept when events are kept for so many days."""
    return datetime.fromtimestamp(now, UTC).date() - timedelta(days=days)


def expire(database: Database, first: date) -> int:
    """Turn events of the days before `first` into daily counts; says how many events went.

    A day that is past stays past: an earlier `first` than the last time changes nothing.
    """
    start = _start(first)
    with database.reading() as connection:
        if start <= kept_from(connection):
            return 0
    with database.writing() as connection:
        if start <= kept_from(connection):  # somebody else was quicker
            return 0
        _roll_up(database, connection, start)
        joined, column, _ = cohorts()
        past = select(column("id", own=True)).select_from(joined).where(column("time") < start)
        gone = connection.execute(delete(events).where(events.c.id.in_(past))).rowcount
        fact = {"name": _KEPT_FROM, "value": first.isoformat()}
        statement = database.insert(facts).values(fact)
        connection.execute(
            statement.on_conflict_do_update(index_elements=["name"], set_={"value": fact["value"]})
        )
    database.scrub()
    return gone


def _roll_up(database: Database, connection: Connection, end: float) -> None:
    counted = tally(Span(end=end), ("day", "segment"), sqlite=database.is_sqlite).subquery()
    values = {"source": literal(EVENTS), "part": literal("")} | dict(counted.c.items())
    names = (*KEY, *COUNTS)
    statement = database.insert(daily).from_select(
        names,
        select(*(values[name].label(name) for name in names)).where(literal(True)),
    )
    sums = {name: daily.c[name] + statement.excluded[name] for name in COUNTS}
    connection.execute(statement.on_conflict_do_update(index_elements=list(KEY), set_=sums))


def _start(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
