"""The store's counts as figures: totals, lift over time and by segment, each product's titles.

One source at a time: click rates of an ad and of a shop's own page don't compare.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from titlewright.errors import LearningError
from titlewright.learning.audiences import ALL, describe, learn_personal
from titlewright.learning.personal import Personal
from titlewright.learning.records import Audience, Title
from titlewright.learning.results.lift import Lift, Stratum, pooled_lift
from titlewright.learning.results.posteriors import beliefs
from titlewright.learning.store import EVENTS, Counts, EventStore, choose_source
from titlewright.learning.words.effects import learn_words
from titlewright.learning.words.page import word_figures
from titlewright.learning.words.stored import shown_words
from titlewright.records import JsonObject

OUTCOMES = ("clicks", "purchases")
_COUNTED = ("impressions", "clicks", "carts", "purchases", "value", "spend")
_SMALLEST = 100  # impressions of a segment that is shown: fewer say nothing, or too much of someone
Arm = tuple[str, str]  # product and title


@dataclass(frozen=True, slots=True)
class Asked:
    """What is analysed: a source ("" for the one with most impressions), from `start` and before
    `end` in seconds since 1970, the `products` shown most; `seed` draws the probabilities of being
    best."""

    source: str = ""
    start: float = 0.0
    end: float = float("inf")
    products: int = 20
    seed: int = 0


def analyse(store: EventStore, asked: Asked = Asked()) -> JsonObject:
    """The figures. Raises LearningError where nothing was recorded, or nothing of that source."""
    import numpy as np

    every = store.counts(asked.start, asked.end, by=["day", "source"])
    source, sources = choose_source(every, asked.source)
    counts = [one for one in every if one.source == source]
    titles = {(one.product_id, one.id): one for one in store.titles()}
    controls = _controls(counts, titles)
    segments = store.counts(asked.start, asked.end, source=source, by=["day", "segment"])
    rng = np.random.default_rng(asked.seed)
    return {
        "source": source,
        "sources": sources,
        "first_day": min(one.day for one in counts),
        "last_day": max(one.day for one in counts),
        "totals": _sums(counts) | {"products": len({one.product_id for one in counts}),
                                   "titles": len({_arm(one) for one in counts if one.title_id})},
        "lift": _lifts(counts, controls),
        "over_time": _over_time(counts, controls),
        "segments": _segments(segments, controls),
        "products": _products(counts, titles, controls, asked.products, rng),
        "words": _words(counts, titles.values()),
        "audiences": _audiences(store, asked, titles, rng) if source == EVENTS else [],
        "seed": asked.seed,
    }  # fmt: skip


def _words(counts: Sequence[Counts], titles: Iterable[Title]) -> JsonObject | None:
    """What words do to clicks, None where titles have too little to compare."""
    try:
        return word_figures(learn_words(shown_words(counts, titles)))
    except LearningError:
        return None


def _audiences(
    store: EventStore, asked: Asked, titles: Mapping[Arm, Title], rng: Any
) -> list[JsonObject]:
    """What segments get that others don't, of those that enough different shoppers belong to."""
    policy = learn_personal(Personal(memory=ALL), store.events(asked.start, asked.end))
    audiences = [Audience(segments=(name,)) for name in policy.large_segments()]
    return describe(policy, list(titles.values()), audiences, rng, products=asked.products)


def _arm(one: Counts) -> Arm:
    return one.product_id, one.title_id


def _controls(counts: Iterable[Counts], titles: Mapping[Arm, Title]) -> dict[str, str]:
    """The control of each product: the title marked so, or else the one that was shown first."""
    first: dict[str, tuple[bool, str, float, str]] = {}
    for one in counts:
        known = titles.get(_arm(one))
        key = (not (known and known.control), one.day, -one.impressions, one.title_id)
        first[one.product_id] = min(first.get(one.product_id, key), key)
    return {product: title for product, (_, _, _, title) in first.items()}


def _sums(counts: Iterable[Counts]) -> JsonObject:
    sums: dict[str, float] = dict.fromkeys(_COUNTED, 0.0)
    for one in counts:
        for name in _COUNTED:
            sums[name] += getattr(one, name)
    return {name: int(value) if value.is_integer() else round(value, 4)
            for name, value in ((name, float(value)) for name, value in sums.items())}  # fmt: skip


