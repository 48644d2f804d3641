"""What audiences get that others don't: titles chosen and words asked for, from recorded events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from titlewright.errors import LearningError
from titlewright.learning.asking import ask, learn_tastes
from titlewright.learning.personal import Personal
from titlewright.learning.records import Audience, Event, Title
from titlewright.learning.words.effects import WordReport
from titlewright.records import Hints, JsonObject

if TYPE_CHECKING:
    from numpy.random import Generator

ALL = 10**9  # impressions that a policy remembers where events are read once, in any order
_BATCH = 10_000  # events that are learnt from together
_CLEAR = 0.6  # share of the traffic from which a title is called the audience's


def learn_personal(policy: Personal, events: Iterable[Event]) -> Personal:
    """The policy, once it has seen all of the events."""
    arriving = iter(events)
    while some := list(islice(arriving, _BATCH)):
        policy.update(some)
    return policy


def describe(
    policy: Personal, titles: Sequence[Title], audiences: Iterable[Audience], rng: Generator, *,
    products: int = 20,
) -> list[JsonObject]:  # fmt: skip
    """For each audience the words it asks for, and of the `products` shown most those of which it
    gets another title than everybody, with the share of its traffic that the title gets.

    `segments` are those that are large enough; without any the audience is treated as everybody.
    """
    arms = _arms(policy, titles, products)
    try:
        tastes: WordReport | None = learn_tastes(policy, titles)
    except LearningError:  # nothing to compare yet
        tastes = None
    everybody = {product: _best(policy, some, Audience(), rng) for product, some in arms.items()}
    told: list[JsonObject] = []
    for audience in audiences:
        hints = ask(policy, tastes, audience) if tastes else Hints()
        choices: list[JsonObject] = []
        for product, some in arms.items():
            title, share = _best(policy, some, audience, rng)
            usual, _ = everybody[product]
            if title.id != usual.id and share >= _CLEAR:
                choices.append({"product_id": product, "title": title.text, "share": share,
                                "everybody": usual.text})  # fmt: skip
        told.append({
            "segments": [one for one in policy.segments(audience) if policy.is_large(one)],
            "prefer": list(hints.prefer), "avoid": list(hints.avoid), "products": len(arms),
            "choices": choices,
        })  # fmt: skip
    return told


def _arms(policy: Personal, titles: Sequence[Title], products: int) -> dict[str, list[Title]]:
    """The titles of the products shown most that have several."""
    arms: dict[str, list[Title]] = defaultdict(list)
    for title in titles:
        if policy.impressions(title):
            arms[title.product_id].append(title)
    several = [some for some in arms.values() if len(some) > 1]
    several.sort(key=lambda some: -sum(policy.impressions(title) for title in some))
    return {some[0].product_id: some for some in several[:products]}


def _best(
    policy: Personal, titles: Sequence[Title], audience: Audience, rng: Generator
) -> tuple[Title, float]:
    shares = policy.propensities(titles, audience, rng)
    at = int(shares.argmax())
    return titles[at], round(float(shares[at]), 3)
