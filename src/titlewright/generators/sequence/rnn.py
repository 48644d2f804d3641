"""`rnn`: a plain recurrent network reads the product into one vector, another writes from it.

Elman 1990, "Finding structure in time", as encoder and decoder (Sutskever, Vinyals and Le 2014,
"Sequence to sequence learning with neural networks"). No gates, no attention, no copying: what is
gained by those is measured against this.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from titlewright.generators.sequence.batches import Source
from titlewright.generators.sequence.generator import SequenceGenerator
from titlewright.generators.sequence.network import SequenceNetwork


@dataclass(frozen=True, slots=True)
class RNNSizes:
    """How an Elman encoder-decoder is built.

    words    most words of the vocabulary
    width    D, of embeddings and states
    dropout  share of values that are dropped while it learns
    """

    words: int = 10_000
    width: int = 256
    dropout: float = 0.2


class ElmanCell(nn.Module):
    """h' = tanh(W x + U h + b)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.input = nn.Linear(width, width)  # W, b
        self.recurrent = nn.Linear(width, width, bias=False)  # U
        # as long as it was: what was read early neither fades nor grows (Saxe et al. 2014)
        nn.init.orthogonal_(self.recurrent.weight)

    def forward(self, seen: Tensor, hidden: Tensor) -> Tensor:
        """W x + b, computed before for all steps at once [B, D], and h [B, D] to h' [B, D]."""
        return torch.tanh(seen + self.recurrent(hidden)).float()


class RNNNetwork(SequenceNetwork):
    """Memory and state are both one vector a product, [B, D]."""

    def __init__(self, sizes: RNNSizes, vocabulary: int) -> None:
        super().__init__(vocabulary, sizes.width, sizes.dropout)
        self.reader = ElmanCell(sizes.width)
        self.writer = ElmanCell(sizes.width)
        self.out = nn.Linear(sizes.width, vocabulary)

    def encode(self, source: Source) -> Tensor:
        """Read from the end to the beginning, so that what comes first is remembered best
        (Sutskever et al. 2014, section 3.3) and padding is passed before anything is read."""
        seen = self.reader.input(self.embed_source(source))  # [B, S, D]
        hidden = torch.zeros_like(seen[:, 0], dtype=torch.float32)
        for place in reversed(range(seen.shape[1])):
            there = source.known[:, place, None]
            hidden = torch.where(there, self.reader(seen[:, place], hidden), hidden)
        return hidden

    def begin(self, memory: Tensor) -> Tensor:
        return memory

    def step(self, previous: Tensor, state: Tensor, memory: Tensor) -> tuple[Tensor, Tensor]:  # noqa: ARG002
        state = self.writer(self.writer.input(self.embed(previous)), state)
        return self._tell(state), state

    def forward(self, source: Source, previous: Tensor) -> Tensor:
        seen = self.writer.input(self.embed(previous))  # [B, T, D]
        state, states = self.encode(source), []
        for each in seen.unbind(1):
            state = self.writer(each, state)
            states.append(state)
        return self._tell(torch.stack(states, 1))

    def _tell(self, states: Tensor) -> Tensor:  # [..., D] to [..., V]
        return torch.log_softmax(self.out(self.dropout(states)).float(), -1)


class RNNGenerator(SequenceGenerator[RNNSizes]):
    """Writes titles with a plain recurrent encoder-decoder."""

    name = "rnn"
    sizes_type = RNNSizes
    network_type = RNNNetwork
