"""Effects of words and patterns as a table, with false discoveries controlled.

Shown is the pooled effect, drawn towards 0 as little data asks. Found is decided by a test of its
own: the effect as a fixed one and all others as random, which is what is left of its estimate when
its own prior is taken away. So are single markers tested in mixed models: Kang et al. 2010,
"Variance component model to account for sample structure in genome-wide association studies",
Nature Genetics 42:348-354. In a category the test reads that category's titles alone.
Benjamini-Hochberg over all words and patterns everywhere, and over all of them by category.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from titlewright.errors import LearningError
from titlewright.learning.experiments.corrections import benjamini_hochberg
from titlewright.learning.words.design import FEWEST_PRODUCTS, Design, Feature, build
from titlewright.learning.words.features import PATTERNS, Shown
from titlewright.learning.words.model import Fitted, fit

EVERYWHERE = ""
FALSE_DISCOVERIES = 0.1


@dataclass(frozen=True, slots=True)
class Effect:
    """What a feature does to the click rate in a category, "" for everywhere.

    lift      relative: 0.1 is 10 % more clicks; low and high its 95 % interval, all pooled
    p, q      of the test, and corrected for how many were made
    products  in whose titles it differs; impressions of titles with it there
    found     whether it counts as discovered
    """

    category: str
    feature: Feature
    lift: float
    low: float
    high: float
    p: float
    q: float
    products: int
    impressions: int
    found: bool = False

    @property
    def pattern(self) -> bool:
        return self.feature[0] in PATTERNS

    @property
    def name(self) -> str:
        return " + ".join(self.feature)

    def to_json(self) -> dict[str, Any]:
        return {
            "category": self.category, "feature": self.name,
            "kind": "pattern" if self.pattern else "word",
            "lift": round(self.lift, 5), "low": round(self.low, 5), "high": round(self.high, 5),
            "p": float(f"{self.p:.3g}"), "q": float(f"{self.q:.3g}"), "found": self.found,
            "products": self.products, "impressions": self.impressions,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class WordReport:
    """All effects, those everywhere first, the surest first within each category.

    products     with titles to compare
    title_noise  standard deviation, on the log of the click rate, of what titles have beyond words
    level        share of false ones among those found, at most
    """

    effects: tuple[Effect, ...]
    products: int
    title_noise: float
    level: float

    @property
    def categories(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.category for one in self.effects))

    def of(self, category: str) -> list[Effect]:
        return [one for one in self.effects if one.category == category]

    def to_json(self) -> dict[str, Any]:
        return {
            "products": self.products, "title_noise": round(self.title_noise, 4),
            "level": self.level, "effects": [one.to_json() for one in self.effects],
        }  # fmt: skip


def learn_words(
    shown: Iterable[Shown], *, level: float = FALSE_DISCOVERIES, language: str = "en",
    fewest: int = FEWEST_PRODUCTS,
) -> WordReport:  # fmt: skip
    """The effects of the words and patterns of titles.

    level   share of false discoveries that is let pass
    fewest  products in whose titles a word must differ, to be looked at

    Raises LearningError where there is nothing to compare, or the level makes no sense.
    """
    if not 0 < level < 1:
        raise LearningError(f"The level of false discoveries is between 0 and 1, not {level!r}.")
    design = build(shown, language=language, fewest=fewest)
    fitted = fit(design)
    scopes = [_everywhere(design, fitted)]
    if len(design.categories) > 1:
        scopes.append([_in_category(design, fitted, at) for at in range(len(design.columns))])
    effects: list[Effect] = []
    for scope in scopes:
        corrected = benjamini_hochberg([one.p for one in scope])
        effects += [
            replace(one, q=q, found=q <= level) for one, q in zip(scope, corrected, strict=True)
        ]
    effects.sort(key=lambda one: (one.category, one.p, one.feature))
    return WordReport(tuple(effects), len(design.groups), math.sqrt(fitted.own), level)


def _everywhere(design: Design, fitted: Fitted) -> list[Effect]:
    places: dict[int, list[int]] = {}
    for column, place in enumerate(fitted.everywhere):
        places.setdefault(int(place), []).append(column)
    return [
        _effect(
            EVERYWHERE,
            design.columns[columns[0]][1],
            fitted,
            (place,),
            sum(design.products[column] for column in columns),
            sum(design.impressions[column] for column in columns),
        )
        for place, columns in places.items()
    ]


def _in_category(design: Design, fitted: Fitted, column: int) -> Effect:
    category, feature = design.columns[column]
    places = (column, int(fitted.everywhere[column]))
    return _effect(category, feature, fitted, places, design.products[column],
                   design.impressions[column])  # fmt: skip


def _effect(
    category: str, feature: Feature, fitted: Fitted, places: tuple[int, ...], products: int,
    impressions: int,
) -> Effect:  # fmt: skip
    """The sum of the effects at the places, the first one's prior taken away for the test."""
    whole = np.zeros(len(fitted.means))
    whole[list(places)] = 1.0
    mean = float(whole @ fitted.means)
    spread = fitted.covariance @ whole
    error = math.sqrt(max(float(whole @ spread), 0.0))
    low, high = (math.expm1(mean + side * 1.959964 * error) for side in (-1, 1))
    p = _p(fitted, places[0], whole, mean, spread)
    return Effect(category, feature, math.expm1(mean), low, high, p, p, products, impressions)


def _p(fitted: Fitted, first: int, whole: NDArray[Any], mean: float, spread: NDArray[Any]) -> float:
    """Two-sided p of no effect, by the Sherman-Morrison step that takes the prior of one away."""
    left = float(fitted.variances[first] - fitted.covariance[first, first])
    if left <= 1e-12:  # the data said nothing about it
        return 1.0
    along = float(spread[first])
    estimate = mean + along * float(fitted.means[first]) / left
    variance = float(whole @ spread) + along**2 / left
    return 2 * NormalDist().cdf(-abs(estimate) / math.sqrt(variance))
