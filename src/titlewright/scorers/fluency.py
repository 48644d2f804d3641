"""Fluency: how usual a title's words are one after another, among titles of the same kind.

From the Kneser-Ney model of an n-gram generator: the mean of ln P(unit | units before) over the
title's units and its end, in nats a unit. Its score is the share of known titles that are less
fluent, by titles that the model hadn't counted when it judged them: 0.5 is as fluent as the
sellers' titles are, 0 worse than all. It is a rank, no probability that people like the title.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from titlewright.errors import GeneratorError
from titlewright.generators.ngram.generator import NgramGenerator
from titlewright.generators.ngram.kneser_ney import KneserNey
from titlewright.generators.saved import read_model_json
from titlewright.generators.writing.units import SPACE, split
from titlewright.records import Candidate, Product, Score
from titlewright.text.words import fold


class FluencyScorer:
    """Scores by a language model of titles.

    language     of folded units
    percentiles  [101] mean nats a unit that 0, 1 .. 100 % of known titles don't exceed
    """

    name = "fluency"

    def __init__(self, language: KneserNey, percentiles: NDArray[Any]) -> None:
        self._language = language
        self._percentiles = percentiles

    @classmethod
    def of(cls, generator: NgramGenerator) -> Self:
        """The scorer in a trained n-gram generator."""
        return cls(generator.model.language, generator.fluency)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The scorer in a saved n-gram model. Raises GeneratorError for any other folder."""
        family = read_model_json(folder)["family"]
        if family != NgramGenerator.name:
            raise GeneratorError(
                f"{folder} is a model of the family {family!r}, which can't judge fluency. Train "
                "one that can: titlewright train DATA --family ngram -o MODEL"
            )
        return cls.of(NgramGenerator.load(folder))

    def score(
        self,
        product: Product,  # noqa: ARG002 - fluent is fluent, whatever the product
        candidates: Sequence[Candidate],
        audience: str | None = None,  # noqa: ARG002
    ) -> list[Score]:
        return [self._score(candidate.text) for candidate in candidates]

    def _score(self, title: str) -> Score:
        units = split(title)
        if not units:
            return Score(self.name, 0.0, ("no words",))
        nats = self._language.log_probabilities([fold(unit) for unit in units])
        share = np.searchsorted(self._percentiles, np.mean(nats), side="right")
        value = min(int(share), 100) / 100
        return Score(self.name, value, (_least_likely(units, nats),))


def _least_likely(units: Sequence[str], nats: Sequence[float]) -> str:
    """The junction that tells most against the title, in words."""
    place = int(np.argmin(nats))
    if place == len(units):
        return f"least usual: ending on {_shown(units[-1])}"
    if place == 0:
        return f"least usual: beginning with {_shown(units[0])}"
    return f"least usual: {_shown(units[place])} after {_shown(units[place - 1])}"


def _shown(unit: str) -> str:
    return "a space" if unit == SPACE else f"“{unit}”"
