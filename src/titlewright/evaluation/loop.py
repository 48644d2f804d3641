"""The whole loop before simulated shoppers: generate, show, record, learn, and generate again.

Everything but the shoppers is what a shop would run: the pipeline, a policy, the store of events,
the words that are learnt from it and the hints that they become. The shoppers' taste is known, so
what is learnt can be held against the truth. All figures are simulated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import TYPE_CHECKING

from titlewright.errors import LearningError
from titlewright.learning.records import Audience, Event, Policy, Title
from titlewright.learning.simulation import Shop
from titlewright.learning.store import EventStore
from titlewright.learning.titles import title_id
from titlewright.learning.words.effects import EVERYWHERE, WordReport, learn_words
from titlewright.learning.words.keeping import LearntHints
from titlewright.learning.words.stored import stored_words
from titlewright.records import Hints, Product, TitleResult
from titlewright.workers import Titler

if TYPE_CHECKING:
    from numpy.random import Generator

_BATCH = 500  # events that are recorded together
MakePipeline = Callable[[LearntHints | None], Titler]


@dataclass(frozen=True, slots=True)
class Round:
    """A round of the loop.

    titles       what the pipeline wrote for each product, by its id, the first choice first
    written      the true click rate of the first choices, shown alike to shoppers of no segment
    shown        the true click rate of what the policy showed
    clicks, impressions   what was recorded in this round
    words        what is known of words after it, None where there is nothing to compare yet
    hints        what the next round is asked for everywhere
    """

    titles: dict[str, list[str]]
    written: float
    shown: float
    clicks: int
    impressions: int
    words: WordReport | None
    hints: Hints


def run_loop(
    products: Sequence[Product],
    make: MakePipeline,
    shop: Shop,
    store: EventStore,
    policy: Policy,
    rng: Generator,
    *,
    impressions: int,
    offered: int = 4,
    asking: bool = True,
) -> Iterator[Round]:
    """Rounds without end, each with so many impressions.

    make      the pipeline for what was learnt so far, None before the first round
    offered   titles of a product on offer in a round: the best of the pipeline's, and the first
              round's choice as the control
    asking    False cuts the loop: nothing that was learnt is handed back
    """
    learnt: LearntHints | None = None
    controls: dict[str, Title] = {}
    while True:
        titles = _titles(products, make(learnt if asking else None), offered)
        arms = {
            product: list(
                {one.id: one for one in (controls.setdefault(product, some[0]), *some)}.values()
            )[:offered]
            for product, some in titles.items()
        }
        store.remember(one for some in arms.values() for one in some)
        clicks, shown = _show(list(arms.values()), shop, store, policy, rng, impressions)
        words = _learn(store)
        learnt = LearntHints.of(words) if words else None
        yield Round(
            {product: [one.text for one in some] for product, some in titles.items()},
            mean(shop.click_probability(some[0], Audience()) for some in titles.values()),
            shown,
            clicks,
            impressions,
            words,
            learnt.by_category[EVERYWHERE] if learnt else Hints(),
        )


def _titles(products: Sequence[Product], pipeline: Titler, offered: int) -> dict[str, list[Title]]:
    """The pipeline's best true and allowed titles of each product that has one."""
    found = {}
    for product, made in zip(products, pipeline.run(products), strict=True):
        if isinstance(made, TitleResult):
            others = [one.text for one in made.alternatives if one.score is not None]
            found[product.id] = [
                Title(title_id(product.id, text), product.id, text, product.category)
                for text in [made.title, *others][:offered]
            ]
    return found


def _show(
    arms: Sequence[list[Title]], shop: Shop, store: EventStore, policy: Policy, rng: Generator,
    impressions: int,
) -> tuple[int, float]:  # fmt: skip
    """Clicks that were recorded, and the mean of the true click rates of what was shown."""
    clicks, truth = 0, 0.0
    batch: list[Event] = []
    for number in range(impressions):
        titles = arms[int(rng.integers(len(arms)))]
        audience = shop.visit()
        choice = policy.choose(titles, audience, rng)
        truth += shop.click_probability(choice.title, audience)
        batch += shop.show(choice, titles, audience, policy=policy.name)
        if len(batch) >= _BATCH or number == impressions - 1:
            store.append(batch)
            policy.update(batch)
            clicks += sum(event.kind == "click" for event in batch)
            batch = []
    return clicks, truth / impressions


def _learn(store: EventStore) -> WordReport | None:
    try:
        return learn_words(stored_words(store))
    except LearningError:  # nothing to compare yet
        return None
