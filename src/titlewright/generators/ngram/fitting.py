"""Finding what each feature of the title model is worth: Newton's method on held-back titles.

The mean loss of the reference words, -ln P(w | h, x) in nats, is convex in lambda. A Gaussian prior
around where lambda starts keeps it sensible where there are few titles. The titles must be others
than those that were counted, or the language model would seem better than it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from titlewright.generators.ngram.product_words import read
from titlewright.generators.ngram.title_model import TitleModel, start_weights
from titlewright.records import Example

Array = NDArray[Any]
_PRECISION = 10.0  # of the prior, in reference words
_MOST_ROUNDS = 12
_CLOSE = 1e-4  # nats: a smaller gain ends the search


class Choice(NamedTuple):
    """One reference word and what it was chosen among: features [C, F], the place of the word."""

    features: Array
    chosen: int


class Round(NamedTuple):
    """One step of the search: lambda [F], its loss in nats a word, the gradient's norm."""

    weights: Array
    loss: float
    norm: float


def choices(model: TitleModel, examples: Sequence[Example]) -> list[Choice]:
    """All choices that the examples' titles make; what is impossible is left out of each."""
    found = []
    for example in examples:
        page = model.page(read(example.product))
        numbers = model.numbers(page, example.title)
        places = np.cumsum(page.possible) - 1
        for place, number in enumerate(numbers):
            features = model.features(page, numbers[:place])[page.possible]
            found.append(Choice(features.astype(np.float32), int(places[number])))
    return found


def rounds(made: Sequence[Choice]) -> Iterator[Round]:
    """Better and better lambda, until nothing is gained; the first is where it starts."""
    start = weights = start_weights()
    loss, gradient, curvature = _loss(made, weights, start)
    yield _round(made, weights, start, loss, gradient)
    for _ in range(_MOST_ROUNDS):
        step = np.linalg.solve(curvature, gradient)
        after = _loss(made, weights - step, start)
        while after[0] > loss and np.abs(step).max() > _CLOSE:  # too far: half the way
            step /= 2
            after = _loss(made, weights - step, start)
        gained = loss - after[0]
        if gained <= 0:
            return
        weights = weights - step
        loss, gradient, curvature = after
        yield _round(made, weights, start, loss, gradient)
        if gained < _CLOSE:
            return


def measures(model: TitleModel, examples: Sequence[Example]) -> dict[str, float]:
    """ "loss", nats a unit of the examples' titles, ends included, and "loss_per_example", nats a
    title; empty without examples."""
    told = [
        model.title_log_probabilities(model.page(read(example.product)), example.title)
        for example in examples
    ]
    if not told:
        return {}
    loss = -sum(sum(nats) for nats in told)
    return {"loss": loss / sum(map(len, told)), "loss_per_example": loss / len(told)}


def _round(
    made: Sequence[Choice], weights: Array, start: Array, loss: float, gradient: Array
) -> Round:
    """What is told of a round: its loss without what the prior adds."""
    return Round(
        weights, loss - _prior(weights, start) / len(made), float(np.linalg.norm(gradient))
    )


def _prior(weights: Array, start: Array) -> float:
    return float(_PRECISION / 2 * (weights - start) @ (weights - start))


def _loss(made: Sequence[Choice], weights: Array, start: Array) -> tuple[float, Array, Array]:
    """Mean loss with the prior, its gradient [F] and Hessian [F, F]."""
    loss = 0.0
    gradient, curvature = np.zeros(len(weights)), np.zeros((len(weights),) * 2)
    for features, chosen in made:
        scores = features @ weights
        shares = np.exp(scores - scores.max())
        loss += scores.max() + np.log(shares.sum()) - scores[chosen]
        shares /= shares.sum()
        mean = shares @ features
        gradient += mean - features[chosen]
        curvature += (features * shares[:, None]).T @ features - np.outer(mean, mean)
    loss += _prior(weights, start)
    gradient += _PRECISION * (weights - start)
    curvature += _PRECISION * np.eye(len(weights))
    return float(loss) / len(made), gradient / len(made), curvature / len(made)
