"""`rnn`: a plain recurrent network reads the product into one vector, another writes from it.

Elman 1990, "Finding structure in time", as encoder and decoder (Sutskever, Vinyals and Le 2014,
"Sequence to sequence learning with neural networks"). No gates, and no attention to the product
while it writes: what is gained by those is measured against this. What one vector can't hold it may
copy by a pointer (Merity et al. 2017); `copy=false` leaves that out too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import torch
from torch import Tensor, nn

from titlewright.generators.sequence.batches import Source
from titlewright.generators.sequence.copying import Copyable, Distribution, Pointer
from titlewright.generators.sequence.generator import SequenceGenerator
from titlewright.generators.sequence.network import SequenceNetwork

_READ = 64  # units of a product, from its beginning; the pointer has them all


@dataclass(frozen=True, slots=True)
class RNNSizes:
    """How an Elman encoder-decoder is built.

    words    most words of the vocabulary
    width    D, of embeddings and states
    copy     whether it may copy units of the product
    dropout  share of values that are dropped while it learns
    """

    words: int = 4000
    width: int = 256
    copy: bool = True
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


class Memory(NamedTuple):
    product: Tensor  # [B, D]
    copyable: Copyable | tuple[()]  # nothing where it doesn't copy


class State(NamedTuple):
    hidden: Tensor  # [B, D]
    copied: Tensor | tuple[()]  # [B, S], units that the title has; nothing where it can't copy


class RNNNetwork(SequenceNetwork):
    """See RNNSizes."""

    def __init__(self, sizes: RNNSizes, vocabulary: int) -> None:
        super().__init__(vocabulary, sizes.width, sizes.dropout)
        self.reader = ElmanCell(sizes.width)
        self.writer = ElmanCell(sizes.width)
        self.out = nn.Linear(sizes.width, vocabulary)
        self.copies = sizes.copy
        self.pointer = Pointer(sizes.width, 2 * sizes.width) if sizes.copy else None

    def encode(self, source: Source) -> Memory:
        """Read from the end to the beginning, so that what comes first is remembered best
        (Sutskever et al. 2014, section 3.3) and padding is passed before anything is read."""
        embedded = self.embed_source(source)
        seen = self.reader.input(embedded[:, :_READ])  # [B, S, D]
        hidden = torch.zeros_like(seen[:, 0], dtype=torch.float32)
        for place in reversed(range(seen.shape[1])):
            there = source.known[:, place, None]
            hidden = torch.where(there, self.reader(seen[:, place], hidden), hidden)
        return Memory(hidden, self.pointer.remember(embedded, source) if self.pointer else ())

    def begin(self, memory: Memory) -> State:
        return State(memory.product, memory.copyable.units.uncopied() if memory.copyable else ())

    def write(self, previous: Tensor, state: State, memory: Memory) -> tuple[Distribution, State]:
        inputs, hidden, states = self.embed(previous), state.hidden, []
        for each in self.writer.input(inputs).unbind(1):
            hidden = self.writer(each, hidden)
            states.append(hidden)
        written = self.dropout(torch.stack(states, 1))  # [B, T, D]
        words = self.out(written)
        if self.pointer is None:
            return Distribution(words), State(hidden, ())
        features = torch.cat([written, inputs], -1)
        told, copied = self.pointer(words, features, previous, state.copied, memory.copyable)
        return told, State(hidden, copied)


class RNNGenerator(SequenceGenerator[RNNSizes]):
    """Writes titles with a plain recurrent encoder-decoder."""

    name = "rnn"
    sizes_type = RNNSizes
    network_type = RNNNetwork
    recommended = replace(SequenceGenerator.recommended, learning_rate=3e-3)
