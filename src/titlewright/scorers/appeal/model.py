"""What was learnt of appeal: a linear model of a wording's features, and its calibration."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from titlewright.generators.compact import embedding
from titlewright.scorers.appeal.features import FACTORS, factor_row, pieces
from titlewright.scorers.kept import opened, read_arrays, write_about

Array = NDArray[np.float32]
SHIPPED = Path(__file__).resolve().parents[2] / "data" / "appeal"
KIND = "appeal"
SURE_FROM = 0.6  # the probability from which on it dares to tell
_WEIGHTS, _PIECES = "weights.npz", "pieces.txt"
_REASONS = 2


@dataclass(frozen=True, slots=True)
class Preference:
    """Which of two wordings draws more clicks.

    probability  that it is the first, calibrated on pairs of tests that were decided
    sure         False where the model abstains: too near to a coin's toss
    """

    probability: float
    sure: bool


@dataclass(frozen=True, slots=True)
class Features:
    """How a wording becomes numbers, as it was in training.

    pieces   piece of words -> its place, [P]
    rarity   [P] inverse document frequency, ln((1 + n) / (1 + df)) + 1
    middle   [E] mean of the embeddings, taken off before they are scaled to length 1
    mean     [F] of the factors
    spread   [F] ten standard deviations of the factors
    """

    pieces: Mapping[str, int]
    rarity: Array
    middle: Array
    mean: Array
    spread: Array

    def frequencies(self, text: str) -> tuple[list[int], Array]:
        """Places and weights of the known pieces, tf-idf with 1 + ln tf, scaled to length 1."""
        counts = Counter(self.pieces[piece] for piece in pieces(text) if piece in self.pieces)
        places = list(counts)
        weights = np.array([1 + math.log(count) for count in counts.values()], np.float32)
        weights = weights * self.rarity[places]
        return places, weights / max(float(np.linalg.norm(weights)), 1e-9)

    def meaning(self, embedded: Array) -> Array:
        """[N, E] embeddings, centred and scaled to length 1."""
        centred = embedded - self.middle
        length = np.linalg.norm(centred, axis=1, keepdims=True)
        return np.asarray(centred / np.maximum(length, 1e-9), np.float32)

    def figures(self, text: str) -> Array:
        return np.asarray((factor_row(text) - self.mean) / self.spread, np.float32)


@dataclass(frozen=True, slots=True)
class AppealModel:
    """Strengths of wordings, in units in which a difference d means ln(p / (1 - p)) = d.

    features      how wordings become numbers
    of_pieces     [P], of_meaning [E], of_factors [F]: weights
    typical       strength of the average wording learnt from
    """

    features: Features
    of_pieces: Array
    of_meaning: Array
    of_factors: Array
    typical: float = 0.0

    def strengths(self, texts: Sequence[str], embedded: Array | None = None) -> NDArray[Any]:
        """[N] strengths, 0 for the average wording; `embedded` where it is known already."""
        if not texts:
            return np.zeros(0)
        meaning = self.features.meaning(embedding.embed(texts) if embedded is None else embedded)
        found = meaning @ self.of_meaning
        for row, text in enumerate(texts):
            places, weights = self.features.frequencies(text)
            found[row] += weights @ self.of_pieces[places]
            found[row] += self.features.figures(text) @ self.of_factors
        return np.asarray(found, np.float64) - self.typical

    def prefer(self, first: str, second: str) -> Preference:
        """Which of two wordings of one thing draws more clicks."""
        one, other = self.strengths([first, second])
        probability = 1 / (1 + math.exp(other - one))
        return Preference(probability, max(probability, 1 - probability) >= SURE_FROM)

    def reasons(self, text: str) -> tuple[str, ...]:
        """The plain factors that tell most for or against the wording; pieces and meaning have no
        names."""
        effects = self.features.figures(text) * self.of_factors
        order = np.argsort(-np.abs(effects))[:_REASONS]
        return tuple(f"{'for' if effects[at] > 0 else 'against'} it: {FACTORS[at]}" for at in order)

    def save(self, folder: Path) -> None:
        """Into a folder that exists; with `generators.saved.save_whole` all of it or nothing."""
        known = sorted(self.features.pieces, key=self.features.pieces.__getitem__)
        (folder / _PIECES).write_text("\n".join(known) + "\n", encoding="utf-8")
        np.savez_compressed(
            folder / _WEIGHTS, rarity=self.features.rarity.astype(np.float16),
            middle=self.features.middle, mean=self.features.mean, spread=self.features.spread,
            of_pieces=self.of_pieces.astype(np.float16), of_meaning=self.of_meaning,
            of_factors=self.of_factors,
        )  # fmt: skip
        write_about(folder, KIND, FACTORS, typical=self.typical)

    @classmethod
    def load(cls, folder: Path = SHIPPED) -> Self:
        """Raises GeneratorError for a folder that holds no such model, or not all of it."""
        with opened(folder, KIND, FACTORS) as about:
            known = (folder / _PIECES).read_text(encoding="utf-8").removesuffix("\n").split("\n")
            arrays = read_arrays(folder / _WEIGHTS)
            features = Features(
                {piece: place for place, piece in enumerate(known)},
                *(arrays[name] for name in ("rarity", "middle", "mean", "spread")),
            )
            return cls(
                features, arrays["of_pieces"], arrays["of_meaning"], arrays["of_factors"],
                float(about["typical"]),
            )  # fmt: skip
