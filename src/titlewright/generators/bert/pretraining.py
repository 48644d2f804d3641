"""Learning masked words: what the training loop asks of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from titlewright.generators.bert.masking import IGNORED, Masked, mask
from titlewright.generators.bert.network import Inputs, encode, inputs_of, tensor, word_scores
from titlewright.generators.bert.reading import Pair, Reader, length
from titlewright.neural.device import to_device
from titlewright.neural.logs import Sample

_AT_ONCE = 32


class Lesson(NamedTuple):
    """A pair, and the seed of its masks."""

    pair: Pair
    seed: str


class MaskedBatch(NamedTuple):
    """Rows with masks, and what was masked."""

    inputs: Inputs
    targets: Tensor  # [B, S], IGNORED where nothing is asked


def lessons(pairs: Sequence[Pair], seed: int) -> Callable[[int], Sequence[Lesson]]:
    """The lessons of each epoch (0, 1, ...): the same pairs, other masks (Liu et al. 2019,
    "RoBERTa", section 4.1, dynamic masking)."""

    def of_epoch(epoch: int) -> list[Lesson]:
        return [Lesson(pair, f"{seed}:{epoch}:{number}") for number, pair in enumerate(pairs)]

    return of_epoch


def masked_row(pair: Pair, seed: str, reader: Reader) -> Masked:
    """The pair with masks; the same seed, the same masks."""
    row = reader.sequence(pair)
    return mask(
        row.ids, row.words, random.Random(seed), masked=reader.mask, ordinary=reader.ordinary
    )


def collate_masked(lessons: Sequence[Lesson], reader: Reader) -> MaskedBatch:
    rows, targets = [], []
    for lesson in lessons:
        masked = masked_row(lesson.pair, lesson.seed, reader)
        rows.append(reader.telling_shared(replace(reader.sequence(lesson.pair), ids=masked.ids)))
        targets.append(masked.targets)
    return MaskedBatch(inputs_of(rows, reader.padding), tensor(targets, IGNORED))


def masked_losses(network: Any, pieces: Tensor, targets: Tensor) -> Tensor:
    """Nats of each masked piece [M], in order: the head reads only these, not all [B, S, D]."""
    asked = targets != IGNORED
    return cross_entropy(word_scores(network, pieces[asked]), targets[asked], reduction="none")


class MaskedWordTask:
    """A neural.task.Task: examples are lessons."""

    def __init__(self, network: nn.Module, reader: Reader) -> None:
        self.module = network
        self._reader = reader

    def length(self, lesson: Lesson) -> int:
        return length(lesson.pair)

    def collate(self, lessons: Sequence[Lesson]) -> MaskedBatch:
        return collate_masked(lessons, self._reader)

    def loss(self, batch: MaskedBatch) -> tuple[Tensor, int]:
        """Negative log-likelihood of the masked pieces, summed, and their number."""
        losses = masked_losses(self.module, encode(self.module, batch.inputs).pieces, batch.targets)
        return losses.sum(), len(losses)

    @torch.no_grad()
    def evaluate(self, lessons: Sequence[Lesson]) -> dict[str, float]:
        """The share of masked pieces that are found, in [0, 1]."""
        device = next(self.module.parameters()).device
        right = asked = 0
        for start in range(0, len(lessons), _AT_ONCE):
            batch = to_device(self.collate(lessons[start : start + _AT_ONCE]), device)
            there = batch.targets != IGNORED
            pieces = encode(self.module, batch.inputs).pieces[there]
            found = word_scores(self.module, pieces).argmax(-1) == batch.targets[there]
            right, asked = right + int(found.sum()), asked + len(found)
        return {"accuracy": right / asked} if asked else {}

    def samples(self, lessons: Sequence[Lesson]) -> list[Sample]:  # noqa: ARG002
        """None: a masked text is no title."""
        return []
