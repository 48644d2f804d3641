"""How often each title was shown and what came of it, counted in the database.

An outcome counts where and when its impression was shown, however late it comes, and an
impression that was clicked twice was clicked once: clicks / impressions is a rate. An outcome
that names no impression counts by itself; one whose impression is missing is an orphan and doesn't
count until the impression comes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    case,
    func,
    literal,
    or_,
    select,
)

from titlewright.learning.store.rows import texts_of
from titlewright.learning.store.schema import COUNTS, daily, events

By = Literal["day", "segment", "source"]
_OUTCOMES = {"clicks": "click", "carts": "cart", "purchases": "purchase", "dismissals": "dismiss"}


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of one title of one product.

    impressions                             times that it was shown
    clicks, carts, purchases, dismissals    impressions that led to one; whole numbers but where a
                                            report splits a purchase between ads
    value, spend                            money taken, and paid for ads where a report says so
    day, segment, source                    of these, "" where not asked for (or in no segment)
    """

    product_id: str
    title_id: str
    impressions: float = 0
    clicks: float = 0
    carts: float = 0
    purchases: float = 0
    dismissals: float = 0
    value: float = 0.0
    spend: float = 0.0
    day: str = ""
    segment: str = ""
    source: str = ""

    def to_json(self) -> dict[str, Any]:
        """As a JSON object, what is empty left out but for the counts of every title."""
        shown = {one.name: getattr(self, one.name) for one in fields(self)}
        kept = ("product_id", "title_id", "impressions", "clicks")
        return {name: value for name, value in shown.items() if value or name in kept}


@dataclass(frozen=True, slots=True)
class Span:
    """Which counts: time in seconds since 1970, from `start` and before `end`; of some products.

    A day of which only counts are known is inside when it starts inside.
    """

    start: float = 0.0
    end: float = float("inf")
    products: tuple[str, ...] | None = None


def cohorts() -> tuple[FromClause, Any, ColumnElement[bool]]:
    """Events beside their impressions: what to select from, how to get the column of what was
    shown, and which of them count."""
    event, shown = events.alias("event"), events.alias("shown")
    joined = event.outerjoin(
        shown,
        and_(
            event.c.kind != "impression",
            event.c.impression != "",
            shown.c.id == event.c.impression,
            shown.c.kind == "impression",
        ),
    )
    counts = or_(event.c.kind == "impression", event.c.impression == "", shown.c.id.is_not(None))

    def column(name: str, *, own: bool = False) -> ColumnElement[Any]:
        return event.c[name] if own else func.coalesce(shown.c[name], event.c[name])

    return joined, column, counts


def day_of(time: ColumnElement[float], *, sqlite: bool) -> ColumnElement[str]:
    """The UTC day of a time, as an ISO date."""
    if sqlite:
        return func.date(time, "unixepoch")
    return func.to_char(func.timezone("UTC", func.to_timestamp(time)), "YYYY-MM-DD")


def tally(span: Span, by: Iterable[By], *, sqlite: bool) -> Select[Any]:
    """SELECT the counts of events. Columns: day, segments, product_id, title_id, and COUNTS."""
    joined, column, counts = cohorts()
    kind, shown = column("kind", own=True), column("id")
    time = column("time")
    nothing = literal("")
    key: dict[str, ColumnElement[Any]] = {
        "day": day_of(time, sqlite=sqlite) if "day" in by else nothing,
        "segments": column("segments") if "segment" in by else nothing,
        "product_id": column("product_id"),
        "title_id": column("title_id"),
    }
    found: dict[str, ColumnElement[Any]] = {
        "impressions": func.sum(case((kind == "impression", 1), else_=0)),
        **{
            name: func.count(case((kind == one, shown)).distinct())
            for name, one in _OUTCOMES.items()
        },
        "value": func.sum(case((kind == "purchase", column("value", own=True)), else_=0.0)),
        "spend": literal(0.0),
    }
    where = [counts, time >= span.start]
    if span.end != float("inf"):
        where.append(time < span.end)
    if span.products is not None:
        where.append(key["product_id"].in_(span.products))
    labelled = [value.label(name) for name, value in (key | found).items()]
    grouped = [value for value in key.values() if value is not nothing]
    return select(*labelled).select_from(joined).where(*where).group_by(*grouped)


def _daily(span: Span) -> Select[Any]:
    where = [daily.c.day >= first_day(span.start)]
    if span.end != float("inf"):
        where.append(daily.c.day < first_day(span.end))
    if span.products is not None:
        where.append(daily.c.product_id.in_(span.products))
    return select(daily).where(*where)


def first_day(time: float) -> str:
    """The first UTC day that starts at this time or later."""
    return datetime.fromtimestamp(-(-time // 86_400) * 86_400, UTC).date().isoformat()


def count(
    connection: Connection, span: Span, by: Sequence[By], source: str | None, *, sqlite: bool
) -> list[Counts]:
    """The counts by product and title, and by what else is asked for, in that order."""
    sums: dict[tuple[str, ...], list[float]] = {}
    if source in (None, EVENTS):
        for row in connection.execute(tally(span, by, sqlite=sqlite)):
            _add(sums, row, row.day, EVENTS, by)
    reported = _daily(span)
    if source is not None:
        reported = reported.where(daily.c.source == source)
    for row in connection.execute(reported):
        _add(sums, row, row.day, row.source, by)
    return [_counts(key, values) for key, values in sorted(sums.items())]


EVENTS = "events"  # the source of what was recorded one by one


def _add(
    sums: dict[tuple[str, ...], list[float]], row: Any, day: str, source: str, by: Sequence[By]
) -> None:
    segments: tuple[str, ...] = ("",)
    if "segment" in by:
        segments = texts_of(row.segments) or segments
    for segment in segments:
        key = (
            row.product_id,
            row.title_id,
            day if "day" in by else "",
            segment,
            source if "source" in by else "",
        )
        into = sums.setdefault(key, [0.0] * len(COUNTS))
        for place, name in enumerate(COUNTS):
            into[place] += float(getattr(row, name))


def _counts(key: tuple[str, ...], values: Sequence[float]) -> Counts:
    product, title, day, segment, source = key
    counted = dict(zip(COUNTS, values, strict=True))
    money = {name: counted.pop(name) for name in ("value", "spend")}
    whole = {name: int(value) if value.is_integer() else value for name, value in counted.items()}
    return Counts(product, title, **whole, **money, day=day, segment=segment, source=source)
