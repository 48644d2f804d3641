"""The judge's calibration, a record that is kept with it; how it is found: `neural.calibration`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np

from titlewright.neural.calibration import calibration_error, probability, temperature


@dataclass(frozen=True, slots=True)
class Calibration:
    """How log-odds become probabilities: p = 1 / (1 + exp(-z / temperature)).

    pairs          on which it was fitted; 0: never, and the temperature is 1
    ece_before     expected calibration error on them with temperature 1
    ece            the same with the temperature; a little too good, since it was fitted there
    """

    temperature: float = 1.0
    pairs: int = 0
    ece_before: float = math.nan
    ece: float = math.nan

    def probability(self, log_odds: float) -> float:
        return float(probability(log_odds / self.temperature))

    def to_json(self) -> dict[str, Any]:
        """The record, None for what is not known."""
        return {name: None if value != value else value for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        known: dict[str, Any] = {
            name: math.nan if value is None else value for name, value in data.items()
        }
        return cls(**known)


def calibrate(log_odds: Sequence[float], right: Sequence[bool]) -> Calibration:
    """The temperature of the highest likelihood; 1 where there is only one class."""
    scores, labels = np.asarray(log_odds, float), np.asarray(right, float)
    if not 0 < labels.sum() < len(labels):
        return Calibration()
    best = temperature(scores, labels)
    return Calibration(
        best,
        len(labels),
        calibration_error(probability(scores), labels),
        calibration_error(probability(scores / best), labels),
    )
