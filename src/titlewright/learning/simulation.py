"""A shop whose shoppers are simulated, and whose truth is therefore known.

Whether a title is clicked: ln odds = the product's base + what its words are worth + what they are
worth to the shopper's segment + drift + position, the sum of the parts. A click leads to a purchase
with a fixed probability. Clicks and purchases come after exponential delays. Everything that comes
of this is simulated: it tells whether methods work, not what people like.
"""

from __future__ import annotations

import heapq
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from titlewright.errors import LearningError
from titlewright.learning.records import Audience, Choice, Event, Kind, Title

if TYPE_CHECKING:
    from numpy.random import Generator

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Taste:
    """What shoppers are like. Values are in ln odds where nothing else is said.

    base        of a click on a title without any known word, at the first position
    words       what a word in the title adds, by the word in lower case
    products    what a product's own appeal adds, by its id
    segments    what a word adds for shoppers of a segment: {"mobile": {"mini": 0.5}}
    traffic     shares of segments among shoppers, in sum at most 1; the rest are in none
    position    added for each position below the first, such as -0.3
    drift       {word: size}: a word's worth swings by this, once up and down in `season` seconds
    season      seconds
    pace        shoppers a second
    click_delay, purchase_delay   mean seconds, 0 for at once
    purchases   probability of a purchase after a click
    price       mean value of a purchase; single ones differ by a third, roughly
    """

    base: float = -4.0
    words: Mapping[str, float] = field(default_factory=dict)
    products: Mapping[str, float] = field(default_factory=dict)
    segments: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    traffic: Mapping[str, float] = field(default_factory=dict)
    position: float = 0.0
    drift: Mapping[str, float] = field(default_factory=dict)
    season: float = 7 * 86_400.0
    pace: float = 1.0
    click_delay: float = 0.0
    purchase_delay: float = 0.0
    purchases: float = 0.05
    price: float = 30.0

    def __post_init__(self) -> None:
        wrong = {
            "traffic": not all(share >= 0 for share in self.traffic.values())
            or sum(self.traffic.values()) > 1 + 1e-9,
            "purchases": not 0 <= self.purchases <= 1,
            "pace": not self.pace > 0,
            "season": not self.season > 0,
            "click_delay": not self.click_delay >= 0,
            "purchase_delay": not self.purchase_delay >= 0,
            "price": not self.price > 0,
        }
        for name, is_wrong in wrong.items():
            if is_wrong:
                raise LearningError(
                    f"Shoppers with {name} {getattr(self, name)!r} can't be simulated. Shares are "
                    "from 0 to 1, pace, season and price above 0, delays from 0."
                )


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower()))


class Shop:
    """Simulated shoppers, one after the other; all chance comes from `rng`.

    A visit: `visit()` says who comes and when; something chooses; `show(...)` tells the impression
    and what is due by then. `rest()` tells what is still to come, at the end.
    """

    def __init__(self, taste: Taste, rng: Generator, *, start: float = 0.0) -> None:
        self.taste = taste
        self.now = start
        self.shown = 0
        self._rng = rng
        self._start = start
        self._due: list[tuple[float, int, Event]] = []
        self._told = 0

    def visit(self) -> Audience:
        """The next shopper, `now` being moved to when they come."""
        self.now += float(self._rng.exponential(1 / self.taste.pace))
        drawn, running = float(self._rng.random()), 0.0
        for name, share in self.taste.traffic.items():
            running += share
            if drawn < running:
                return Audience(segments=(name,), features={name: 1.0})
        return Audience()

    def click_probability(
        self, title: Title, audience: Audience, *, position: int = 0, time: float | None = None
    ) -> float:
        """The truth about one impression, at `time`, or now."""
        taste = self.taste
        season = 2 * math.pi * ((self.now if time is None else time) - self._start) / taste.season
        odds = taste.base + taste.products.get(title.product_id, 0.0) + taste.position * position
        for word in _words(title.text):
            odds += taste.words.get(word, 0.0)
            odds += taste.drift.get(word, 0.0) * math.sin(season)
            odds += sum(taste.segments.get(one, {}).get(word, 0.0) for one in audience.segments)
        return 1 / (1 + math.exp(-odds))

    def show(
        self,
        choice: Choice,
        titles: Sequence[Title],
        audience: Audience,
        *,
        policy: str = "",
        position: int = 0,
    ) -> list[Event]:
        """The impression, after what came due before it."""
        title = choice.title
        impression = self._event(
            "impression", title, self.now, policy=policy, propensity=min(choice.propensity, 1.0),
            arms=tuple(one.id for one in titles), segments=audience.segments,
            features=audience.features,
        )  # fmt: skip
        self.shown += 1
        if self._rng.random() < self.click_probability(title, audience, position=position):
            self._clicked(title, impression.id)
        return [*self.due(self.now), impression]

    def due(self, time: float) -> list[Event]:
        """Clicks and purchases that have come by `time`, in their order."""
        found = []
        while self._due and self._due[0][0] <= time:
            found.append(heapq.heappop(self._due)[2])
        return found

    def rest(self) -> list[Event]:
        """All that is still to come."""
        return self.due(math.inf)

    def _clicked(self, title: Title, impression: str) -> None:
        clicked = self.now + self._delay(self.taste.click_delay)
        self._later(self._event("click", title, clicked, impression=impression))
        if self._rng.random() < self.taste.purchases:
            bought = clicked + self._delay(self.taste.purchase_delay)
            value = round(self.taste.price * float(self._rng.gamma(9.0, 1 / 9)), 2)
            self._later(self._event("purchase", title, bought, impression=impression, value=value))

    def _delay(self, mean: float) -> float:
        return float(self._rng.exponential(mean)) if mean else 0.0

    def _later(self, event: Event) -> None:
        heapq.heappush(self._due, (event.time, self._told, event))

    def _event(self, kind: str, title: Title, time: float, **told: object) -> Event:
        self._told += 1
        return Event(
            f"simulated-{self._told}", cast("Kind", kind), time, title.product_id, title.id,
            **told,  # type: ignore[arg-type]
        )  # fmt: skip
