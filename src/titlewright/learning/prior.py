"""What to believe of a title before it is shown: a Beta prior, learnt from other products' titles.

Empirical Bayes (Efron and Morris 1975; Lambert and colleagues' LOLA blends a model's guess and a
bandit in the same spirit). The success rate p of a title of one product has

    ln M ~ Normal(rate + the category's shift, spread)           the product's own level M
    p    ~ Beta(c, c (1 - m) / m)    with m = M exp(effects . strengths)

so that titles of a product share its level, strengths (appeal, words) shift the mean of each, and
c, the concentration, says how much that mean is worth: as many successes. All of these numbers are
learnt by the marginal likelihood of counts, which is beta-binomial, with ln M summed over a grid.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from titlewright.errors import LearningError

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

SHIPPED = Path(__file__).resolve().parents[1] / "data" / "prior.json"
LEVELS = np.linspace(np.log(2e-4), np.log(0.6), 33)  # ln M, [C]
_ANY_LEVEL = 0.01  # weight of a level that is unlike all others
_HIGHEST = 0.9  # mean success rate of a title
_CONCENTRATIONS = (1.0, 10_000.0)
_CATEGORY_HOLD = 5.0  # products that a category needs to count half
_PATH = " > "


@dataclass(frozen=True, slots=True)
class Counts:
    """Products with K titles each, to learn a prior from.

    shown, won  [T, K] impressions and successes
    strengths   [T, K, F] what may tell of a title, centred over each product's titles
    categories  [T] each product's category, coarse to fine
    """

    shown: Array
    won: Array
    strengths: Array
    categories: Sequence[tuple[str, ...]] = ()


@dataclass(frozen=True, slots=True)
class Prior:
    """Numbers of the model above.

    rate           mean of ln M
    spread         its standard deviation, above 0
    concentration  c, from 1 to 10,000
    effects        [F] change of ln m for one unit of each strength
    categories     shift of the rate by category ("Shoes > Boots"), relative to `rate`
    products       how many it was learnt from
    """

    rate: float
    spread: float
    concentration: float
    effects: tuple[float, ...]
    categories: Mapping[str, float] = field(default_factory=dict)
    products: int = 0

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Raises LearningError for what isn't a prior."""
        try:
            made = cls(
                float(data["rate"]), float(data["spread"]), float(data["concentration"]),
                tuple(float(one) for one in data["effects"]),
                {name: float(shift) for name, shift in data.get("categories", {}).items()},
                int(data.get("products", 0)),
            )  # fmt: skip
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise LearningError(f"{dict(data)!r} is no prior: {error!r}. Fit it again.") from error
        low, high = _CONCENTRATIONS
        numbers = (made.rate, made.spread, *made.effects, *made.categories.values())
        if not (np.isfinite(numbers).all() and made.spread > 0
                and low <= made.concentration <= high):  # fmt: skip
            raise LearningError(
                f"A prior with rate {made.rate!r}, spread {made.spread!r}, concentration "
                f"{made.concentration!r} and effects {made.effects!r} can't be: all numbers are "
                f"finite, the spread is above 0, the concentration from {low:g} to {high:g}."
            )
        return made

    @classmethod
    def load(cls, path: Path = SHIPPED) -> Self:
        """Raises LearningError for a file that can't be read or holds no prior."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise LearningError(f"The prior {path} can't be read: {error}") from error
        if not isinstance(data, dict):
            raise LearningError(f"{path} holds no prior. It is what `Prior.save` writes.")
        return cls.from_json(data)

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(self.to_json(), indent=1) + "\n", encoding="utf-8")

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def with_effect(self, effect: float) -> Self:
        """With one more strength, of which one unit changes ln m by `effect`."""
        return replace(self, effects=(*self.effects, effect))

    def rate_of(self, category: Sequence[str]) -> float:
        """Mean of ln M in the finest category that is known."""
        return self.rate + next(
            (
                self.categories[path]
                for depth in range(len(category), 0, -1)
                if (path := _PATH.join(category[:depth])) in self.categories
            ),
            0.0,
        )

    def middle(self, counts: Counts) -> Array:
        """[T] mean of ln M of each product, by its category."""
        if self.categories and len(counts.categories):
            return np.array([self.rate_of(path) for path in counts.categories])
        return np.full(len(counts.shown), self.rate)

    def levels(self, counts: Counts) -> Array:
        """[T, C] probabilities of the LEVELS of each product, given its counts."""
        logs = self._weights(counts)
        found = np.exp(logs - logs.max(axis=1, keepdims=True))
        return np.asarray(found / found.sum(axis=1, keepdims=True))

    def draws(
        self, counts: Counts, rng: Generator, number: int, variance: float | Array = 1.0
    ) -> Array:
        """[T, K, D] joint posterior draws of the titles' success rates.

        `variance` (or [T]) is what the variance of a title's belief is multiplied by, nearly:
        Beta(a / v, b / v), the posterior reshaping of Chapelle and Li 2011, section 3.
        """
        running = self.levels(counts).cumsum(axis=1)  # [T, C]
        drawn = rng.random((len(running), number)) * running[:, -1:]
        level = (drawn[:, :, None] > running[:, None, :]).sum(axis=2)  # [T, D]
        shift = counts.strengths @ np.array(self.effects)  # [T, K]
        mean = np.minimum(np.exp(LEVELS[level][:, None, :] + shift[:, :, None]), _HIGHEST)
        wins = self.concentration + counts.won[:, :, None]
        losses = self.concentration * (1 - mean) / mean + (counts.shown - counts.won)[:, :, None]
        narrow = np.broadcast_to(np.asarray(variance, float), (len(running),))[:, None, None]
        rates: NDArray[np.float64] = rng.beta(wins / narrow, losses / narrow)
        return rates

    def likelihood(self, tables: Sequence[Counts]) -> float:
        """ln of the marginal likelihood of all counts, but for a constant."""
        return sum(float(_log_sum(self._weights(counts)).sum()) for counts in tables)

    def _weights(self, counts: Counts) -> Array:
        """[T, C] ln of prior times likelihood."""
        near = -0.5 * ((LEVELS - self.middle(counts)[:, None]) / self.spread) ** 2
        near = near - _log_sum(near)[:, None]
        known = np.logaddexp(near + np.log1p(-_ANY_LEVEL), np.log(_ANY_LEVEL / len(LEVELS)))
        return np.asarray(known + _beta_binomial(self.concentration, self.effects, counts))


def fit(
    tables: Sequence[Counts],
    start: Prior,
    *,
    near: Prior | None = None,
    hold: float = 0.0,
    rounds: int = 60,
) -> Prior:
    """The prior under which the counts are likeliest.

    near    where to climb from, such as what was fitted to fewer counts before; None: `start`
    hold    how many products `start` is worth, to hold on to it where little is known
    rounds  most steps; fewer where nothing gets better

    Raises LearningError where nothing was shown, or strengths don't fit the effects of `start`.
    """
    tables = [counts for counts in tables if counts.shown.sum() > 0]
    if not tables:
        raise LearningError("Nothing was shown yet, so no prior can be learnt. Show titles first.")
    if any(counts.strengths.shape[2] != len(start.effects) for counts in tables):
        raise LearningError(
            f"The prior has effects of {len(start.effects)} strengths, the counts have "
            f"{tables[0].strengths.shape[2]}. Give one effect for each."
        )
    prior, step, best = near or start, 0.4, -np.inf
    for _ in range(rounds):
        prior = _levelled(tables, prior, start, hold)
        prior = replace(prior, categories=_shifts(tables, prior))
        tried = [prior, *_neighbours(prior, step)]
        worth = [one.likelihood(tables) - _strain(one, start, hold) for one in tried]
        at = int(np.argmax(worth))
        prior = tried[at]
        if worth[at] < best + 1e-3 * max(1.0, step) and at == 0:
            step /= 2
            if step < 0.02:
                break
        best = worth[at]
    return replace(
        prior,
        products=start.products * bool(hold) + sum(len(counts.shown) for counts in tables),
    )


def _neighbours(prior: Prior, step: float) -> list[Prior]:
    """The prior with another concentration, or another effect of one strength."""
    low, high = _CONCENTRATIONS
    found = [
        replace(prior, concentration=float(np.clip(prior.concentration * factor, low, high)))
        for factor in (np.exp(step), np.exp(-step))
    ]
    for place, effect in enumerate(prior.effects):
        for change in (step / 5, -step / 5):
            effects = (*prior.effects[:place], effect + change, *prior.effects[place + 1 :])
            found.append(replace(prior, effects=effects))
    return found


def _strain(prior: Prior, start: Prior, hold: float) -> float:
    """How far it is from `start`, as products would say it: half a squared log ratio each."""
    away = np.log(prior.concentration / start.concentration) ** 2
    away += sum((np.array(prior.effects) - np.array(start.effects)) ** 2) * 25
    return float(hold * away / 2)


def _levelled(tables: Sequence[Counts], prior: Prior, start: Prior, hold: float) -> Prior:
    """Rate and spread by one step of expectation maximisation."""
    weights = np.concatenate([prior.levels(counts) for counts in tables])  # [T, C]
    shift = np.concatenate([prior.middle(counts) for counts in tables]) - prior.rate
    count = len(weights) + hold
    rate = ((weights @ LEVELS - shift).sum() + hold * start.rate) / count
    square = (weights * (LEVELS - shift[:, None] - rate) ** 2).sum()
    square += hold * (start.spread**2 + (start.rate - rate) ** 2)
    return replace(prior, rate=float(rate), spread=float(max(np.sqrt(square / count), 0.1)))


def _shifts(tables: Sequence[Counts], prior: Prior) -> dict[str, float]:
    """By how much the categories' rates differ, coarse to fine, shrunk towards what is above."""
    rows = [
        (path, float(level))
        for counts in tables
        if any(counts.categories)
        for path, level in zip(counts.categories, prior.levels(counts) @ LEVELS, strict=True)
    ]
    found: dict[str, float] = {}
    for depth in range(1, max((len(path) for path, _ in rows), default=0) + 1):
        levels: dict[tuple[str, ...], list[float]] = {}
        for path, level in rows:
            if len(path) >= depth:
                levels.setdefault(path[:depth], []).append(level - prior.rate)
        for path, some in levels.items():
            above = found.get(_PATH.join(path[:-1]), 0.0)
            share = len(some) / (len(some) + _CATEGORY_HOLD)
            found[_PATH.join(path)] = above + share * (float(np.mean(some)) - above)
    return found


