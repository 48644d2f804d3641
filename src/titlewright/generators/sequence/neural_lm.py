"""`neural-lm`: the next word from the few words before it, by a network with one hidden layer.

Bengio, Ducharme, Vincent and Jauvin 2003, "A neural probabilistic language model", section 2. It
writes titles of products because one more vector tells what the product says: the mean of its
units' embeddings, without their order. What it can't spell it may copy, by a pointer into the
product (Merity et al. 2017); `copy=false` leaves the network of the paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn

from titlewright.generators.sequence.batches import Source
from titlewright.generators.sequence.copying import Copyable, Distribution, Pointer
from titlewright.generators.sequence.generator import SequenceGenerator
from titlewright.generators.sequence.network import SequenceNetwork
from titlewright.generators.writing.vocabulary import PAD


@dataclass(frozen=True, slots=True)
class NeuralLMSizes:
    """How a neural language model is built.

    words    most words of the vocabulary
    width    D, of embeddings (m in the paper)
    before   k, words of the title that it sees (n - 1 in the paper)
    hidden   H, units of the hidden layer
    direct   whether the embeddings also act on the output by themselves (W in the paper)
    copy     whether it may copy units of the product
    dropout  share of values that are dropped while it learns
    """

    words: int = 10_000
    width: int = 128
    before: int = 4
    hidden: int = 256
    direct: bool = False
    copy: bool = True
    dropout: float = 0.2


class Memory(NamedTuple):
    product: Tensor  # [B, D]
    units: Copyable | tuple[()]  # nothing where it doesn't copy


class NeuralLMNetwork(SequenceNetwork):
    """The state are the words before the last one, [B, k - 1]."""

    def __init__(self, sizes: NeuralLMSizes, vocabulary: int) -> None:
        super().__init__(vocabulary, sizes.width, sizes.dropout)
        features = (sizes.before + 1) * sizes.width
        self.before = sizes.before
        self.hidden = nn.Linear(features, sizes.hidden)  # H, d
        self.out = nn.Linear(sizes.hidden, vocabulary)  # U, b
        self.direct = nn.Linear(features, vocabulary, bias=False) if sizes.direct else None  # W
        self.copies = sizes.copy
        self.pointer = Pointer(sizes.width, features) if sizes.copy else None

    def encode(self, source: Source) -> Memory:
        embedded = self.embed_source(source)
        there = source.known[..., None]  # [B, S, 1]
        # by the root of their number, so that long and short products give vectors of one size
        product = (embedded * there).sum(1) / there.sum(1).clamp(min=1).sqrt()
        return Memory(product, self.pointer.remember(embedded, source) if self.pointer else ())

    def begin(self, memory: Memory) -> Tensor:
        there = memory.product
        return torch.full((len(there), self.before - 1), PAD, device=there.device)

    def step(self, previous: Tensor, state: Tensor, memory: Memory) -> tuple[Tensor, Tensor]:
        window = torch.cat([state, previous[:, None]], 1)  # [B, k]
        return self._tell(window[:, None], memory).all()[:, 0], window[:, 1:]

    def forward(self, source: Source, previous: Tensor) -> Distribution:
        memory = self.encode(source)
        padded = torch.cat([self.begin(memory), previous], 1)
        return self._tell(padded.unfold(1, self.before, 1), memory)

    def _tell(self, windows: Tensor, memory: Memory) -> Distribution:
        """What comes after the last k words [B, T, k]."""
        words = self.embed(windows).flatten(2)  # [B, T, k * D]
        x = torch.cat([words, memory.product[:, None].expand(-1, words.shape[1], -1)], -1)
        y = self.out(torch.tanh(self.hidden(x)))  # equation 1: y = b + W x + U tanh(d + H x)
        if self.direct is not None:
            y = y + self.direct(x)
        if self.pointer is None:
            return Distribution(y)
        return cast(Distribution, self.pointer(y, x, cast(Copyable, memory.units)))


class NeuralLMGenerator(SequenceGenerator[NeuralLMSizes]):
    """Writes titles with a feed-forward language model."""

    name = "neural-lm"
    sizes_type = NeuralLMSizes
    network_type = NeuralLMNetwork
