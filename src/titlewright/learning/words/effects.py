"""Effects of words and patterns as a table, with false discoveries controlled.

Shown is the pooled effect, drawn towards 0 as little data asks. Found is decided by a test of its
own: the effect as a fixed one and all others as random, which is what is left of its estimate when
its own prior is taken away. So are single markers tested in mixed models: Kang et al. 2010,
"Variance component model to account for sample structure in genome-wide association studies",
Nature Genetics 42:348-354. In a category the test reads that category's titles alone.
Everywhere is the average over the categories at hand.
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
    """What a feature does to the click rate in a category, "" for the average over all of them.

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
        scopes.append(
            [
                _effect(category, design, fitted, [column])
                for column, (category, _) in enumerate(design.columns)
                if category != EVERYWHERE  # titles of no category speak for everywhere alone
            ]
        )
    effects: list[Effect] = []
    for scope in scopes:
        corrected = benjamini_hochberg([one.p for one in scope])
        effects += [
            replace(one, q=q, found=q <= level) for one, q in zip(scope, corrected, strict=True)
        ]
    effects.sort(key=lambda one: (one.category, one.p, one.feature))
    return WordReport(tuple(effects), len(design.groups), math.sqrt(fitted.own), level)


def _everywhere(design: Design, fitted: Fitted) -> list[Effect]:
    """The effects on average over the categories, each by the products that tell of it."""
    columns: dict[Feature, list[int]] = {}
    for column, (_, feature) in enumerate(design.columns):
        columns.setdefault(feature, []).append(column)
    return [_effect(EVERYWHERE, design, fitted, some) for some in columns.values()]


def _effect(category: str, design: Design, fitted: Fitted, columns: list[int]) -> Effect:
    """The mean effect of the columns, which are one feature's."""
    products = [design.products[column] for column in columns]
    whole = np.zeros(len(fitted.means))
    for column, count in zip(columns, products, strict=True):
        whole[column] += count / sum(products)
        place = int(fitted.everywhere[column])
        if place != column:
            whole[place] += count / sum(products)
    mean = float(whole @ fitted.means)
    error = math.sqrt(max(float(whole @ fitted.covariance @ whole), 0.0))
    low, high = (math.expm1(mean + side * 1.959964 * error) for side in (-1, 1))
    p = _p(fitted, columns, whole)
    impressions = sum(design.impressions[column] for column in columns)
    return Effect(category, design.columns[columns[0]][1], math.expm1(mean), low, high, p, p,
                  sum(products), impressions)  # fmt: skip


def _p(fitted: Fitted, columns: list[int], whole: NDArray[Any]) -> float:
    """Two-sided p of no effect: the columns' priors are taken away by Woodbury's identity."""
    inside = fitted.covariance[np.ix_(columns, columns)]
    left = np.diag(fitted.variances[columns]) - inside
    if np.linalg.eigvalsh(left)[0] <= 1e-12:  # the data said nothing about one of them
        return 1.0
    spread = fitted.covariance @ whole
    along = np.linalg.solve(left, spread[columns])
    estimate = float(whole @ fitted.means + along @ fitted.means[columns])
    variance = float(whole @ spread + along @ spread[columns])
    return 2 * NormalDist().cdf(-abs(estimate) / math.sqrt(variance))
