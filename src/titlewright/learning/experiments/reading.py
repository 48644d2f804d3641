"""Counts or values of an experiment read from a table: counts themselves, values, or events.

Counts have a column `arm`, `impressions` and `clicks` (or `carts`, `purchases`); perhaps `test` (or
`product_id`), a unit, and segments. Values have a column of their own instead, a row for each
shopper (or whatever was assigned), perhaps with what they were before. Events are those of
records.Event: one row each with `kind`; outcomes are joined to their impressions, an event that
comes twice counts once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

from titlewright.errors import FeedError, LearningError
from titlewright.learning.experiments.counts import Count
from titlewright.learning.experiments.findings import Cell, Worth
from titlewright.learning.joining import join
from titlewright.learning.tables import Row, column_of, count_of, number_of, read_rows, text_of

_ARMS = ("arm", "title_id", "title")
_PRODUCTS = ("product_id", "id")
_TESTS = ("test", *_PRODUCTS)
SHOPPERS = ("who", "user")  # units that count once each
_HEAD = 1000  # rows that show which columns there are: JSON lines may leave some out
_CROSSED = 0.01  # share of shoppers with two keys or devices that is let pass


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns say what. "" takes the first that is there: of arm, title_id, title for the
    arm; of test, product_id, id for the test, else all is one test.

    unit      what was assigned, such as product_id or who; "" for impressions
    segments  columns to break down by; whoever is in several segments counts in each
    value     what is compared instead of clicks, such as money; "" for clicks, or what events say
    before    the same, or anything else, of the unit before the experiment began
    """

    arm: str = ""
    test: str = ""
    unit: str = ""
    segments: tuple[str, ...] = ()
    value: str = ""
    before: str = ""


def read_cells(path: Path, columns: Columns | None = None, *, goal: str = "click") -> list[Cell]:
    """The counts or values in a table; each shopper is one cell where they are the unit.

    goal  what counts as success: "click", "cart" or "purchase"; in events "revenue" for values

    Raises FeedError where columns are missing or a value makes no sense, LearningError for counts
    that can't be.
    """
    columns, events, every = _opened(path, columns or Columns())
    if events and columns.value:
        raise FeedError(
            f"{path} holds events, whose values aren't in a column by shopper. Leave --value and "
            "ask for --goal revenue."
        )
    if columns.before and not columns.value and not (events and goal == "revenue"):
        raise FeedError(
            f"{columns.before} (--before) takes noise off values only. Name these (--value), or "
            "leave it."
        )
    if events:
        return _events(every, columns, goal)
    if columns.value:
        return list(_values(every, columns))
    counted = column_of(goal)
    cells = [_cell(columns, row, _count(row, where, counted), where) for where, row in every]
    return _by_unit(cells) if columns.unit in SHOPPERS else cells


