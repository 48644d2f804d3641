"""Events in a table joined: each impression once, with what came of it, in the order of the table.

For analyses that read files. The store counts in its database: learning.store.counting.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from titlewright.errors import FeedError
from titlewright.learning.tables import Row, number_of, text_of
from titlewright.learning.tallies import GOALS


@dataclass(slots=True)
class Impression:
    """An impression's row, where it stands, and what each of its outcomes earned.

    A click, cart or purchase earns 1; where the goal is revenue, a purchase earns its value.
    """

    where: str
    row: Row
    earned: list[float] = field(default_factory=list)

    @property
    def reached(self) -> bool:
        """Whether it led to the goal, once or more."""
        return bool(self.earned)


def join(rows: Iterable[tuple[str, Row]], goal: str) -> list[Impression]:
    """Impressions with the outcomes that name them; an event that comes twice counts once.

    goal  "click", "cart", "purchase" or "revenue"

    Raises FeedError for another goal, an event without an id, a value that is no number, and where
    there is no impression.
    """
    if goal not in GOALS:
        raise FeedError(f"The goal {goal!r} isn't counted. Choose {', '.join(GOALS)}.")
    wanted = "purchase" if goal == "revenue" else goal
    shown: dict[str, Impression] = {}
    outcomes: dict[str, tuple[str, float]] = {}  # by their id: impression and what it earned
    for where, row in rows:
        kind, name = text_of(row, "kind"), text_of(row, "id")
        if not name:
            raise FeedError(f"{where}: the event has no id.")
        if kind == "impression":
            shown.setdefault(name, Impression(where, row))
        elif kind == wanted and name not in outcomes:
            earned = number_of(row, "value", where) if goal == "revenue" else 1.0
            outcomes[name] = text_of(row, "impression"), earned
    if not shown:
        raise FeedError("There is no impression among the events, so nothing to compare.")
    for impression, earned in outcomes.values():
        if impression in shown:
            shown[impression].earned.append(earned)
    return list(shown.values())
