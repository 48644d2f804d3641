"""`neural-lm`: the next word from the few words before it, by a network with one hidden layer.

Bengio, Ducharme, Vincent and Jauvin 2003, "A neural probabilistic language model", section 2. It
writes titles of products because one more vector tells what the product says: the sum of its units'
embeddings by the root of their number, without their order. What it can't spell it may copy, by a
pointer into the product (Merity et al. 2017); `copy=false` leaves the network of the paper.
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

    words: int = 4000
    width: int = 128
    before: int = 4
    hidden: int = 256
    direct: bool = False
    copy: bool = True
    dropout: float = 0.2


class Memory(NamedTuple):
    product: Tensor  # [B, D]
    copyable: Copyable | tuple[()]  # nothing where it doesn't copy


class State(NamedTuple):
    before: Tensor  # [B, k - 1], the words before the last one
    copied: Tensor | tuple[()]  # [B, S], units that the title has; nothing where it can't copy


class NeuralLMNetwork(SequenceNetwork):
    """See NeuralLMSizes."""

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

    def begin(self, memory: Memory) -> State:
        there = memory.product
        nothing = torch.full((len(there), self.before - 1), PAD, device=there.device)
        return State(nothing, memory.copyable.units.uncopied() if memory.copyable else ())

    def write(self, previous: Tensor, state: State, memory: Memory) -> tuple[Distribution, State]:
        ids = torch.cat([state.before, previous], 1)
        windows = ids.unfold(1, self.before, 1)  # [B, T, k]
        words = self.embed(windows).flatten(2)  # [B, T, k * D]
        x = torch.cat([words, memory.product[:, None].expand(-1, words.shape[1], -1)], -1)
        y = self.out(torch.tanh(self.hidden(x)))  # equation 1: y = b + W x + U tanh(d + H x)
        if self.direct is not None:
            y = y + self.direct(x)
        before = ids[:, previous.shape[1] :]
        if self.pointer is None:
            return Distribution(y), State(before, ())
        told, copied = self.pointer(y, x, previous, state.copied, memory.copyable)
        return told, State(before, copied)


class NeuralLMGenerator(SequenceGenerator[NeuralLMSizes]):
    """Writes titles with a feed-forward language model."""

    name = "neural-lm"
    sizes_type = NeuralLMSizes
    network_type = NeuralLMNetwork
    recommended = replace(SequenceGenerator.recommended, learning_rate=3e-3)
