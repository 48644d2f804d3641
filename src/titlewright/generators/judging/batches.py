"""Titles that exist as ids, the words that nobody knows among them, and questions as tensors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import torch
from torch import Tensor

from titlewright.generators.judging.questions import Question
from titlewright.generators.sequence.batches import Source
from titlewright.generators.sequence.reading import Reading, read
from titlewright.generators.sequence.vocabulary import UNKNOWN
from titlewright.generators.writing.lengths import MOST_UNITS
from titlewright.generators.writing.targets import unit_ids
from titlewright.generators.writing.units import SPACE, split
from titlewright.generators.writing.vocabulary import PAD, Vocabulary
from titlewright.records import Hints, Product


class JudgeBatch(NamedTuple):
    """B products, each with its own title and a wrong one."""

    source: Source
    titles: Tensor  # [B, 2, T], the product's own first


def read_stated(product: Product, vocabulary: Vocabulary) -> Reading:
    """What the judge reads of a product: not the title that it has now."""
    return read(replace(product, title=""), Hints(), vocabulary, copying=True)


def title_ids(title: str, reading: Reading, vocabulary: Vocabulary) -> list[tuple[str, list[int]]]:
    """The first MOST_UNITS units of a title, each with its ids: UNKNOWN where neither the product
    nor the vocabulary has it, its parts' where those are known."""
    return [
        (unit, list(unit_ids(unit, reading, vocabulary)) or [UNKNOWN])
        for unit in split(title)[:MOST_UNITS]
        if unit != SPACE
    ]


def flat_ids(title: str, reading: Reading, vocabulary: Vocabulary) -> list[int]:
    return [number for _, ids in title_ids(title, reading, vocabulary) for number in ids]


def both_titles(
    questions: Sequence[Question], readings: Sequence[Reading], vocabulary: Vocabulary
) -> Tensor:
    """The own title and the wrong one of each question: [B, 2, T]."""
    return stacked(
        [
            [flat_ids(title, reading, vocabulary) for title in (one.example.title, one.wrong)]
            for one, reading in zip(questions, readings, strict=True)
        ]
    )


def stacked(titles: Sequence[Sequence[Sequence[int]]]) -> Tensor:
    """K titles of each of B products as [B, K, T]."""
    longest = max((len(ids) for row in titles for ids in row), default=0)
    padded = [[[*ids, *[PAD] * (longest - len(ids))] for ids in row] for row in titles]
    count = len(titles[0]) if titles else 0
    return torch.tensor(padded, dtype=torch.long).view(len(titles), count, longest)
