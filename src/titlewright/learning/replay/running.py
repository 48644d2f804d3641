"""Running policies over tests: all tests at once, in batches of impressions.

Within a batch a policy's shares stay as they are; a batch is a hundredth of a test's impressions
unless told otherwise. Policies that sample count their shares over few draws, anew in each batch;
top-two Thompson over more, as each title's chance of half a draw would else cost it much.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from titlewright.errors import LearningError
from titlewright.learning.policies.base import Arms, CountingPolicy
from titlewright.learning.records import Title
from titlewright.learning.replay.reading import Test

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

BATCHES = 100
_POOLED = (4, 16, 64)  # batches after which policies learn from all tests at once


@dataclass(frozen=True, slots=True)
class Replayed:
    """What one policy got, by seed and test.

    clicks    [S, T] expected clicks: impressions of each title times its rate
    on_best   [S, T] share of the impressions on the title (or titles) with the highest rate
    uniform   [T] expected clicks where all titles are shown equally
    best      [T] expected clicks where the best title is always shown
    """

    clicks: Array
    on_best: Array
    uniform: Array
    best: Array

    @property
    def gain(self) -> Array:
        """[S] clicks of all tests over uniform's, less 1."""
        return np.asarray(self.clicks.sum(axis=1) / self.uniform.sum() - 1)

    @property
    def regret(self) -> Array:
        """[S] clicks a test that the best title would have brought besides."""
        return np.asarray((self.best - self.clicks).mean(axis=1))


def replay(
    tests: Sequence[Test],
    make: Callable[[], CountingPolicy],
    impressions: int,
    *,
    seeds: int = 5,
    batches: int = BATCHES,
    seed: int = 0,
) -> Replayed:
    """Run a policy, made anew for each seed, over `impressions` of every test.

    Raises LearningError without tests, or where impressions, seeds or batches make no sense.
    """
    if not tests:
        raise LearningError("There are no tests to replay. Give at least one with two titles.")
    if not 1 <= batches <= impressions or seeds < 1:
        raise LearningError(
            f"{impressions} impressions in {batches} batches with {seeds} seeds can't be replayed. "
            "Give one seed at least, and no more batches than impressions."
        )
    clicks, on_best = np.zeros((2, seeds, len(tests)))
    groups = _groups(tests)
    for run in range(seeds):
        rng = np.random.default_rng([seed, run])
        shown = _shown(groups, make(), impressions, batches, rng)
        for group, counts in zip(groups, shown, strict=True):
            clicks[run, group.places] = (counts * group.rates).sum(axis=1)
            on_best[run, group.places] = (counts * group.best).sum(axis=1) / impressions
    uniform, best = np.zeros((2, len(tests)))
    for group in groups:
        uniform[group.places] = impressions * group.rates.mean(axis=1)
        best[group.places] = impressions * group.rates.max(axis=1)
    return Replayed(clicks, on_best, uniform, best)


@dataclass(frozen=True, slots=True)
class _Group:
    """Tests with the same number of titles K: places [T] among all, titles [T][K], rates [T, K],
    best [T, K] whether a title has the highest rate."""

    places: NDArray[np.int64]
    titles: list[list[Title]]
    rates: Array
    best: NDArray[np.bool_]


def _groups(tests: Sequence[Test]) -> list[_Group]:
    found = []
    for size in sorted({len(test.titles) for test in tests}):
        places = np.array([at for at, test in enumerate(tests) if len(test.titles) == size])
        rates = np.array([tests[at].rates for at in places])
        titles = [
            [Title(str(place), test.name, text, test.category)
             for place, text in enumerate(test.titles)]
            for test in (tests[at] for at in places)
        ]  # fmt: skip
        found.append(_Group(places, titles, rates, rates == rates.max(axis=1, keepdims=True)))
    return found


def _shown(
    groups: Sequence[_Group],
    policy: CountingPolicy,
    impressions: int,
    batches: int,
    rng: np.random.Generator,
) -> list[Array]:
    """Impressions of each title, [T, K] for each group."""
    tables = [
        Arms(
            one.titles,
            np.zeros(one.rates.shape),
            np.zeros(one.rates.shape),
            draws=policy.fewest_draws,
        )
        for one in groups
    ]
    sizes = np.diff(np.linspace(0, impressions, batches + 1).round().astype(int))
    for number, size in enumerate(sizes):
        if number in _POOLED:
            policy.pool(tables)
        for group, arms in zip(groups, tables, strict=True):
            shares = policy.floored(policy.shares(arms, rng))
            counts = rng.multinomial(size, shares)
            arms.shown[...] += counts
            arms.won[...] += rng.binomial(counts, group.rates)
    return [arms.shown for arms in tables]
