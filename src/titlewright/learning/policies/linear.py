"""Ridge regression of successes on who looks, one for each title: what linear policies share.

x holds 1, the audience's features and its segments. For each title A = ridge I + sum x x', and
b = sum of x over the impressions that succeeded; theta = A^-1 b (Li et al. 2010, "A
contextual-bandit approach to personalized news article recommendation", algorithm 1, disjoint
models).
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np

from titlewright.errors import LearningError
from titlewright.learning.policies.base import Arms, CountingPolicy, drawn, product_of
from titlewright.learning.records import Audience, Choice, Event, Title
from titlewright.learning.tallies import Remembered

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_LARGEST = 10_000.0  # feature; squares of larger ones would drown all that others tell


class LinearPolicy(CountingPolicy):
    """dimensions  of x, 2 at least: 1 and features by name; further names share places by a hash
    ridge       what a title is believed to have seen of each dimension beforehand, above 0

    Successes wait for their impressions, which alone tell x, so the order of events doesn't matter;
    `memory` impressions and early successes are kept for that. Their half-life and delay aren't
    known to these policies. Features are best between -1 and 1; LearningError for one that isn't
    finite or is beyond 10,000, and of its events none is learnt from.
    """

    def __init__(self, *, dimensions: int = 8, ridge: float = 1.0, **options: Any) -> None:
        super().__init__(**options)
        if self.tally.half_life or self.tally.delay:
            raise LearningError(
                f"{self.name} has no half-life and no delay. Leave them out, or take "
                "prior_thompson."
            )
        if dimensions < 2:
            raise LearningError(f"dimensions {dimensions!r} is too little. Give 2 or more.")
        if not (math.isfinite(ridge) and ridge > 0):
            raise LearningError(f"ridge {ridge!r} can't be. Give a number above 0.")
        self.dimensions = dimensions
        self.ridge = ridge
        self._places: dict[str, int] = {}  # name of a feature -> its place in x
        self._grams: dict[tuple[str, str], Array] = {}  # product and title -> A, [d, d]
        self._sums: dict[tuple[str, str], Array] = {}  # product and title -> b, [d]
        self._solved: dict[tuple[str, str], tuple[Array, Array]] = {}  # -> A^-1 and theta
        # product -> ids on offer and what is believed of them, until the product's next event
        self._stacked: dict[str, tuple[list[str], tuple[Array, Array, Array]]] = {}
        self._shown: dict[str, Array] = {}  # impression -> x
        self._early: dict[str, list[tuple[str, str, float]]] = {}  # impression -> successes
        self._ids = Remembered(self.tally.memory)
        self._paid = Remembered(self.tally.memory)
        self._success = "purchase" if self.tally.goal == "revenue" else self.tally.goal

    @abstractmethod
    def score_shares(self, mean: Array, spread: Array, noise: Array) -> Array:
        """[T, K] shares from [T, K] x'theta, sqrt(x'A^-1 x) and [T, 1] the noise of one reward."""

    def options(self) -> dict[str, Any]:
        return super().options() | {"dimensions": self.dimensions, "ridge": self.ridge}

    def shares(self, arms: Arms, rng: Generator) -> Array:  # noqa: ARG002
        """For nobody in particular: x is 1 alone, and A the number of impressions."""
        gram = arms.shown + self.ridge
        worth = 1.0 if arms.worth is None else arms.worth
        noise = _noise(arms.won.sum(axis=1), arms.shown.sum(axis=1))[:, None]
        return self.score_shares(arms.won * worth / gram, gram**-0.5, noise)

    def choose(self, titles: Sequence[Title], audience: Audience, rng: Generator) -> Choice:
        shares = self.propensities(titles, audience, rng)
        return drawn(titles, shares, list(accumulate(shares)), rng)

    def propensities(
        self,
        titles: Sequence[Title],
        audience: Audience,
        rng: Generator,  # noqa: ARG002
    ) -> list[float]:
        product_of(titles)
        x = self._context(audience.features, audience.segments)
        inverse, theta, noise = self._believed(titles)
        mean, spread = theta @ x, np.sqrt(np.maximum(inverse @ x @ x, 0))
        found = self.score_shares(mean[None], spread[None], noise)
        shares: list[float] = self.floored(found)[0].tolist()
        return shares

    def update(self, events: Sequence[Event]) -> None:
        contexts = {
            event.id: self._context(event.features, event.segments)
            for event in events
            if event.kind == "impression"
        }
        self.tally.update(events)
        for event in events:
            self._stacked.pop(event.product_id, None)
            if event.kind == "impression" and self._ids.add(event.id):
                self._saw(event, contexts[event.id])
            elif event.kind == self._success and self._ids.add(event.id):
                self._succeeded(event)

    def to_json(self) -> dict[str, Any]:
        keys = list(self._grams)
        return super().to_json() | {
            "places": dict(self._places),
            "arms": [[*key, self._grams[key].tolist(), self._sums[key].tolist()] for key in keys],
            "shown": {name: x.tolist() for name, x in self._shown.items()},
            "early": {name: [list(one) for one in some] for name, some in self._early.items()},
            "ids": self._ids.to_json(),
            "paid": self._paid.to_json(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        super().restore(state)
        self._stacked = {}
        self._places = dict(state["places"])
        for product, title, gram, sums in state["arms"]:
            self._grams[product, title] = np.array(gram)
            self._sums[product, title] = np.array(sums)
        self._shown = {name: np.array(x) for name, x in state["shown"].items()}
        self._early = {
            name: [(product, title, float(value)) for product, title, value in some]
            for name, some in state["early"].items()
        }
        self._ids = Remembered(self.tally.memory, state["ids"])
        self._paid = Remembered(self.tally.memory, state["paid"])

    def _believed(self, titles: Sequence[Title]) -> tuple[Array, Array, Array]:
        """A^-1 [K, d, d] and theta [K, d] of a product's titles, and the noise of one reward."""
        product, ids = titles[0].product_id, [title.id for title in titles]
        known = self._stacked.get(product)
        if known is not None and known[0] == ids:
            return known[1]
        solved = [self._solution((product, name)) for name in ids]
        shown, won, value = self.tally.counts(product, ids)
        noise = _noise(np.array([sum(won)]), np.array([sum(shown)]))[:, None]
        if self.tally.goal == "revenue":
            noise = noise * max(sum(value), 1.0) / max(sum(won), 1.0)
        found = np.array([one for one, _ in solved]), np.array([one for _, one in solved]), noise
        self._stacked[product] = ids, found
        return found

    def _saw(self, event: Event, x: Array) -> None:
        key = event.product_id, event.title_id
        self._arm(key)
        self._grams[key] += x[:, None] * x
        self._solved.pop(key, None)
        self._shown[event.id] = x
        if len(self._shown) > self.tally.memory:
            self._shown.pop(next(iter(self._shown)))
        for product, title, reward in self._early.pop(event.id, ()):
            self._reward((product, title), x, reward)

    def _succeeded(self, event: Event) -> None:
        """Of one impression one success counts, for revenue all of them."""
        reward = event.value if self.tally.goal == "revenue" else 1.0
        if self.tally.goal != "revenue" and not self._paid.add(event.impression or event.id):
            return
        key = event.product_id, event.title_id
        if (x := self._shown.get(event.impression)) is not None:
            self._reward(key, x, reward)
        elif event.impression:
            self._early.setdefault(event.impression, []).append((*key, reward))
            if len(self._early) > self.tally.memory:
                self._early.pop(next(iter(self._early)))

    def _reward(self, key: tuple[str, str], x: Array, reward: float) -> None:
        self._arm(key)
        self._sums[key] += reward * x
        self._solved.pop(key, None)
        self._stacked.pop(key[0], None)

    def _arm(self, key: tuple[str, str]) -> None:
        if key not in self._grams:
            self._grams[key] = self.ridge * np.eye(self.dimensions)
            self._sums[key] = np.zeros(self.dimensions)

    def _solution(self, key: tuple[str, str]) -> tuple[Array, Array]:
        if key not in self._solved:
            self._arm(key)
            inverse: Array = np.linalg.inv(self._grams[key]).astype(np.float64)
            self._solved[key] = inverse, inverse @ self._sums[key]
        return self._solved[key]

    def _context(self, features: Mapping[str, float], segments: Sequence[str]) -> Array:
        x = np.zeros(self.dimensions)
        x[0] = 1.0
        for name, value in features.items():
            if not abs(value) <= _LARGEST:
                raise LearningError(
                    f"The feature {name!r} of {value!r} can't be learnt from. Scale features, "
                    f"best to -1 to 1; none may be beyond {_LARGEST:,.0f}."
                )
            x[self._place(name)] += value
        for name in segments:
            x[self._place(f"segment {name}")] += 1.0
        return x

    def _place(self, name: str) -> int:
        place = self._places.get(name)
        if place is None:
            if len(self._places) + 1 < self.dimensions:
                place = self._places[name] = len(self._places) + 1
            else:
                place = 1 + crc32(name.encode()) % (self.dimensions - 1)
        return place


def _noise(won: Array, shown: Array) -> Array:
    """Standard deviation of one reward at the product's rate, one in fifty before it is known."""
    rate = (won + 1) / (shown + 50)
    return np.asarray(np.sqrt(rate * np.maximum(1 - rate, 0.02)))