def _strata(
    counts: Iterable[Counts], controls: Mapping[str, str], outcome: str
) -> dict[str, list[Stratum]]:
    """For each day its products, each with the new titles together beside the control."""
    found: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0] * 4)
    for one in counts:
        place = 2 if controls[one.product_id] == one.title_id else 0
        into = found[one.day, one.product_id]
        into[place] += one.impressions
        into[place + 1] += min(getattr(one, outcome), one.impressions)
    days: dict[str, list[Stratum]] = defaultdict(list)
    for (day, _), values in sorted(found.items()):
        days[day].append(Stratum(*values))
    return days


def _lifts(counts: Sequence[Counts], controls: Mapping[str, str]) -> JsonObject:
    return {
        outcome: _told(pooled_lift(
            one for day in _strata(counts, controls, outcome).values() for one in day
        ))
        for outcome in OUTCOMES
    }  # fmt: skip


def _told(lift: Lift | None) -> JsonObject | None:
    return lift.to_json() if lift else None


def _over_time(counts: Sequence[Counts], controls: Mapping[str, str]) -> list[JsonObject]:
    """Each day's counts and lift, and the lift of all days until then."""
    strata = {outcome: _strata(counts, controls, outcome) for outcome in OUTCOMES}
    by_day: dict[str, list[Counts]] = defaultdict(list)
    for one in counts:
        by_day[one.day].append(one)
    seen: dict[str, list[Stratum]] = {outcome: [] for outcome in OUTCOMES}
    told = []
    for day in sorted(by_day):
        figures: JsonObject = {"day": day} | _sums(by_day[day])
        for outcome in OUTCOMES:
            today = strata[outcome][day]
            seen[outcome] += today
            figures[f"{outcome}_lift"] = _told(pooled_lift(today))
            figures[f"{outcome}_lift_so_far"] = _told(pooled_lift(seen[outcome]))
        told.append(figures)
    return told


def _segments(counts: Iterable[Counts], controls: Mapping[str, str]) -> list[JsonObject]:
    """Segments with enough impressions, the largest first; "" is everybody in none."""
    groups: dict[str, list[Counts]] = defaultdict(list)
    for one in counts:
        groups[one.segment].append(one)
    if set(groups) == {""}:
        return []
    told: list[JsonObject] = [
        {"segment": name} | _sums(group) | {"lift": _lifts(group, controls)}
        for name, group in groups.items()
    ]
    shown = [one for one in told if one["impressions"] >= _SMALLEST]
    return sorted(shown, key=lambda one: (-one["impressions"], one["segment"]))


def _products(
    counts: Sequence[Counts],
    titles: Mapping[Arm, Title],
    controls: Mapping[str, str],
    limit: int,
    rng: Any,
) -> list[JsonObject]:
    """The products that were shown most, each with its titles and what is believed of them."""
    groups: dict[str, dict[str, list[Counts]]] = defaultdict(lambda: defaultdict(list))
    for one in counts:
        groups[one.product_id][one.title_id].append(one)
    sums = {
        product: {title: _sums(some) for title, some in sorted(group.items())}
        for product, group in groups.items()
    }
    shown = {product: sum(one["impressions"] for one in group.values())
             for product, group in sums.items()}  # fmt: skip
    several = sorted(shown, key=lambda one: (len(sums[one]) < 2, -shown[one], one))
    told = []
    for product in several[:limit]:
        group = sums[product]
        found: list[JsonObject] = []
        times = [one["impressions"] for one in group.values()]
        believed = {
            outcome: beliefs(times, [one[outcome] for one in group.values()], rng)
            for outcome in OUTCOMES
        }
        for place, (title, figures) in enumerate(group.items()):
            known = titles.get((product, title))
            found.append(
                {"title_id": title, "text": known.text if known else "",
                 "control": controls[product] == title, **figures}
                | {outcome: figures[outcome] for outcome in OUTCOMES}
                | {f"{outcome}_belief": believed[outcome][place] for outcome in OUTCOMES}
            )  # fmt: skip
        own = [one for one in counts if one.product_id == product]
        told.append({"product_id": product, "impressions": shown[product],
                     "lift": _lifts(own, controls), "titles": found})  # fmt: skip
    return told
