"""A task that is small enough to train in a second: next token of short sequences, with dropout."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

Example = tuple[int, ...]  # token numbers; 0 is padding

TOKENS = 12


def sequences(count: int, seed: int = 0) -> list[Example]:
    """Sequences in which each token is its predecessor plus one, of 3 to 9 tokens."""
    random = np.random.default_rng(seed)
    starts, lengths = random.integers(1, TOKENS, count), random.integers(3, 10, count)
    return [
        tuple(1 + (int(start) + offset) % (TOKENS - 1) for offset in range(length))
        for start, length in zip(starts, lengths, strict=True)
    ]


class Counting(nn.Module):
    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.embed = nn.Embedding(TOKENS, 16)
        self.hidden = nn.Linear(16, 16)
        self.norm = nn.BatchNorm1d(16)  # has buffers
        self.dropout = nn.Dropout(dropout)
        self.out = nn.Linear(16, TOKENS)
        self.out.weight = self.embed.weight  # tied

    def forward(self, tokens: Tensor) -> Tensor:  # (batch, length) -> (batch, length, TOKENS)
        hidden = torch.relu(self.hidden(self.embed(tokens)))
        hidden = self.norm(hidden.flatten(0, 1)).view_as(hidden)
        return self.out(self.dropout(hidden))


class ToyTask:
    def __init__(self, dropout: float = 0.1, seed: int = 0) -> None:
        torch.manual_seed(seed)
        self.module = Counting(dropout)

    def length(self, example: Example) -> int:
        return len(example)

    def collate(self, examples: Sequence[Example]) -> Tensor:
        return nn.utils.rnn.pad_sequence([torch.tensor(e) for e in examples], batch_first=True)

    def loss(self, batch: Tensor) -> tuple[Tensor, int]:
        targets = batch[:, 1:]
        logits = self.module(batch[:, :-1])
        loss = cross_entropy(
            logits.flatten(0, 1).float(), targets.flatten(), ignore_index=0, reduction="sum"
        )
        return loss, int((targets != 0).sum())

    def evaluate(self, examples: Sequence[Example]) -> dict[str, float]:
        batch = self.collate(examples)
        torch.rand(3)  # an evaluation that samples must not change training
        right = self.module(batch[:, :-1]).argmax(-1) == batch[:, 1:]
        return {"accuracy": float(right[batch[:, 1:] != 0].float().mean())}

    def samples(self, examples: Sequence[Example]) -> list[tuple[str, str, str]]:
        return [(str(e[:1]), str(e[1:]), "?") for e in examples]
