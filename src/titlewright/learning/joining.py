"""Events in a table joined: each impression once, with what came of it, in the order of the table.

For analyses that read files. The store counts in its database: learning.store.counting.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from titlewright.errors import FeedError
from titlewright.learning.records import KINDS
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

    An outcome that names no impression, or one that isn't there, tells nothing about any title and
    is left out. Raises FeedError for another goal, an event without an id or of another kind, a
    value that is no amount, where there is no impression, and where no outcome names one.
    """
    if goal not in GOALS:
        raise FeedError(f"The goal {goal!r} isn't counted. Choose {', '.join(GOALS)}.")
    wanted = "purchase" if goal == "revenue" else goal
    shown: dict[str, Impression] = {}
    outcomes: dict[str, tuple[str, float]] = {}  # by their id: impression and what it earned
    for where, row in rows:
        kind, name = text_of(row, "kind").casefold(), text_of(row, "id")
        if not name:
            raise FeedError(f"{where}: the event has no id.")
        if kind not in KINDS:
            raise FeedError(f"{where}: the kind {kind!r} is unknown. Kinds are {', '.join(KINDS)}.")
        if kind == "impression":
            shown.setdefault(name, Impression(where, row))
        elif kind == wanted and name not in outcomes:
            earned = number_of(row, "value", where) if goal == "revenue" else 1.0
            if earned < 0:
                raise FeedError(f"{where}: a purchase can't be worth {earned:g}.")
            outcomes[name] = text_of(row, "impression"), earned
    if not shown:
        raise FeedError("There is no impression among the events, so nothing to compare.")
    if outcomes and not any(impression for impression, _ in outcomes.values()):
        raise FeedError(f"No {wanted} names its impression: what each was of can't be told.")
    for impression, earned in outcomes.values():
        if impression in shown:
            shown[impression].earned.append(earned)
    return list(shown.values())
