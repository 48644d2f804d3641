"""Whether a title is right for its product, as BERT judges: the seller's, or one that is wrong.

The score is a probability, calibrated on dev titles of which half were right, the others another
product's, with a fact swapped or spoilt. Its reason names what the title lacks.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Self

from titlewright.generators.bert.model import Bert
from titlewright.records import Candidate, Product, Score
from titlewright.text.words import atoms


class BertScorer:
    """Scores by a BERT that has learnt to judge.

    `explain` False leaves out what a title lacks, which takes longer than the score.
    """

    name = "bert"

    def __init__(self, model: Bert, *, explain: bool = True) -> None:
        self.model = model
        self._explain = explain

    @classmethod
    def load(cls, folder: Path, *, explain: bool = True) -> Self:
        """The judge in a saved model. Raises GeneratorError for a folder that holds none."""
        model = Bert.load(folder)
        model.require_judge()
        return cls(model, explain=explain)

    def score(
        self,
        product: Product,
        candidates: Sequence[Candidate],
        audience: str | None = None,  # noqa: ARG002 - right is right, whoever reads it
    ) -> list[Score]:
        return [self._score(product, candidate.text) for candidate in candidates]

    def _score(self, product: Product, title: str) -> Score:
        if not atoms(title):
            return Score(self.name, 0.0, ("no words",))
        (value,) = self.model.probabilities(product, [title])
        verdict = "fits the product" if value >= 0.5 else "doesn't fit the product, or is spoilt"
        return Score(self.name, value, (verdict, *self._lacks(product, title)))

    def _lacks(self, product: Product, title: str) -> Sequence[str]:
        lacks = self.model.missing(product, title)[:1] if self._explain else []
        return [f"lacks {lack.attribute}: “{lack.value}”" for lack in lacks if lack.gain > 0]
