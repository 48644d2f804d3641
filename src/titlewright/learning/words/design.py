"""Titles of one product in one category beside each other: what differs between them.

What all of a product's titles share says nothing about words, and neither does a product with one
title or without a click. Words that can't be told apart are one feature.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from titlewright.errors import LearningError
from titlewright.learning.words.features import PATTERNS, Shown, patterns, words

FEWEST_PRODUCTS = 5  # in whose titles a feature must differ, to be looked at
_MOST = 1500  # features by category; beyond it those that differ in the most products
_FEWEST_IMPRESSIONS = 20  # of a title that is compared

Feature = tuple[str, ...]  # a pattern, or words that always come together; NOT marks those that
# are in all titles without the first one and in none with it, as where two words replace each other
NOT = "not "
Floats = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Group:
    """The titles of one product in one category: columns of features and their values.

    columns  [k], into Design.columns; values [titles, k]
    """

    columns: NDArray[Any]
    values: Floats
    impressions: Floats
    clicks: Floats


@dataclass(frozen=True, slots=True)
class Design:
    """The groups, and what each column is: (category, feature), in how many products it differs,
    and how often it was shown where it differs."""

    groups: tuple[Group, ...]
    columns: tuple[tuple[str, Feature], ...]
    products: tuple[int, ...]
    impressions: tuple[int, ...]
    categories: tuple[str, ...]


def build(shown: Iterable[Shown], *, language: str = "en", fewest: int = FEWEST_PRODUCTS) -> Design:
    """Raises LearningError where no feature differs within `fewest` products of a category."""
    together = _together(shown)
    differing = {key: _differing(titles, language) for key, titles in together.items()}
    differing = {key: some for key, some in differing.items() if some}
    products: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (category, product), features in differing.items():
        for feature in features:
            products[category, feature].append(product)
    often = sorted(
        (key for key, some in products.items() if len(some) >= fewest),
        key=lambda key: (-len(products[key]), key),
    )[:_MOST]
    if not often:
        raise LearningError(
            f"No word differs between titles of the same product in {fewest} products of a "
            f"category: there are {len(differing)} products with titles to compare. Show more than "
            "one title of more products."
        )
    merged = _merge(often, differing, products)
    place = {(category, part[0]): at for at, (category, part) in enumerate(merged)}
    groups, seen = [], np.zeros(len(merged))
    for (category, product), features in differing.items():
        found = {place[category, name]: name for name in features if (category, name) in place}
        if not found:
            continue
        columns = np.array(sorted(found), int)
        titles = together[category, product]
        values = np.array([features[found[at]] for at in sorted(found)]).T
        impressions = np.array([float(one.impressions) for one in titles])
        clicks = np.array([float(one.clicks) for one in titles])
        groups.append(Group(columns, values, impressions, clicks))
        seen[columns] += impressions @ (values != 0)
    return Design(
        tuple(groups),
        tuple(merged),
        tuple(len(products[category, part[0]]) for category, part in merged),
        tuple(int(count) for count in seen),
        tuple(sorted({category for category, _ in merged})),
    )


def _together(shown: Iterable[Shown]) -> dict[tuple[str, str], list[Shown]]:
    """Titles by category and product, those of one wording added up, where there is a choice."""
    counts: dict[tuple[str, str], dict[str, Shown]] = defaultdict(dict)
    for one in shown:
        titles = counts[one.category, one.product]
        text = " ".join(one.text.split())
        before = titles.get(text)
        titles[text] = Shown(
            one.product,
            text,
            one.impressions + (before.impressions if before else 0),
            one.clicks + (before.clicks if before else 0),
            one.category,
            one.brand,
        )
    found = {
        key: [one for one in titles.values() if one.impressions >= _FEWEST_IMPRESSIONS]
        for key, titles in sorted(counts.items())
    }
    return {
        key: titles
        for key, titles in found.items()
        if len(titles) > 1 and any(one.clicks for one in titles)
    }


def _differing(titles: Sequence[Shown], language: str) -> dict[str, Floats]:
    """Values by title of each feature that isn't the same in all of them, [titles]."""
    found: dict[str, Floats] = defaultdict(lambda: np.zeros(len(titles)))
    for at, title in enumerate(titles):
        for name in words(title, language) | patterns(title):
            found[name][at] = 1.0
    return {name: values for name, values in found.items() if np.ptp(values) > 0}


def _merge(
    often: Sequence[tuple[str, str]],
    differing: Mapping[tuple[str, str], Mapping[str, Floats]],
    products: Mapping[tuple[str, str], Sequence[str]],
) -> list[tuple[str, Feature]]:
    """Words that can't be told apart are put together: those that are in the same titles, and
    those of which each title has the one or the other."""
    alike: dict[tuple[Any, ...], list[tuple[bool, str]]] = defaultdict(list)
    for category, name in often:
        some = [(one, differing[category, one][name]) for one in products[category, name]]
        # a word that isn't in the very first of the titles is seen as its absence
        absent = name not in PATTERNS and not some[0][1][0]
        values = tuple((one, (1 - found if absent else found).tobytes()) for one, found in some)
        alike[category, name if name in PATTERNS else "", values].append((absent, name))
    merged = []
    for key, names in alike.items():
        first, *_ = sorted(names, key=lambda one: one[1])
        words = sorted((absent != first[0], name) for absent, name in names)
        merged.append((key[0], tuple(NOT * other + name for other, name in words)))
    return merged