def _beta_binomial(concentration: float, effects: Sequence[float], counts: Counts) -> Array:
    """[T, C] ln likelihood of a product's counts at each level, but for a constant.

    The sum over titles of ln B(a + won, b + lost) - ln B(a, b), a being the concentration, where
    ln gamma(z + x) - ln gamma(z + y) = (x - y) ln(z + (x + y - 1) / 2), nearly (DLMF 5.11.12, two
    terms). Logarithms over the grid are taken of ratios, in single precision, which is quicker.
    """
    a = concentration
    shift = counts.strengths @ np.array(effects)  # [T, K]
    b = a / np.minimum(np.exp(LEVELS + shift[:, :, None]), _HIGHEST).astype(np.float32) - a
    rest = counts.shown + (a - counts.won - 1) / 2 + 1  # [T, K], above 0
    power = (a + counts.won).astype(np.float32)
    found = a * np.log(b + np.float32((a - 1) / 2))
    found -= power[:, :, None] * np.log1p((b - 1) / rest.astype(np.float32)[:, :, None])
    same = _log_gamma(a + counts.won) - _log_gamma(np.array(a)) - power * np.log(rest)  # [T, K]
    return np.asarray(found.sum(axis=1, dtype=np.float64) + same.sum(axis=1)[:, None])


def _log_gamma(x: Array) -> Array:
    """ln gamma by Stirling's series (Abramowitz and Stegun 6.1.41), within 0.001 from x = 1 on."""
    return np.asarray((x - 0.5) * np.log(x) - x + 1 / (12 * x) - 1 / (360 * x**3))


def _log_sum(logs: Array) -> Array:
    """ln of the sum of exp along the last axis."""
    top = logs.max(axis=-1)
    return np.asarray(top + np.log(np.exp(logs - top[..., None]).sum(axis=-1)))
