"""Scorers: one quality of titles a file, one contract. What they say is a score, not a gate.

`create` opens the judge in a model's folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from titlewright.errors import GeneratorError
from titlewright.generators.saved import is_model, read_model_json
from titlewright.neural.extras import train_extra
from titlewright.records import Candidate, Product, Score

__all__ = ["Scorer", "create", "judges"]

# The families whose models judge, and what opens them ("module:class").
_JUDGES = {
    "ngram": "titlewright.scorers.fluency:FluencyScorer",
    "cnn": "titlewright.scorers.cnn:CNNScorer",
    "gan": "titlewright.scorers.cnn:CNNScorer",  # the judge that taught it
    "bert": "titlewright.scorers.bert:BertScorer",
    "appeal": "titlewright.scorers.appeal.scorer:AppealScorer",
}


class Scorer(Protocol):
    """Judges titles of one product by one quality; `name` stands on every score."""

    name: str

    def score(
        self, product: Product, candidates: Sequence[Candidate], audience: str | None = None
    ) -> list[Score]:
        """A score in [0, 1] with its reasons for each candidate, in their order.

        A candidate's score doesn't depend on the others. `audience` is named as in Hints.
        """
        ...


def judges(folder: Path) -> bool:
    """Whether the folder holds a model that judges."""
    return is_model(folder) and read_model_json(folder)["family"] in _JUDGES


def create(folder: Path) -> Scorer:
    """The judge saved in this folder.

    Raises GeneratorError when it is no model, or one that doesn't judge; MissingExtraError when it
    needs a package that isn't installed.
    """
    family = str(read_model_json(folder)["family"])
    if family not in _JUDGES:
        raise GeneratorError(
            f"{folder} is a model of the family {family!r}, which judges no titles. Families that "
            f"do: {', '.join(_JUDGES)}."
        )
    module, _, name = _JUDGES[family].partition(":")
    with train_extra():
        return cast(Scorer, getattr(import_module(module), name).load(folder))
