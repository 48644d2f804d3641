"""Own title: the probability that a title is a seller's own title of this product, from a CNN.

Calibrated for even odds (as many right titles as wrong ones), see `generators.judging`. The reason
is the unit without which the probability would change most: erasure, Li, Monroe and Jurafsky 2016,
"Understanding neural networks through representation erasure". It tells what the network looked
at, not whether that is good or bad of a title.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np

from titlewright.generators.judging.batches import read_stated, title_ids
from titlewright.generators.judging.judge import CNNJudge
from titlewright.generators.sequence.reading import Reading
from titlewright.records import Candidate, Product, Score

_TELLING = 0.005  # a change of the probability that is worth a word


class CNNScorer:
    """Scores by a judge that has learnt from sellers' titles."""

    name = "own title"

    def __init__(self, judge: CNNJudge) -> None:
        self._judge = judge
        judge.ready()

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The scorer in a saved model of the families cnn or gan. Raises GeneratorError."""
        return cls(CNNJudge.load(folder))

    def score(
        self,
        product: Product,
        candidates: Sequence[Candidate],
        audience: str | None = None,  # noqa: ARG002
    ) -> list[Score]:
        reading = read_stated(product, self._judge.ready()[1])
        if not reading.speaks:
            return [Score(self.name, 0.0, ("the product says nothing",)) for _ in candidates]
        return [self._score(reading, candidate.text) for candidate in candidates]

    def _score(self, reading: Reading, title: str) -> Score:
        """By itself and not in a batch with others, whose rounding would touch its last digits."""
        units = title_ids(title, reading, self._judge.ready()[1])
        if not units:
            return Score(self.name, 0.0, ("no words",))
        ids = [numbers for _, numbers in units]
        erased = [ids[:place] + ids[place + 1 :] for place in range(len(ids))]
        chances = self._judge.probabilities(
            reading, [[number for part in parts for number in part] for parts in (ids, *erased)]
        )
        value = float(chances[0])
        place = int(np.argmax(np.abs(chances[1:] - value)))
        return Score(self.name, value, (_reason(units[place][0], value, chances[place + 1]),))


def _reason(unit: str, value: float, without: float) -> str:
    if abs(value - without) < _TELLING:
        return "no single word makes a difference"
    speaks = "for" if value > without else "against"
    return f"“{unit}” speaks most {speaks} it: {without:.2f} without"
