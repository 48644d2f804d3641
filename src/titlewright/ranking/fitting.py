"""Learning what qualities weigh from what people chose. Needs the extra `train`.

Three rankings are compared by how often they put the better liked of two titles of one product
first, on products that they haven't learnt from: the default weights, weights learnt from pairs,
and trees. What is learnt is kept only where it is better beyond chance.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from titlewright.errors import SettingsError
from titlewright.neural.extras import train_extra
from titlewright.ranking.trees import Trees, rows
from titlewright.ranking.weighing import WEIGHTS, Weigher, WeightedMean
from titlewright.records import Score

FEWEST = 20  # products with two titles of which one is liked more
FEWEST_FOR_TREES = 200
_FOLDS = 5
_SPREAD = 0.25  # standard deviation of a learnt weight around its default, defaults adding up to 1
_SIZES = (5.0, 100.0)  # log odds a unit of the mean: never so few that no weight could matter
_SAMPLES = 1000
_ROUNDS, _LEAVES, _RATE, _SMALLEST_LEAF = 150, 8, 0.05, 50


class Opinion(NamedTuple):
    """How a title was taken: `liked` from 0 to 1, as sure as its `weight` above 0 says."""

    scores: tuple[Score, ...]
    liked: float
    weight: float = 1.0


Opinions = Mapping[str, Sequence[Opinion]]  # of the titles of a product, by its id


@dataclass(frozen=True, slots=True)
class Trial:
    """How often a ranking agrees with people about two titles of a product, with a 95 % interval;
    `better` is the interval of what it is better by than the default weights."""

    accuracy: float
    interval: tuple[float, float]
    better: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Fitted:
    """The ranking that is kept (`chosen` names it) and how each did."""

    weigher: Weigher
    chosen: str
    trials: Mapping[str, Trial]
    products: int
    pairs: int


def fit(opinions: Opinions, default: Mapping[str, float] = WEIGHTS) -> Fitted:
    """Learn from opinions and keep what orders titles best, the simpler where it isn't clear.

    Raises SettingsError when fewer than FEWEST products have titles that are liked differently;
    MissingExtraError without the extra.
    """
    usable = {product: some for product, some in opinions.items() if len(pairs_of(some))}
    if len(usable) < FEWEST:
        raise SettingsError(
            f"Only {len(usable)} products have two titles of which one is liked more; {FEWEST} is "
            "the least to learn from. Collect more, or keep the default weights."
        )
    ways: dict[str, Callable[[Opinions], Weigher]] = {
        "default weights": lambda _: WeightedMean(default),
        "learnt weights": lambda some: WeightedMean(learn_weights(some, default)),
    }
    if len(usable) >= FEWEST_FOR_TREES:
        ways["trees"] = learn_trees
    agreed = {name: _cross_validated(usable, learn) for name, learn in ways.items()}
    usual = agreed["default weights"]
    trials = {name: _trial(found, usual) for name, found in agreed.items()}
    chosen = "default weights"
    for name in ways:
        if _interval(agreed[name] - agreed[chosen])[0] > 0:
            chosen = name
    pairs = sum(len(pairs_of(some)) for some in usable.values())
    return Fitted(ways[chosen](usable), chosen, trials, len(usable), pairs)


def pairs_of(some: Sequence[Opinion]) -> list[tuple[int, int, float]]:
    """(better, worse, weight) of the titles of a product that are liked differently."""
    return [
        (
            one,
            other,
            (some[one].liked - some[other].liked) * min(some[one].weight, some[other].weight),
        )
        for one in range(len(some))
        for other in range(len(some))
        if some[one].liked > some[other].liked
    ]


def learn_weights(opinions: Opinions, default: Mapping[str, float] = WEIGHTS) -> dict[str, float]:
    """Weights by which the better liked of two titles more often has the higher mean.

    Bradley and Terry's model (1952) of weighted differences of scores, by maximum a posteriori:
    weights aren't negative, and each is normal around its default with the spread above, in units
    of how well the default weights tell. So a few opinions move little, many decide.
    """
    with train_extra():
        from scipy.optimize import minimize, minimize_scalar
    names = sorted(set(default) | {score.name for some in opinions.values()
                                   for one in some for score in one.scores})  # fmt: skip
    differences, weights = _differences(opinions, names)
    usual = np.array([default.get(name, 0.0) for name in names])
    usual /= usual.sum()

    def cost(beta: NDArray[np.float64]) -> float:
        return float(weights @ np.logaddexp(0, -differences @ beta))

    found = minimize_scalar(lambda size: cost(size * usual), bounds=_SIZES, method="bounded")
    size = float(found.x)

    def penalised(weight: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margins = size * differences @ weight
        slope = -(weights / (1 + np.exp(np.clip(margins, -50, 50)))) @ differences * size
        off = (weight - usual) / _SPREAD**2
        return cost(size * weight) + 0.5 * float(off @ (weight - usual)), slope + off

    best = minimize(penalised, usual, jac=True, method="L-BFGS-B", bounds=[(0, None)] * len(names))
    whole = sum(default.values()) / max(float(best.x.sum()), 1e-9)
    return {name: round(float(value * whole), 4) for name, value in zip(names, best.x, strict=True)}


def learn_trees(opinions: Opinions) -> Trees:
    """Trees that predict how far above the mean of its product's titles a title is liked, + 0.5."""
    with train_extra():
        import lightgbm
    names = sorted({score.name for some in opinions.values()
                    for one in some for score in one.scores})  # fmt: skip
    everyone = [one for some in opinions.values() for one in some]
    wanted = np.concatenate([_above_mean(some) for some in opinions.values()])
    told = lightgbm.Dataset(
        rows([one.scores for one in everyone], names),
        wanted + 0.5,
        weight=[one.weight for one in everyone],
    )
    settings = {
        "objective": "l2", "num_leaves": _LEAVES, "learning_rate": _RATE,
        "min_data_in_leaf": min(_SMALLEST_LEAF, max(5, len(everyone) // 50)),
        "verbose": -1, "seed": 0, "deterministic": True, "num_threads": 1,
    }  # fmt: skip
    return Trees(lightgbm.train(settings, told, _ROUNDS).model_to_string(), names)


def _above_mean(some: Sequence[Opinion]) -> NDArray[np.float64]:
    liked = np.array([one.liked for one in some])
    return np.asarray(liked - np.average(liked, weights=[one.weight for one in some]))


def _differences(
    opinions: Opinions, names: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """[pairs, names] scores of the better less those of the worse, [pairs] weights with mean 1.

    A product has as much say as its pairs weigh, divided by the number of its titles less one.
    """
    found, weights = [], []
    for some in opinions.values():
        table = np.nan_to_num(rows([one.scores for one in some], names))
        for better, worse, weight in pairs_of(some):
            found.append(table[better] - table[worse])
            weights.append(weight / (len(some) - 1))
    return np.array(found), np.array(weights) / np.mean(weights)


def _cross_validated(
    opinions: Opinions, learn: Callable[[Opinions], Weigher]
) -> NDArray[np.float64]:
    """[products] weighted share of pairs that a ranking learnt from other products agrees with."""
    agreed: dict[str, float] = {}
    for fold in range(_FOLDS):
        held = {product for product in opinions if _fold(product) == fold}
        if not held or len(held) == len(opinions):
            continue
        weigher = learn(
            {product: some for product, some in opinions.items() if product not in held}
        )
        agreed |= {product: agreement(weigher, opinions[product]) for product in held}
    return np.array([agreed[product] for product in opinions if product in agreed])


def agreement(weigher: Weigher, some: Sequence[Opinion]) -> float:
    """Weighted share of a product's pairs that are ordered as people did; a tie counts half."""
    totals = [
        round(sum(part.value for part in parts), 9)
        for parts in weigher.weigh([one.scores for one in some])
    ]
    right = [
        weight * (0.5 if totals[better] == totals[worse] else float(totals[better] > totals[worse]))
        for better, worse, weight in pairs_of(some)
    ]
    return sum(right) / sum(weight for _, _, weight in pairs_of(some))


def _fold(product: str) -> int:
    return zlib.crc32(f"ranking {product}".encode("utf-8", "surrogatepass")) % _FOLDS


def _trial(found: NDArray[np.float64], usual: NDArray[np.float64]) -> Trial:
    return Trial(float(found.mean()), _interval(found), _interval(found - usual))


def _interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """95 % bootstrap interval of the mean over products."""
    chosen = np.random.default_rng(0).integers(0, len(values), (_SAMPLES, len(values)))
    low, high = np.percentile(values[chosen].mean(1), [2.5, 97.5])
    return float(low), float(high)
