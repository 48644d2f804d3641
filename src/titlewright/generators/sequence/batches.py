"""Readings and titles as padded tensors.

B products, S units read, E unknown words of a product, T units of a title.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from titlewright.generators.sequence.reading import Reading
from titlewright.generators.writing.vocabulary import BEGIN, END, PAD


class Source(NamedTuple):
    """What is read, see `reading.Reading`; PAD where a product has fewer units."""

    ids: Tensor  # [B, S]
    fields: Tensor  # [B, S]
    copies: Tensor  # [B, S]
    spare: Tensor  # [B, E] zeros: room for the probabilities of unknown words

    @property
    def known(self) -> Tensor:
        """[B, S]: False where there is only padding."""
        return self.ids != PAD


class Batch(NamedTuple):
    """What is read and what is to be written of it."""

    source: Source
    previous: Tensor  # [B, T + 1], BEGIN and the title
    targets: Tensor  # [B, T + 1], the title and END


def collate(readings: Sequence[Reading]) -> Source:
    unknown = max((len(reading.words) for reading in readings), default=0)
    return Source(
        _tensor([reading.ids for reading in readings]),
        _tensor([reading.fields for reading in readings]),
        _tensor([reading.copies for reading in readings]),
        torch.zeros(len(readings), unknown),
    )


def collate_pairs(readings: Sequence[Reading], titles: Sequence[Sequence[int]]) -> Batch:
    return Batch(
        collate(readings),
        _tensor([[BEGIN, *title] for title in titles]),
        _tensor([[*title, END] for title in titles]),
    )


def trimmed(source: Source) -> Source:
    """Without the columns that hold nothing but padding, such as rows taken from a batch leave."""
    longest = int(source.known.sum(1).max())
    ids, fields, copies, spare = source
    return Source(ids[:, :longest], fields[:, :longest], copies[:, :longest], spare)


def _tensor(rows: Sequence[Sequence[int]]) -> Tensor:
    longest = max(map(len, rows), default=0)
    return torch.tensor([[*row, *[PAD] * (longest - len(row))] for row in rows], dtype=torch.long)