def read_winners(
    path: Path, columns: Columns | None, won: Collection[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Product and title of every row whose test and arm are among those that won.

    Raises FeedError where the table doesn't say both, or a product has two titles.
    """
    asked = columns or Columns()
    columns, events, every = _opened(path, asked)
    own = events or columns.value  # an id is then the event's own, or the shopper's
    products = [name for name in (*_PRODUCTS, asked.test) if not (own and name == "id")]
    found: dict[str, str] = {}
    for where, row in every:
        test = text_of(row, columns.test) if columns.test else ""
        if (test, text_of(row, columns.arm)) not in won:
            continue
        if events and text_of(row, "kind") != "impression":
            continue
        product = next((told for name in products if (told := text_of(row, name))), "")
        title = text_of(row, "title")
        if not (product and title):
            raise FeedError(
                f"{where}: winners are titles of products. Give {' or '.join(_PRODUCTS)}, and "
                f"title, in each row. It has {', '.join(row)}."
            )
        if found.setdefault(product, title) != title:
            raise FeedError(f"{where}: product {product!r} won with another title, too.")
    return list(found.items())


def _opened(path: Path, columns: Columns) -> tuple[Columns, bool, Iterator[tuple[str, Row]]]:
    """The columns as found in the table, whether it holds events, and its rows."""
    rows = read_rows(path)
    head = list(islice(rows, _HEAD))
    there = dict.fromkeys(name for _, row in head for name in row)
    events = "kind" in there
    return _found(columns, path, tuple(there), events=events), events, chain(head, rows)


def _found(columns: Columns, path: Path, there: tuple[str, ...], *, events: bool) -> Columns:
    """The columns with the arm's and the test's named. Raises FeedError where one isn't there."""
    if not there:
        raise FeedError(f"{path} holds no rows.")
    asked = (columns.arm, columns.test, columns.unit, *columns.segments, columns.value,
             columns.before)  # fmt: skip
    if missing := [name for name in asked if name and name not in there]:
        raise FeedError(f"{path} has no column {missing[0]!r}. It has {', '.join(there)}.")
    arm = columns.arm or next((name for name in _ARMS if name in there), "")
    # where products or clusters were assigned, they are the units of one test, not tests themselves
    possible = _TESTS if columns.unit in ("", *SHOPPERS) else _TESTS[:1]
    tests = [name for name in possible if name in there and name != arm]
    if not arm or not (events or columns.value or {"impressions", "clicks"} <= set(there)):
        raise FeedError(
            f"{path} needs a column for the arm ({', '.join(_ARMS)}), and impressions and clicks, "
            f"a value (--value), or events with their kind. It has {', '.join(there)}."
        )
    if (events or columns.value) and "id" in tests:
        tests.remove("id")  # the event's own, or the shopper's
    test = columns.test or next(iter(tests), "")
    return replace(columns, arm=arm, test=test)


def _count(row: Row, where: str, column: str) -> Count:
    return Count(count_of(row, "impressions", where), count_of(row, column, where))


def _cell(columns: Columns, row: Row, count: Count, where: str) -> Cell:
    arm = text_of(row, columns.arm)
    if not arm:
        raise FeedError(f"{where}: {columns.arm} is empty. Every row names its arm.")
    return Cell(
        text_of(row, columns.test) if columns.test else "",
        arm,
        count,
        tuple((name, one) for name in columns.segments for one in _groups(row, name)),
        text_of(row, columns.unit) if columns.unit else "",
    )


def _groups(row: Row, column: str) -> list[str]:
    """The segments that a cell names: a list, or text with "|" between them."""
    told = row.get(column)
    several = told if isinstance(told, list) else text_of(row, column).split("|")
    return [name for one in several if (name := str(one).strip())] or ["(none)"]


def _worth(columns: Columns, row: Row, value: float, where: str) -> Worth:
    return Worth(value, number_of(row, columns.before, where) if columns.before else None)


def _values(rows: Iterator[tuple[str, Row]], columns: Columns) -> Iterator[Cell]:
    """A cell for each row. Raises FeedError where a unit comes twice."""
    seen: set[tuple[str, str]] = set()
    for where, row in rows:
        cell = _cell(columns, row, Count(1, 0), where)
        if columns.unit:
            if (cell.test, cell.unit) in seen:
                raise FeedError(
                    f"{where}: {columns.unit} {cell.unit!r} stands there twice. Add its rows up: "
                    "values are compared by unit."
                )
            seen.add((cell.test, cell.unit))
        value = number_of(row, columns.value, where)
        yield replace(
            cell, count=Count(1, int(value > 0)), worth=_worth(columns, row, value, where)
        )


def _events(rows: Iterator[tuple[str, Row]], columns: Columns, goal: str) -> list[Cell]:
    """One cell for each test, arm, unit and segments; of values one for each unit."""
    found = [
        (_cell(columns, one.row, Count(1, int(one.reached)), one.where), one)
        for one in join(rows, goal)
    ]
    if goal == "revenue":
        cells = [
            replace(cell, worth=_worth(columns, one.row, sum(one.earned), one.where))
            for cell, one in found
        ]
        return _by_unit(cells) if columns.unit else cells
    told: dict[Cell, Count] = {}
    for cell, _ in found:
        key = replace(cell, count=Count(0, 0))
        told[key] = told.get(key, Count(0, 0)) + cell.count
    cells = [replace(key, count=count) for key, count in told.items()]
    return _by_unit(cells) if columns.unit in SHOPPERS else cells


def _by_unit(cells: Sequence[Cell]) -> list[Cell]:
    """Each unit once, with all that it brought; nobody known and the few that saw two arms are
    left out."""
    saw: dict[tuple[str, str], list[Cell]] = {}
    for cell in cells:
        if cell.unit and cell.count.impressions:
            saw.setdefault((cell.test, cell.unit), []).append(cell)
    if not saw:
        raise FeedError("No impression says who saw it: name another unit, or count impressions.")
    whole = [some for some in saw.values() if len({cell.arm for cell in some}) == 1]
    if (crossed := len(saw) - len(whole)) > _CROSSED * len(saw):
        raise LearningError(
            f"{crossed} of {len(saw)} shoppers or other units saw more than one arm: something "
            "else was assigned. Name its column, or count impressions."
        )
    return [_united(some) for some in whole]


def _united(cells: Sequence[Cell]) -> Cell:
    first = cells[0]
    worth = first.worth and Worth(
        sum(cell.worth.value for cell in cells if cell.worth), first.worth.before
    )
    return replace(first, count=Count(1, int(any(c.count.clicks for c in cells))), worth=worth)
