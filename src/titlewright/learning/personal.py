"""Titles chosen for an audience: what its segments do is pooled towards what everybody does.

Each title has a belief for everybody: Beta of its clicks. A segment moves it by a factor, 1 at
first: clicks of the segment are Poisson with what everybody's rate would give, times the factor,
and the factor is Gamma around 1 with a width learnt from all segments and titles (DerSimonian and
Laird's moments, 1986, "Meta-analysis in clinical trials", Controlled Clinical Trials 7:177-188). So
a segment that is like the rest is treated like the rest, and one that isn't has its own titles.
That a segment clicks more on a whole product is no taste for one of its titles, and is left out.
Shown is a title as often as it is believed to be best (Thompson sampling).

A segment counts once enough different shoppers were seen in it; until then, and for those of whom
nothing is known, everybody's belief decides. An audience chooses among titles that are there, true
and allowed as they are: nothing of it is written anywhere. See `learning.asking` for new titles.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from titlewright.errors import LearningError
from titlewright.learning.policies.base import (
    drawn,
    floored,
    product_of,
    share_option,
    times_best,
    with_a_chance,
)
from titlewright.learning.records import Audience, Choice, Event, Title
from titlewright.learning.tallies import Remembered
from titlewright.learning.words.features import Shown

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    Floats = NDArray[Any]

SMALLEST = 100  # different shoppers of a segment that has titles of its own
GOALS = ("click", "cart", "purchase")
_DRAWS = 400  # of the beliefs, from which shares are counted
_WIDEST, _NARROWEST = 2.0, 10_000.0  # of the Gamma: how many clicks the factor 1 is worth
_GROWN = 1.1  # by so much more events the width is learnt anew
Arm = tuple[str, str]  # product and title


class Personal:
    """A policy that looks at who looks; see records.Policy.

    smallest  different shoppers below which a segment is treated as everybody
    prior     Beta of a title's click rate before it was shown
    floor     share of traffic that all titles get evenly, so that what is logged can be evaluated
    cuts      features that make segments: {"price_band": (0.3, 0.7)} makes "price_band 0" to
              "price_band 2". Features that aren't named here are ignored
    goal      what counts: "click", "cart" or "purchase"
    memory    how many impressions are remembered, for what is told of them twice or late; what
              comes later still counts for everybody, and for no segment

    Raises LearningError where an option makes no sense.
    """

    name = "personal"

    def __init__(
        self, *, smallest: int = SMALLEST, prior: tuple[float, float] = (1.0, 70.0),
        floor: float = 0.02, cuts: Mapping[str, Sequence[float]] | None = None,
        goal: str = "click", memory: int = 100_000,
    ) -> None:  # fmt: skip
        share_option("floor", floor)
        if smallest < 2:
            raise LearningError(f"smallest {smallest!r} is too little. Give 2 shoppers or more.")
        if len(prior) != 2 or not all(math.isfinite(one) and one > 0 for one in prior):
            raise LearningError(
                f"prior {prior!r} is no Beta prior. Give two numbers above 0, as in (1, 70)."
            )
        if goal not in GOALS:
            raise LearningError(f"Goal {goal!r} is unknown. Goals are {', '.join(GOALS)}.")
        self.smallest, self.prior, self.floor, self.goal = smallest, prior, floor, goal
        self.cuts = {name: tuple(sorted(some)) for name, some in (cuts or {}).items()}
        self.narrowness = _NARROWEST
        self._everybody: dict[Arm, list[int]] = defaultdict(lambda: [0, 0])  # shown, clicked
        self._parts: dict[str, dict[Arm, list[int]]] = defaultdict(
            lambda: defaultdict(lambda: [0, 0])
        )
        # who was seen in a segment, forgotten as soon as they are enough
        self._shoppers: dict[str, set[str] | None] = defaultdict(set)
        self._memory = memory
        self._seen = Remembered(memory)  # impressions
        self._clicked = Remembered(memory)  # impressions that led to something
        self._impressions: dict[str, tuple[Arm, tuple[str, ...]]] = {}
        self._early: dict[str, None] = {}  # impressions that were clicked before they were told
        self._told = self._learnt_at = 0  # impressions

    def segments(self, audience: Audience) -> tuple[str, ...]:
        """The segments of an audience, told and made of features."""
        return _segments(audience.segments, audience.features, self.cuts)

    def is_large(self, segment: str) -> bool:
        """Whether enough different shoppers were seen in a segment."""
        return segment in self._shoppers and self._shoppers[segment] is None

    def large_segments(self) -> list[str]:
        """Segments in which enough different shoppers were seen, the most shown first."""
        shown = {
            segment: sum(count for count, _ in parts.values())
            for segment, parts in self._parts.items()
            if self.is_large(segment)
        }
        return sorted(filter(None, shown), key=lambda segment: (-shown[segment], segment))

    def impressions(self, title: Title) -> int:
        """How often a title was shown to anybody."""
        return self._everybody.get((title.product_id, title.id), [0])[0]

    def choose(self, titles: Sequence[Title], audience: Audience, rng: Generator) -> Choice:
        """A title with the probability of that, exact. Raises LearningError without any."""
        shares = self.propensities(titles, audience, rng).tolist()
        return drawn(titles, shares, list(accumulate(shares)), rng)

    def propensities(self, titles: Sequence[Title], audience: Audience, rng: Generator) -> Floats:
        """The share of traffic of each title for this audience, [titles], by draws made anew."""
        product = product_of(titles)
        arms = [(product, title.id) for title in titles]
        counts = _counted(self._everybody, arms)
        shape = (_DRAWS, len(arms))
        likes = rng.beta(
            self.prior[0] + counts[:, 1], self.prior[1] + counts[:, 0] - counts[:, 1], shape
        )
        for segment in filter(self.is_large, self.segments(audience)):
            clicked, expected = self._cells(segment, arms)
            likes *= rng.gamma(self.narrowness + clicked, 1 / (self.narrowness + expected), shape)
        best = with_a_chance(times_best(likes.T[None]), _DRAWS)
        shares: Floats = floored(best, self.floor)[0]
        return shares

    def update(self, events: Sequence[Event]) -> None:
        """Learn from events in any order; the same impression or click again changes nothing."""
        for event in events:
            if event.kind == "impression" and self._seen.add(event.id):
                self._show(event)
            elif event.kind == self.goal and self._clicked.add(event.impression or event.id):
                self._succeed(event)
        if self._told > _GROWN * self._learnt_at:
            self._learnt_at = self._told
            self.narrowness = self._learn()

    def shown(self, titles: Iterable[Title]) -> list[Shown]:
        """What came of these titles in each segment that is large enough, and among those who are
        in none ("", as a category of words), for learn_words."""
        found = []
        for title in titles:
            for segment, parts in self._parts.items():
                counts = parts.get((title.product_id, title.id))
                if counts and (not segment or self.is_large(segment)):
                    shown, clicked = counts
                    found.append(Shown(title.product_id, title.text, max(shown, clicked), clicked,
                                       segment))  # fmt: skip
        return found

    def shown_to_all(self, titles: Iterable[Title]) -> list[Shown]:
        """What came of these titles, each impression once, however many segments it was of."""
        found = []
        for title in titles:
            if counts := self._everybody.get((title.product_id, title.id)):
                shown, clicked = counts
                found.append(Shown(title.product_id, title.text, max(shown, clicked), clicked))
        return found

    def _show(self, event: Event) -> None:
        arm = (event.product_id, event.title_id)
        segments = _segments(event.segments, event.features, self.cuts) or ("",)
        self._told += 1
        self._impressions[event.id] = arm, segments
        if len(self._impressions) > self._memory:
            self._impressions.pop(next(iter(self._impressions)))
        self._everybody[arm][0] += 1
        for segment in segments:
            self._parts[segment][arm][0] += 1
            seen = self._shoppers[segment]
            if seen is not None and event.who:
                seen.add(event.who)
                if len(seen) >= self.smallest:
                    self._shoppers[segment] = None
        if event.id in self._early:
            del self._early[event.id]
            self._click(arm, segments)

    def _succeed(self, event: Event) -> None:
        """A success counts for everybody at once, and for the segments of its impression when that
        is told; without one, for its own."""
        arm = (event.product_id, event.title_id)
        self._everybody[arm][1] += 1
        if known := self._impressions.get(event.impression):
            self._click(*known)
        elif event.impression:
            self._early[event.impression] = None
            if len(self._early) > self._memory:
                self._early.pop(next(iter(self._early)))
        else:
            self._click(arm, _segments(event.segments, event.features, self.cuts))

    def _click(self, arm: Arm, segments: tuple[str, ...]) -> None:
        for segment in segments:
            self._parts[segment][arm][1] += 1

    def _cells(self, segment: str, arms: Sequence[Arm]) -> tuple[Floats, Floats]:
        """Clicks of a segment on each title of a product, and those that everybody's rates would
        give, scaled to as many in all; both [titles]."""
        counts = _counted(self._parts[segment], arms)
        everybody = _counted(self._everybody, arms)
        rates = (self.prior[0] + everybody[:, 1]) / (sum(self.prior) + everybody[:, 0])
        expected = counts[:, 0] * rates
        clicked = counts[:, 1].astype(float)
        if expected.sum():
            expected *= clicked.sum() / expected.sum()
        return clicked, expected

    def _learn(self) -> float:
        """How many clicks the factor 1 is worth, from how far segments are from everybody."""
        import numpy as np

        surplus = weight = freedom = 0.0
        for segment, counts in self._parts.items():
            if not self.is_large(segment):
                continue
            products: dict[str, list[Arm]] = defaultdict(list)
            for arm in counts:
                products[arm[0]].append(arm)
            for arms in products.values():
                clicked, expected = self._cells(segment, arms)
                told = expected > 0
                if told.sum() < 2:
                    continue
                clicked, expected = clicked[told], expected[told]
                surplus += float(((clicked - expected) ** 2 / expected).sum()) - (told.sum() - 1)
                freedom += float(told.sum() - 1)
                weight += float(expected.sum() - (expected**2).sum() / expected.sum())
        # less one standard error of chi-square, so that chance isn't taken for taste
        spread = (surplus - (2 * freedom) ** 0.5) / weight if weight else 0.0
        return float(np.clip(1 / spread, _WIDEST, _NARROWEST)) if spread > 0 else _NARROWEST


def _counted(counts: Mapping[Arm, Sequence[int]], arms: Sequence[Arm]) -> Floats:
    """[titles, 2] how often titles were shown, as often as clicked at least, and clicked."""
    import numpy as np

    found = np.array([counts.get(arm, (0, 0)) for arm in arms])
    found[:, 0] = found.max(axis=1)
    return found


def _segments(
    told: Sequence[str], features: Mapping[str, float], cuts: Mapping[str, Sequence[float]]
) -> tuple[str, ...]:
    made = (
        f"{name} {sum(features[name] >= cut for cut in some)}"
        for name, some in sorted(cuts.items())
        if name in features
    )
    return tuple(dict.fromkeys([*told, *made]))
