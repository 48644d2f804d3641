"""Shoppers whose taste for words is known: for testing what is found against the truth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

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
    rng: Generator, *, impressions: int = 4000,
) -> list[Shown]:  # fmt: skip
    """Each title of each product shown so often, and what was clicked."""
    told = []
    for product, some in titles.items():
        level = np.log(taste.rate) + rng.normal(0, taste.products)
        category = categories[product]
        for text in some:
            liking = sum(taste.of(category, word) for word in set(text.casefold().split()))
            chance = min(1.0, float(np.exp(level + liking + rng.normal(0, taste.titles))))
            clicks = int(rng.binomial(impressions, chance))
            told.append(Shown(product, text, impressions, clicks, category))
    return told


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
