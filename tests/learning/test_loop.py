"""The whole loop: generate, show, learn, ask, generate again, before shoppers of a known taste."""

from __future__ import annotations

from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.random import Generator

from titlewright.channels import get_channel
from titlewright.evaluation.loop import Round, run_loop
from titlewright.generators import create
from titlewright.learning.policies import create_policy
from titlewright.learning.simulation import Shop, Taste
from titlewright.learning.store import EventStore
from titlewright.pipeline import Pipeline
from titlewright.records import Hints, Product

LIKED = {"packable": 0.9, "winter": 0.8, "waterproof": 0.6, "hooded": 0.5, "insulated": 0.5}
DISLIKED = {"blue": -0.8, "fleece": -0.6, "cotton": -0.4, "grey": -0.4}
SAID = {
    "product type": ("Jacket", "Scarf", "Backpack"),
    "color": ("Blue", "Green", "Grey", "Black"),
    "material": ("Wool", "Cotton", "Linen", "Fleece"),
    "style": ("Packable", "Hooded", "Quilted", "Reversible"),
    "season": ("Winter", "Summer", "Spring", "Autumn"),
    "features": ("Waterproof", "Windproof", "Breathable", "Insulated"),
}


def feed(rng: Generator, count: int = 60) -> list[Product]:
    return [
        Product(
            f"p{number}",
            brand="Norda",
            category=("Outdoor",),
            attributes={name: str(rng.choice(some)) for name, some in SAID.items()},
        )
        for number in range(count)
    ]


def rounds(folder: Path, *, asking: bool, seed: int = 7) -> tuple[list[Product], list[Round]]:
    """Four rounds, the first of them before anything is known; titles are too short for all."""
    rng = np.random.default_rng(seed)
    products = feed(rng)
    shop = Shop(Taste(base=-3.2, words=LIKED | DISLIKED), rng)
    generator, channel = create("template"), get_channel("google")
    with EventStore(folder / f"{asking}.sqlite") as store:
        loop = run_loop(
            products,
            lambda learnt: Pipeline(
                generator, channel, candidates=8, hints=Hints(max_length=48), learnt=learnt
            ),
            shop,
            store,
            create_policy("thompson", floor=0.3),
            rng,
            impressions=8000,
            offered=6,
            asking=asking,
        )
        return products, list(islice(loop, 4))


@pytest.fixture(scope="module")
def looped(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Product], list[Round]]:
    return rounds(tmp_path_factory.mktemp("loop"), asking=True)


def said(title: str) -> set[str]:
    return set(title.lower().replace(",", " ").split())


Looped = tuple[list[Product], list[Round]]


def test_the_click_rate_rises_in_each_of_three_rounds(looped: Looped) -> None:
    _, told = looped
    for rates in ([one.written for one in told], [one.shown for one in told]):
        assert all(after > before for before, after in pairwise(rates)), rates
    assert told[-1].written > 1.5 * told[0].written
    first, last = (one.clicks / one.impressions for one in (told[0], told[-1]))
    error = ((first * (1 - first) + last * (1 - last)) / told[0].impressions) ** 0.5
    assert (last - first) / error > 5  # what shoppers did, not only what they would do


def test_without_what_was_learnt_it_does_not_rise(looped: Looped, tmp_path: Path) -> None:
    _, told = rounds(tmp_path, asking=False)
    assert len({one.written for one in told}) == 1
    assert told[-1].words is not None  # words were learnt all the same, and not asked for
    assert any(one.found for one in told[-1].words.effects)
    # a policy alone brings less than better titles do
    assert looped[1][-1].shown - told[0].shown > 2 * (told[-1].shown - told[0].shown)


def test_the_learnt_words_are_the_true_ones(looped: Looped) -> None:
    last = looped[1][-1]
    assert last.words is not None
    assert set(last.hints.prefer) >= {"packable", "winter"}
    assert set(last.hints.avoid) >= {"blue", "fleece"}
    true = len(LIKED.keys() & set(last.hints.prefer)) + len(DISLIKED.keys() & set(last.hints.avoid))
    assert true >= 6
    assert len(last.hints.prefer) + len(last.hints.avoid) - true <= 1
    for one in last.words.effects:
        truth = (LIKED | DISLIKED).get(one.name)
        if truth and one.found:
            assert (one.lift > 0) == (truth > 0), one


def test_words_that_sell_appear_more_and_others_fade(looped: Looped) -> None:
    def holding(one: Round, word: str) -> int:
        return sum(word in said(titles[0]) for titles in one.titles.values())

    _, told = looped
    for word in ("winter", "insulated"):
        assert holding(told[-1], word) > holding(told[0], word), word
    for word in ("blue", "fleece"):
        assert holding(told[-1], word) == 0 < holding(told[0], word), word


def test_a_word_that_sells_is_never_said_of_a_product_that_lacks_it(looped: Looped) -> None:
    products, told = looped
    for product in products:
        stated = {word.lower() for value in product.attributes.values() for word in value.split()}
        for one in told:
            for title in one.titles[product.id]:
                assert said(title) <= stated | {"norda"}, title
