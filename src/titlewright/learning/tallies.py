"""Counts from events: how often each title was shown, and how often that led to what is wanted.

Sums alone are kept, so events may come in any order, and the same event again changes nothing as
long as its id is remembered (the last `memory` ids at least; a store counts for good).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, get_args

from titlewright.errors import LearningError
from titlewright.learning.records import Event, Kind

Goal = Literal["click", "cart", "purchase", "revenue"]
GOALS: tuple[Goal, ...] = get_args(Goal)
_LARGEST = 200.0  # exponent up to which weights may grow before they are scaled anew


class Remembered:
    """The last ids that were added, at least `memory` of them, at most twice as many."""

    def __init__(self, memory: int, ids: Iterable[str] = ()) -> None:
        if memory < 1:
            raise LearningError(f"memory {memory!r} can't be. Give a number of ids, 1 or more.")
        self._memory = memory
        self._new: set[str] = set()
        self._old = set(ids)

    def add(self, name: str) -> bool:
        """Whether it is new."""
        if name in self._new or name in self._old:
            return False
        self._new.add(name)
        if len(self._new) >= self._memory:
            self._old, self._new = self._new, set()
        return True

    def to_json(self) -> list[str]:
        return sorted(self._old | self._new)


class Fading:
    """exp(-rate * age) of things that happened at a time, as sums that never need all of them.

    A sum holds exp(rate * (time - start)); `scale` is what it is multiplied by at a later time.
    """

    def __init__(self, rate: float, start: float | None = None) -> None:
        self.rate = rate
        self.start = start

    def weight(self, time: float) -> float:
        if not self.rate:
            return 1.0
        if self.start is None:
            self.start = time
        return math.exp(min(self.rate * (time - self.start), 2 * _LARGEST))

    def scale(self, now: float) -> float:
        if not self.rate or self.start is None:
            return 1.0
        return math.exp(-self.rate * (now - self.start))

    def outgrown(self, time: float) -> float:
        """By what sums must be multiplied before `time` is added; 1 nearly always."""
        if not self.rate or self.start is None or self.rate * (time - self.start) < _LARGEST:
            return 1.0
        factor, self.start = self.scale(time), time
        return factor


class Tally:
    """Impressions and successes of each title of each product.

    goal       what counts as a success: "click", "cart", "purchase"; with "revenue" a purchase,
               whose value is summed as well
    half_life  seconds after which an event counts half, for tastes that drift; None: all count.
               It goes by the newest event, whose time is believed: the store takes none of the
               far future, which would make all others fade
    delay      mean seconds from an impression to the success that it leads to (exponential, as in
               Chapelle 2014, "Modeling delayed feedback in display advertising"): an impression
               counts by the share of successes that would have come by now; None: at once
    memory     how many event ids are remembered at least

    An impression leads to one success at most. A success without its impression counts.
    """

    def __init__(
        self,
        goal: Goal = "click",
        *,
        half_life: float | None = None,
        delay: float | None = None,
        memory: int = 100_000,
    ) -> None:
        if goal not in GOALS:
            raise LearningError(f"Goal {goal!r} is unknown. Goals are {', '.join(GOALS)}.")
        for name, value in (("half_life", half_life), ("delay", delay)):
            if value is not None and not (math.isfinite(value) and value > 0):
                raise LearningError(f"{name} {value!r} is no time. Give seconds above 0, or None.")
        self.goal = goal
        self.half_life = half_life
        self.delay = delay
        self.memory = memory
        self.now = 0.0
        self._success: Kind = "purchase" if goal == "revenue" else goal
        fade = math.log(2) / half_life if half_life else 0.0
        self._fading = Fading(fade)
        self._waiting = Fading(fade + 1 / delay if delay else 0.0)
        self._seen = Remembered(memory)
        self._rewarded = Remembered(memory)
        # product -> title -> [shown, of it still waiting, won, value], in the units of Fading,
        # and impressions as they are
        self._sums: dict[str, dict[str, list[float]]] = {}
        self.events: dict[str, int] = {}  # product -> events that told something

    def update(self, events: Iterable[Event]) -> None:
        timeless = not self._fading.rate and not self._waiting.rate
        for event in events:
            kind = event.kind
            if (kind != "impression" and kind != self._success) or not self._seen.add(event.id):
                continue
            if event.time > self.now:
                self.now = event.time
            if timeless:
                weight = waiting = 1.0
            else:
                self._make_room(event.time)
                weight, waiting = self._fading.weight(event.time), self._waiting.weight(event.time)
            product = event.product_id
            sums = self._of(product, event.title_id)
            if kind == "impression":
                sums[0] += weight
                sums[1] += waiting
                sums[4] += 1
            else:
                if not event.impression or self._rewarded.add(event.impression):
                    sums[2] += weight
                sums[3] += weight * event.value
            self.events[product] = self.events.get(product, 0) + 1

    def counts(self, product_id: str, titles: Sequence[str]) -> tuple[list[float], ...]:
        """Impressions that can be judged, successes, and value of these, of each title ([K] each).

        Never fewer impressions than successes: those that are missing must have been.
        """
        fade = self._fading.scale(self.now)
        late = self._waiting.scale(self.now) if self.delay else 0.0
        of_product = self._sums.get(product_id, {})
        shown, won, value = [], [], []
        for title in titles:
            sums = of_product.get(title)
            if sums is None:
                shown.append(0.0)
                won.append(0.0)
                value.append(0.0)
                continue
            successes = sums[2] * fade
            shown.append(max(sums[0] * fade - sums[1] * late, successes))
            won.append(successes)
            value.append(sums[3] * fade)
        return shown, won, value

    def impressions(self, product_id: str) -> dict[str, int]:
        """All impressions of each title of a product that events told of, by the title's id."""
        return {title: int(sums[4]) for title, sums in self._sums.get(product_id, {}).items()}

    def to_json(self) -> dict[str, Any]:
        return {
            "now": self.now,
            "starts": [self._fading.start, self._waiting.start],
            "seen": self._seen.to_json(),
            "rewarded": self._rewarded.to_json(),
            "events": dict(self.events),
            "sums": {name: dict(titles) for name, titles in self._sums.items()},
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `to_json` gave. KeyError, TypeError or ValueError where it isn't that."""
        self.now = float(state["now"])
        self._fading.start, self._waiting.start = state["starts"]
        self._seen = Remembered(self.memory, state["seen"])
        self._rewarded = Remembered(self.memory, state["rewarded"])
        self.events = {name: int(count) for name, count in state["events"].items()}
        self._sums = {
            product: {title: [float(one) for one in sums] for title, sums in titles.items()}
            for product, titles in state["sums"].items()
        }

    def _of(self, product: str, title: str) -> list[float]:
        titles = self._sums.get(product)
        if titles is None:
            titles = self._sums[product] = {}
        sums = titles.get(title)
        if sums is None:
            sums = titles[title] = [0.0, 0.0, 0.0, 0.0, 0.0]
        return sums

    def _make_room(self, time: float) -> None:
        fading, waiting = self._fading.outgrown(time), self._waiting.outgrown(time)
        if fading == waiting == 1:
            return
        for titles in self._sums.values():
            for sums in titles.values():
                sums[0] *= fading
                sums[1] *= waiting
                sums[2] *= fading
                sums[3] *= fading
