"""Shoppers whose taste for words is known: for testing what is found against the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from titlewright.learning.words.features import Shown


@dataclass(frozen=True, slots=True)
class Taste:
    """What each word does to the log of the click rate: everywhere, and in a category besides.

    rate        clicks an impression of a typical product's title without any of the words
    products    standard deviation, on the log, of products' own click rates
    titles      the same of what titles have beyond their words
    """

    everywhere: Mapping[str, float]
    special: Mapping[tuple[str, str], float]
    rate: float = 0.02
    products: float = 0.5
    titles: float = 0.1

    def of(self, category: str, word: str) -> float:
        return self.everywhere.get(word, 0.0) + self.special.get((category, word), 0.0)


def draw_taste(
    words: Sequence[str], categories: Sequence[str], rng: Generator, *, liked: float = 0.1,
    special: float = 0.0, size: float = 0.25, titles: float = 0.1,
) -> Taste:  # fmt: skip
    """A taste for a share `liked` of the words everywhere and `special` of them in one category,
    each up or down by 0.6 to 1.4 times `size` on the log of the click rate."""

    def some() -> float:
        return float(rng.choice([-1, 1]) * size * rng.uniform(0.6, 1.4))

    everywhere = {word: some() for word in words if rng.random() < liked}
    there = {
        (category, word): some()
        for category in categories
        for word in words
        if rng.random() < special
    }
    return Taste(everywhere, there, titles=titles)


def show_titles(
    titles: Mapping[str, Sequence[str]], categories: Mapping[str, str], taste: Taste,
    rng: Generator, *, impressions: int = 4000, days: int = 0,
) -> list[Shown]:  # fmt: skip
    """Each title of each product shown so often, and what was clicked; with `days` so often on the
    mean, as Thompson sampling chooses each day."""
    told = []
    for product, some in titles.items():
        level = np.log(taste.rate) + rng.normal(0, taste.products)
        category = categories[product]
        chances = [
            min(1.0, float(np.exp(
                level + sum(taste.of(category, word) for word in set(text.casefold().split()))
                + rng.normal(0, taste.titles)
            )))
            for text in some
        ]  # fmt: skip
        shown, clicks = _chosen(np.array(chances), impressions, days, rng)
        told += [
            Shown(product, text, int(shown[at]), int(clicks[at]), category)
            for at, text in enumerate(some)
        ]
    return told


def _chosen(
    chances: NDArray[Any], impressions: int, days: int, rng: Generator
) -> tuple[NDArray[Any], NDArray[Any]]:
    """How often each title was shown and clicked, [titles] both."""
    if not days:
        return np.full(len(chances), impressions), rng.binomial(impressions, chances)
    shown, clicks = np.zeros((2, len(chances)), int)
    for _ in range(days):
        draws = rng.beta(1 + clicks, 70 + shown - clicks, (200, len(chances)))
        shares = np.bincount(draws.argmax(1), minlength=len(chances)) / len(draws)
        today = rng.multinomial(impressions * len(chances) // days, shares)
        shown, clicks = shown + today, clicks + rng.binomial(today, chances)
    return shown, clicks


def draw_titles(
    words: Sequence[str], categories: Sequence[str], rng: Generator, *, products: int = 200,
    titles: int = 4, length: int = 6, known: int = 12,
) -> tuple[dict[str, list[str]], dict[str, str]]:  # fmt: skip
    """Titles of so many words for each product, out of `known` that are true of it; and its
    category."""
    told, where = {}, {}
    for number in range(products):
        product = f"product {number}"
        true = rng.choice(np.array(words), known, replace=False)
        told[product] = [
            " ".join(map(str, rng.choice(true, length, replace=False))) for _ in range(titles)
        ]
        where[product] = categories[number % len(categories)]
    return told, where
