"""The title model as the engine of the compact model's search: same beams, samples and wishes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from titlewright.generators.ngram.product_words import ProductWords
from titlewright.generators.ngram.title_model import OTHER, Page, TitleModel
from titlewright.generators.writing.backing import Backing
from titlewright.generators.writing.units import is_word
from titlewright.generators.writing.vocabulary import END, PAD
from titlewright.generators.writing.wording import said

Array = NDArray[Any]
OPTIONS = 24  # likeliest candidates that the search looks at
_LEAST = -12.0  # nats: what is less likely is none of them
_NONE = -1e9  # the score of an option that there isn't


@dataclass(slots=True)
class Memory:
    """One product's page, what it backs, what each lane has written, what was worked out before."""

    page: Page
    backing: Backing
    lanes: list[list[int]] = field(default_factory=list)
    known: dict[tuple[int, ...], Array] = field(default_factory=dict)


class NgramEngine:
    """An Engine over a title model. Products don't meet in it, so none depends on another."""

    def __init__(self, model: TitleModel) -> None:
        self._model = model

    def read(self, readings: Sequence[ProductWords]) -> list[Memory]:
        return [Memory(self._model.page(words), Backing(words.product)) for words in readings]

    def step(
        self,
        memory: list[Memory],
        previous: Array,
        budgets: Array,  # noqa: ARG002 - lengths are kept by the search alone
        bonus: Array,
        position: int,
    ) -> tuple[Array, Array]:
        ids = np.full((*previous.shape, OPTIONS), PAD)
        scores = np.full(ids.shape, _NONE)
        for row, one in enumerate(memory):
            if position == 0:
                one.lanes = [[] for _ in previous[row]]
            for lane, last in enumerate(previous[row].tolist()):
                if position and last != PAD:
                    one.lanes[lane] = [*one.lanes[lane], last]
                if last != PAD:
                    self._look(one, lane, bonus[row], ids[row, lane], scores[row, lane])
        return ids, scores

    def reorder(self, memory: list[Memory], lanes: Array) -> None:
        for one, origins in zip(memory, lanes.tolist(), strict=True):
            one.lanes = [one.lanes[origin] for origin in origins]

    def _look(self, one: Memory, lane: int, bonus: Array, ids: Array, scores: Array) -> None:
        """Write a lane's likeliest options [OPTIONS] into ids and scores."""
        likely = self._log_probabilities(one, one.lanes[lane])
        weighed = likely + bonus[: len(likely)]
        order = np.argsort(-weighed, kind="stable")[: np.count_nonzero(weighed > _LEAST)]
        allowed = (number for number in order.tolist() if self._may(one, number))
        kept = list(islice(allowed, OPTIONS))
        ids[: len(kept)] = kept
        scores[: len(kept)] = weighed[kept]

    def _log_probabilities(self, one: Memory, written: list[int]) -> Array:
        key = tuple(written)
        if key not in one.known:
            one.known[key] = self._model.log_probabilities(one.page, written)
        return one.known[key]

    def _may(self, one: Memory, number: int) -> bool:
        """A word that the product doesn't hold is only written where the product backs it."""
        if number >= len(self._model.vocabulary) or number == END:
            return True
        if number == OTHER or not one.page.possible[number]:
            return False
        word = self._model.vocabulary.words[number]
        return not is_word(word) or one.backing.backs(said(word), said(""))
