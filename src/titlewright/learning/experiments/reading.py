"""Counts of an experiment read from a table: either counts themselves, or events.

Counts have a column `arm`, `impressions` and `clicks`; perhaps `test` (or `product_id`), a unit,
and segments. Events are those of records.Event: one row each with `kind`; clicks are joined to
their impressions, an event that comes twice counts once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

from titlewright.errors import FeedError, LearningError
from titlewright.learning.experiments.counts import Count
from titlewright.learning.experiments.findings import Cell
from titlewright.learning.tables import Row, count_of, read_rows, text_of

_ARMS = ("arm", "title_id", "title")
_TESTS = ("test", "product_id", "id")
_OUTCOMES = ("click", "cart", "purchase")
_HEAD = 1000  # rows that show which columns there are: JSON lines may leave some out
_CROSSED = 0.01  # share of shoppers with two keys or devices that is let pass


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns say what. "" takes the first that is there: of arm, title_id, title for the
    arm; of test, product_id, id for the test, else all is one test.

    unit      what was assigned, such as product_id or who; "" for impressions
    segments  columns to break down by
    """

    arm: str = ""
    test: str = ""
    unit: str = ""
    segments: tuple[str, ...] = ()


def read_cells(path: Path, columns: Columns | None = None, *, goal: str = "click") -> list[Cell]:
    """The counts in a table of counts or events; each shopper counts once where `who` is the unit.

    goal  what counts as success in events: "click", "cart" or "purchase"

    Raises FeedError where columns are missing or a value makes no sense, LearningError for counts
    that can't be.
    """
    rows = read_rows(path)
    head = list(islice(rows, _HEAD))
    there = dict.fromkeys(name for _, row in head for name in row)
    events = "kind" in there
    columns = _found(columns or Columns(), path, tuple(there), events=events)
    every = chain(head, rows)
    if events:
        if goal not in _OUTCOMES:
            raise FeedError(f"The goal {goal!r} isn't counted. Choose {', '.join(_OUTCOMES)}.")
        return _events(every, columns, goal)
    return [_cell(columns, row, _count(row, where), where) for where, row in every]


def _found(columns: Columns, path: Path, there: tuple[str, ...], *, events: bool) -> Columns:
    """The columns with the arm's and the test's named. Raises FeedError where one isn't there."""
    if not there:
        raise FeedError(f"{path} holds no rows.")
    asked = (columns.arm, columns.test, columns.unit, *columns.segments)
    if missing := [name for name in asked if name and name not in there]:
        raise FeedError(f"{path} has no column {missing[0]!r}. It has {', '.join(there)}.")
    arm = columns.arm or next((name for name in _ARMS if name in there), "")
    tests = [name for name in _TESTS if name in there and name != arm]
    if not arm or not (events or {"impressions", "clicks"} <= set(there)):
        raise FeedError(
            f"{path} needs a column for the arm ({', '.join(_ARMS)}), and impressions and clicks, "
            f"or events with their kind. It has {', '.join(there)}."
        )
    if events and "id" in tests:
        tests.remove("id")  # the event's own
    test = columns.test or next(iter(tests), "")
    return replace(columns, arm=arm, test=test)


def _count(row: Row, where: str) -> Count:
    return Count(count_of(row, "impressions", where), count_of(row, "clicks", where))


def _cell(columns: Columns, row: Row, count: Count, where: str) -> Cell:
    arm = text_of(row, columns.arm)
    if not arm:
        raise FeedError(f"{where}: {columns.arm} is empty. Every row names its arm.")
    return Cell(
        text_of(row, columns.test) if columns.test else "",
        arm,
        count,
        tuple((name, text_of(row, name) or "(none)") for name in columns.segments),
        text_of(row, columns.unit) if columns.unit else "",
    )


def _events(rows: Iterator[tuple[str, Row]], columns: Columns, goal: str) -> list[Cell]:
    """One cell for each test, arm, unit and segments, of impressions and those that reached it."""
    shown: dict[str, tuple[str, Row]] = {}
    reached: set[str] = set()
    for where, row in rows:
        kind, name = text_of(row, "kind"), text_of(row, "id")
        if not name:
            raise FeedError(f"{where}: the event has no id.")
        if kind == "impression":
            shown.setdefault(name, (where, row))
        elif kind == goal:
            reached.add(text_of(row, "impression"))
    if not shown:
        raise FeedError("There is no impression among the events, so nothing to compare.")
    told: dict[Cell, list[int]] = {}
    for name, (where, row) in shown.items():
        key = _cell(columns, row, Count(0, 0), where)
        counts = told.setdefault(key, [0, 0])
        counts[0] += 1
        counts[1] += name in reached
    if columns.unit == "who":
        return _shoppers(told)
    return [replace(key, count=Count(*counts)) for key, counts in told.items()]


def _shoppers(told: Mapping[Cell, Sequence[int]]) -> list[Cell]:
    """Each shopper once, as one who clicked or didn't; the few who saw two arms are left out."""
    saw: dict[tuple[str, str], set[str]] = {}
    for key in told:
        saw.setdefault((key.test, key.unit), set()).add(key.arm)
    crossed = {shopper for shopper, arms in saw.items() if len(arms) > 1}
    if len(crossed) > _CROSSED * len(saw):
        raise LearningError(
            f"{len(crossed)} of {len(saw)} shoppers saw more than one arm: arms weren't assigned "
            "by shopper. Name what was assigned, or count impressions."
        )
    return [
        replace(key, count=Count(1, min(counts[1], 1)))
        for key, counts in told.items()
        if (key.test, key.unit) not in crossed
    ]
