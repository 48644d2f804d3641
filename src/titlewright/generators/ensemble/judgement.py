"""How good a pooled candidate probably is: ridge regression of ROUGE-L on what is told of it.

Hoerl and Kennard 1970. Few weights and few examples: it is fitted on dev, which no member learnt
from. Whether it is to be trusted is found on products that it wasn't fitted on (five folds).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from titlewright.generators.ensemble.pool import Array

_RIDGE = 1.0
_FOLDS = 5
_TEMPERATURES = np.geomspace(0.01, 0.3, 12)


@dataclass(frozen=True, slots=True)
class Judgement:
    """weights      of the features, then a constant: expected ROUGE-L
    temperature  of the softmax that makes chances of it
    trusted      False: what it chooses isn't better than the best member's own first titles, so
                 that member's titles come first
    best         the member whose first titles are best
    """

    weights: tuple[float, ...]
    temperature: float
    trusted: bool
    best: int

    def chances(self, rows: Array) -> Array:
        """[C] natural logs of the probability that each candidate is the best of its pool."""
        expected = _with_constant(rows) @ np.asarray(self.weights) / self.temperature
        top = expected.max()
        return np.asarray(expected - top - np.log(np.exp(expected - top).sum()))

    def to_json(self) -> dict[str, Any]:
        return {
            "weights": list(self.weights),
            "temperature": self.temperature,
            "trusted": self.trusted,
            "best": self.best,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return cls(
            tuple(map(float, data["weights"])), float(data["temperature"]), bool(data["trusted"]),
            int(data["best"]),
        )  # fmt: skip


def untaught(features: int) -> Judgement:
    """Without anything to learn from: the first member's titles come first."""
    return Judgement((0.0,) * (features + 1), 1.0, trusted=False, best=0)


def fit(
    rows: Sequence[Array], quality: Sequence[Array], firsts: Array
) -> tuple[Judgement, dict[str, float]]:
    """The judgement, and its measures.

    rows     [C, F] features of each product's pool
    quality  [C] ROUGE-L of its candidates
    firsts   [products, members] ROUGE-L of each member's first title, 0 where it has none

    Measures: "rougeL" of what comes first, on products not fitted on; "best_member", "oracle" (the
    best of each pool), all in [0, 1].
    """
    chosen = np.zeros(len(rows))
    for fold in range(_FOLDS):
        held = [at for at in range(len(rows)) if at % _FOLDS == fold and len(rows[at])]
        known = [at for at in range(len(rows)) if at % _FOLDS != fold]
        if not held or not any(len(rows[at]) for at in known):
            continue
        weights = _ridge([rows[at] for at in known], [quality[at] for at in known])
        for at in held:
            chosen[at] = quality[at][int(np.argmax(_with_constant(rows[at]) @ weights))]
    members = firsts.mean(0)
    best = int(members.argmax())
    trusted = bool(chosen.mean() > members[best])
    weights = _ridge(rows, quality)
    judgement = Judgement(
        tuple(weights.tolist()), _temperature(weights, rows, quality), trusted, best
    )
    oracle = float(np.mean([values.max() if len(values) else 0.0 for values in quality]))
    reached = float(chosen.mean()) if trusted else float(members[best])
    return judgement, {"rougeL": reached, "best_member": float(members[best]), "oracle": oracle}


def _ridge(rows: Sequence[Array], quality: Sequence[Array]) -> Array:
    """argmin |X w - y|^2 + ridge |w|^2, the constant not held down."""
    known, wanted = _with_constant(np.concatenate(rows)), np.concatenate(quality)
    penalty = _RIDGE * np.eye(known.shape[1])
    penalty[-1, -1] = 1e-6
    return np.asarray(np.linalg.solve(known.T @ known + penalty, known.T @ wanted))


def _temperature(weights: Array, rows: Sequence[Array], quality: Sequence[Array]) -> float:
    """At which the best candidates are as likely as can be."""

    def surprise(temperature: float) -> float:
        judged = Judgement(tuple(weights.tolist()), temperature, trusted=True, best=0)
        return -sum(
            float(judged.chances(row)[int(values.argmax())])
            for row, values in zip(rows, quality, strict=True)
            if len(row)
        )

    return float(min(_TEMPERATURES, key=surprise))


def _with_constant(rows: Array) -> Array:
    return np.concatenate([rows, np.ones((len(rows), 1))], 1)
