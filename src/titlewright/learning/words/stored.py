"""Titles with their counts from the store of events, busy and quiet days made alike.

Titles come and go, and so do seasons: a word that is new in December isn't what made people buy.
What a day does to click rates is taken out by the titles that were shown on several days: clicks of
a title on a day are Poisson with impressions times the title's rate times the day's factor, fitted
by proportional scaling (Deming and Stephan 1940, "On a least squares adjustment of a sampled
frequency table", Annals of Mathematical Statistics 11:427-444). Where no title bridges two days,
nothing can tell them apart, and both count as they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from titlewright.learning.records import Title
from titlewright.learning.store import Counts, EventStore, choose_source
from titlewright.learning.words.features import Shown

_HELD = 20.0  # clicks on the side of "a day like others"
_ROUNDS = 50
_PRODUCTS = 20  # with titles that were shown, for a category to be looked at by itself
_COUNTED = {"click": "clicks", "cart": "carts", "purchase": "purchases"}


def stored_words(
    store: EventStore, *, source: str = "", goal: str = "click", start: float = 0.0,
    end: float = float("inf"),
) -> list[Shown]:  # fmt: skip
    """The titles of one source ("" for the one with most impressions), from `start` and before
    `end` in seconds since 1970; `goal` is "click", "cart" or "purchase".

    Raises LearningError where nothing was recorded, or nothing of that source.
    """
    counts = store.counts(start, end, by=["day", "source"])
    chosen, _ = choose_source(counts, source)
    return shown_words([one for one in counts if one.source == chosen], store.titles(), goal)


def shown_words(
    counts: Sequence[Counts], titles: Iterable[Title], goal: str = "click"
) -> list[Shown]:
    """Counts by title and day beside what the titles say, impressions as of a usual day."""
    known = {(one.product_id, one.id): one for one in titles if one.text}
    told = [one for one in counts if (one.product_id, one.title_id) in known and one.impressions]
    if not told:
        return []
    arms = list(dict.fromkeys((one.product_id, one.title_id) for one in told))
    place = {arm: at for at, arm in enumerate(arms)}
    rows = np.array([place[one.product_id, one.title_id] for one in told])
    _, days = np.unique([one.day for one in told], return_inverse=True)
    shown = np.array([float(one.impressions) for one in told])
    won = np.minimum([float(getattr(one, _COUNTED[goal])) for one in told], shown)
    usual = np.bincount(rows, shown * _factors(rows, days, shown, won)[days])
    wins = np.bincount(rows, won)
    categories = _categories(known[arm] for arm in arms)
    return [
        Shown(arm[0], known[arm].text, max(round(usual[at]), round(wins[at])), round(wins[at]),
              categories.get(arm[0], ""))
        for arm, at in place.items()
    ]  # fmt: skip


def _factors(rows: np.ndarray, days: np.ndarray, shown: np.ndarray, won: np.ndarray) -> np.ndarray:
    """What each day does to click rates, 1 in the mean over impressions, [days]."""
    factors = np.ones(days.max() + 1)
    clicks = np.bincount(rows, won)
    for _ in range(_ROUNDS):
        rates = clicks / np.bincount(rows, shown * factors[days])
        expected = np.bincount(days, shown * rates[rows])
        factors = (np.bincount(days, won) + _HELD) / (expected + _HELD)
        factors /= np.average(factors[days], weights=shown)
    return factors


def _categories(titles: Iterable[Title]) -> Mapping[str, str]:
    """Of each product the finest part of its category that enough products share."""
    paths: dict[str, tuple[str, ...]] = {}
    for title in titles:  # not every title of a product need say where it belongs
        paths[title.product_id] = max(paths.get(title.product_id, ()), title.category, key=len)
    parts = {
        product: [path[:depth] for depth in range(1, len(path) + 1)]
        for product, path in paths.items()
    }
    sizes = Counter(part for some in parts.values() for part in some)
    return {
        product: " > ".join(next((part for part in reversed(some) if sizes[part] >= _PRODUCTS), ()))
        for product, some in parts.items()
    }
