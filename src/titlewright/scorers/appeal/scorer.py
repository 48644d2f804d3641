"""Appeal as a Score: how a title's wording compares with the average wording of clicked tests."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from titlewright.records import Candidate, Product, Score
from titlewright.scorers.appeal.model import SHIPPED, AppealModel
from titlewright.text.language import identify


class AppealScorer:
    """Scores wordings by what drew clicks in randomised tests of English headlines.

    The value is the probability that the wording would have been clicked more than the average
    one. Titles in other languages get 0.5: nothing was learnt about them.
    """

    name = "appeal"

    def __init__(self, model: AppealModel) -> None:
        self._model = model

    @classmethod
    def load(cls, folder: Path = SHIPPED) -> Self:
        """The scorer that ships, or that of a model which `training.learn` made."""
        return cls(AppealModel.load(folder))

    def score(
        self,
        product: Product,
        candidates: Sequence[Candidate],
        audience: str | None = None,  # noqa: ARG002 - the tests tell nothing of audiences
    ) -> list[Score]:
        return [self._score(candidate.text, product) for candidate in candidates]

    def _score(self, title: str, product: Product) -> Score:
        if identify(title, product.locale) != "en":
            return Score(self.name, 0.5, ("learnt from English wordings only",))
        (strength,) = self._model.strengths([title])
        return Score(self.name, 1 / (1 + math.exp(-strength)), self._model.reasons(title))
