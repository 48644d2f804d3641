"""Running the encoder: rows to tensors, tensors to vectors. The networks are Transformers' own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from titlewright.generators.bert.reading import Row


class Inputs(NamedTuple):
    """B rows of S pieces, padded."""

    ids: Tensor  # [B, S]
    segments: Tensor  # [B, S]
    known: Tensor  # [B, S], 0 where there is only padding


class Encoded(NamedTuple):
    """What the encoder makes of B rows."""

    pieces: Tensor  # [B, S, D], the last layer
    whole: Tensor  # [B, D], made of the first piece, [CLS]


def inputs_of(rows: Sequence[Row], padding: int) -> Inputs:
    return Inputs(
        tensor([row.ids for row in rows], padding),
        tensor([row.segments for row in rows], 0),
        tensor([(1,) * len(row.ids) for row in rows], 0),
    )


def tensor(rows: Sequence[Sequence[int]], padding: int) -> Tensor:
    """B rows of numbers as [B, S]."""
    longest = max(map(len, rows), default=0)
    filled = [[*row, *[padding] * (longest - len(row))] for row in rows]
    return torch.tensor(filled, dtype=torch.long)


def encode(network: Any, inputs: Inputs) -> Encoded:
    """`network` is a BertForPreTraining."""
    made = network.bert(
        input_ids=inputs.ids, attention_mask=inputs.known, token_type_ids=inputs.segments
    )
    return Encoded(made.last_hidden_state, made.pooler_output)


def word_scores(network: Any, pieces: Tensor) -> Tensor:
    """The head for masked words: vectors [..., D] to scores over the vocabulary [..., V]."""
    scores: Tensor = network.cls.predictions(pieces)
    return scores.float()


def fit_scores(network: Any, whole: Tensor) -> Tensor:
    """The head for pairs: [B, D] to the log-odds that the second text belongs to the first, [B].

    Of its two outputs the first stands for "belongs", as in the checkpoints that are published.
    """
    scores: Tensor = network.cls.seq_relationship(whole).float()  # [B, 2]
    return scores[:, 0] - scores[:, 1]
