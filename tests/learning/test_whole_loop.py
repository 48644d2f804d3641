"""The whole loop: generate, show, learn, ask, generate again, before shoppers of a known taste."""

from __future__ import annotations

from itertools import islice, pairwise
from pathlib import Path
from statistics import mean

import numpy as np
import pytest
from numpy.random import Generator

from titlewright.channels import get_channel
from titlewright.errors import LearningError
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


Looped = tuple[list[Product], list[Round]]


def rounds(folder: Path, seed: int, *, asking: bool = True) -> Looped:
    """Four rounds, the first of them before anything is known; titles are too short for all."""
    rng = np.random.default_rng(seed)
    products = feed(rng)
    shop = Shop(Taste(base=-2.5, words=LIKED | DISLIKED), rng)
    generator, channel = create("template"), get_channel("google")
    with EventStore(folder / f"{seed}.sqlite") as store:
        loop = run_loop(
            products,
            lambda learnt: Pipeline(
                generator, channel, candidates=8, hints=Hints(max_length=48), learnt=learnt
            ),
            shop,
            store,
            create_policy("thompson", floor=0.3),
            rng,
            impressions=15_000,
            offered=6,
            asking=asking,
        )
        return products, list(islice(loop, 4))


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> list[Looped]:
    """Three shops: in a single one a round may find nothing that is new."""
    folder = tmp_path_factory.mktemp("loop")
    return [rounds(folder, seed) for seed in (1, 2, 3)]


def said(title: str) -> set[str]:
    return set(title.lower().replace(",", " ").split())


@pytest.mark.parametrize("traffic", [{"a": 1.5, "b": -0.5}, {"a": 0.7, "b": 0.7}])
def test_shares_of_shoppers_that_cant_be_are_refused(traffic: dict[str, float]) -> None:
    with pytest.raises(LearningError, match="Shoppers with traffic"):
        Taste(traffic=traffic)


def test_the_click_rate_rises_in_each_of_three_rounds(shops: list[Looped]) -> None:
    together = list(zip(*(told for _, told in shops), strict=True))
    for rates in (
        [mean(one.written for one in some) for some in together],
        [mean(one.shown for one in some) for some in together],
    ):
        assert all(after > 1.02 * before for before, after in pairwise(rates)), rates
    for _, told in shops:
        assert told[-1].written > 1.5 * told[0].written
        first, last = (one.clicks / one.impressions for one in (told[0], told[-1]))
        error = ((first * (1 - first) + last * (1 - last)) / told[0].impressions) ** 0.5
        assert (last - first) / error > 5  # what shoppers did, not only what they would do


def test_without_what_was_learnt_it_does_not_rise(shops: list[Looped], tmp_path: Path) -> None:
    _, told = rounds(tmp_path, 1, asking=False)
    assert len({one.written for one in told}) == 1
    assert told[-1].words is not None  # words were learnt all the same, and not asked for
    assert any(one.found for one in told[-1].words.effects)
    # a policy alone brings less than better titles do
    asked = shops[0][1]
    assert asked[-1].shown - told[0].shown > 2 * (told[-1].shown - told[0].shown)


def test_the_learnt_words_are_the_true_ones(shops: list[Looped]) -> None:
    for _, told in shops:
        last = told[-1]
        assert last.words is not None
        assert set(last.hints.prefer) >= {"packable", "winter"}
        assert set(last.hints.avoid) >= {"blue", "fleece"}
        true = LIKED.keys() & set(last.hints.prefer) | DISLIKED.keys() & set(last.hints.avoid)
        assert len(true) >= 6
        assert len(last.hints.prefer) + len(last.hints.avoid) - len(true) <= 1
        for one in last.words.effects:
            truth = (LIKED | DISLIKED).get(one.name)
            if truth and one.found:
                assert (one.lift > 0) == (truth > 0), one


def test_words_that_sell_appear_more_and_others_fade(shops: list[Looped]) -> None:
    def holding(one: Round, word: str) -> int:
        return sum(word in said(titles[0]) for titles in one.titles.values())

    for _, told in shops:
        first, last = told[0], told[-1]
        assert holding(last, "winter") > holding(first, "winter")
        assert sum(holding(last, word) for word in LIKED) > 1.2 * sum(
            holding(first, word) for word in LIKED
        )
        for word in ("blue", "fleece"):
            assert holding(last, word) == 0 < holding(first, word), word


def test_a_word_that_sells_is_never_said_of_a_product_that_lacks_it(shops: list[Looped]) -> None:
    for products, told in shops:
        for product in products:
            stated = {word.lower() for text in product.attributes.values() for word in text.split()}
            for one in told:
                for title in one.titles[product.id]:
                    assert said(title) <= stated | {"norda"}, title
