"""The effects of all features on the log of the click rate, at once.

Clicks of title a of product p in category c, shown n times, are Poisson with
    log mean = log n + product p + sum of effects of its features in c + the title's own noise,
so that only titles of one product are compared, words that come together share what they earn, and
what a title earns beyond its words isn't taken for theirs. A feature's effect in a category is what
it has everywhere plus what it has there, both normal around 0 with variances learnt from the data:
partial pooling (Gelman and Hill 2007, "Data Analysis Using Regression and Multilevel Models",
chapter 13). Fitted by penalised quasi-likelihood: Breslow and Clayton 1993, "Approximate inference
in generalized linear mixed models", JASA 88:9-25, section 2; variances by the fixed-point step of
Fellner 1986, "Robust estimation of variance components", Technometrics 28:51-60, and the titles'
own by making Pearson's chi-square its degrees of freedom.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from titlewright.learning.words.design import Design, Group
from titlewright.learning.words.features import PATTERNS

Floats = NDArray[Any]
_ROUNDS, _CLOSE = 40, 1e-3
_SMALLEST, _LARGEST = 1e-4, 4.0  # variances: standard deviations of 1 % and of a factor of 7
_HALVINGS = 40


@dataclass(frozen=True, slots=True)
class Fitted:
    """Effects on the log click rate, columns of the design first, then features everywhere.

    means       [d], covariance [d, d]; d is the columns, and the features where categories differ
    variances   of the prior, [d]
    everywhere  for each column the place of its feature everywhere, itself with one category alone
    own         variance of what titles have beyond their words
    """

    means: Floats
    covariance: Floats
    variances: Floats
    everywhere: NDArray[Any]
    own: float


def fit(design: Design) -> Fitted:
    """The effects of a design's columns."""
    size, everywhere, kinds = _layout(design)
    columns = [_columns(group, everywhere) for group in design.groups]
    variances = np.full(size, 0.05)
    means, own = np.zeros(size), 0.01
    state = [_start(group) for group in design.groups]
    covariance = np.diag(variances)
    for round_ in range(_ROUNDS):
        precision, pull = np.diag(1 / variances), np.zeros(size)
        for (places, values), (weighed, response, _) in zip(columns, state, strict=True):
            weights = 1 / (1 / weighed + own)
            middle, target = _centred(values, response, weights)
            precision[np.ix_(places, places)] += middle.T @ (weights[:, None] * middle)
            pull[places] += middle.T @ (weights * target)
        covariance = np.linalg.inv(precision)
        before, means = means, covariance @ pull
        own = _own_variance(columns, state, means, variances, covariance)
        state = [
            _next(group, values, places, means, response, weighed, own)
            for group, (places, values), (weighed, response, _) in zip(
                design.groups, columns, state, strict=True
            )
        ]
        if np.abs(means - before).max() < _CLOSE or round_ == _ROUNDS - 1:
            break
        variances = _variances(means, covariance, variances, kinds)
    return Fitted(means, covariance, variances, everywhere, own)


def _layout(design: Design) -> tuple[int, NDArray[Any], NDArray[Any]]:
    """How many effects there are, the place of each column's feature everywhere, and the kind of
    each effect: words and patterns, in a category and everywhere, have variances of their own."""
    features = {feature: None for _, feature in design.columns}
    count = len(design.columns)
    pattern = [int(feature[0] in PATTERNS) for _, feature in design.columns]
    if len(design.categories) == 1:
        return count, np.arange(count), np.array(pattern)
    place = {feature: count + at for at, feature in enumerate(features)}
    kinds = pattern + [2 + int(feature[0] in PATTERNS) for feature in features]
    everywhere = np.array([place[feature] for _, feature in design.columns])
    return count + len(features), everywhere, np.array(kinds)


def _columns(group: Group, everywhere: NDArray[Any]) -> tuple[NDArray[Any], Floats]:
    """Places of effects that a group's titles have, and their values [titles, places]."""
    both = everywhere[group.columns]
    if np.array_equal(both, group.columns):
        return group.columns, group.values
    return np.concatenate([group.columns, both]), np.hstack([group.values, group.values])


def _start(group: Group) -> tuple[Floats, Floats, Floats]:
    """Expected clicks [titles], working response [titles] and noise [titles] before any effect."""
    rate = group.clicks.sum() / group.impressions.sum()
    expected = rate * group.impressions
    return expected, np.log(rate) + (group.clicks - expected) / expected, np.zeros(len(expected))


def _next(
    group: Group, values: Floats, places: NDArray[Any], means: Floats, response: Floats,
    weighed: Floats, own: float,
) -> tuple[Floats, Floats, Floats]:  # fmt: skip
    """The same as _start gives, around the present effects and noise."""
    weights = 1 / (1 / weighed + own)
    said = values @ means[places]
    product = weights @ (response - said) / weights.sum()
    noise = own * weights * (response - said - product)
    line = product + said + noise  # log of the click rate
    # noise and effects together can't make a product earn more or less than it did
    line += np.log(group.clicks.sum() / (group.impressions @ np.exp(line)))
    expected = group.impressions * np.exp(line)
    return expected, line + (group.clicks - expected) / expected, noise


def _centred(values: Floats, response: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Values and response less their weighted means: the product's own level drops out."""
    share = weights / weights.sum()
    return values - share @ values, response - share @ response


def _variances(means: Floats, covariance: Floats, variances: Floats, kinds: NDArray[Any]) -> Floats:
    told = np.diag(covariance)
    after = variances.copy()
    for kind in np.unique(kinds):
        here = kinds == kind
        learnt = float((1 - told[here] / variances[here]).sum())  # effective number of effects
        square = float(means[here] @ means[here])
        after[here] = np.clip(square / max(learnt, 1e-9), _SMALLEST, _LARGEST)
    return after


def _own_variance(
    columns: list[tuple[NDArray[Any], Floats]], state: list[tuple[Floats, Floats, Floats]],
    means: Floats, variances: Floats, covariance: Floats,
) -> float:  # fmt: skip
    """The noise of titles with which residuals are as large as they should be."""
    weighed = np.concatenate([one[0] for one in state])
    rest = np.concatenate([
        response - values @ means[places]
        for (places, values), (_, response, _) in zip(columns, state, strict=True)
    ])  # fmt: skip
    product = np.repeat(np.arange(len(state)), [len(one[0]) for one in state])
    used = float((1 - np.diag(covariance) / variances).sum())
    freedom = max(len(rest) - len(state) - used, 1.0)

    def chi_square(own: float) -> float:
        weights = 1 / (1 / weighed + own)
        level = np.bincount(product, weights * rest) / np.bincount(product, weights)
        return float(weights @ (rest - level[product]) ** 2)

    low, high = 0.0, _LARGEST
    if chi_square(low) <= freedom:
        return 0.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if chi_square(middle) > freedom else (low, middle)
    return high
