"""`neural-lm`: the next word from the few words before it, by a network with one hidden layer.

Bengio, Ducharme, Vincent and Jauvin 2003, "A neural probabilistic language model", section 2. It
writes titles of products because one more vector tells what the product says: the mean of its
units' embeddings, without their order.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from titlewright.generators.compact.vocabulary import PAD
from titlewright.generators.sequence.batches import Source
from titlewright.generators.sequence.generator import SequenceGenerator
from titlewright.generators.sequence.network import SequenceNetwork


@dataclass(frozen=True, slots=True)
class NeuralLMSizes:
    """How a neural language model is built.

    words    most words of the vocabulary
    width    D, of embeddings (m in the paper)
    before   k, words of the title that it sees (n - 1 in the paper)
    hidden   H, units of the hidden layer
    direct   whether the embeddings also act on the output by themselves (W in the paper)
    dropout  share of values that are dropped while it learns
    """

    words: int = 10_000
    width: int = 128
    before: int = 4
    hidden: int = 256
    direct: bool = False
    dropout: float = 0.2


class NeuralLMNetwork(SequenceNetwork):
    """Memory is the product's vector [B, D], state the words before the last one [B, k - 1]."""

    def __init__(self, sizes: NeuralLMSizes, vocabulary: int) -> None:
        super().__init__(vocabulary, sizes.width, sizes.dropout)
        features = (sizes.before + 1) * sizes.width
        self.before = sizes.before
        self.hidden = nn.Linear(features, sizes.hidden)  # H, d
        self.out = nn.Linear(sizes.hidden, vocabulary)  # U, b
        self.direct = nn.Linear(features, vocabulary, bias=False) if sizes.direct else None  # W

    def encode(self, source: Source) -> Tensor:
        there = source.known[..., None]  # [B, S, 1]
        total = (self.embed_source(source) * there).sum(1)
        # by the root of their number, so that long and short products give vectors of one size
        return total / there.sum(1).clamp(min=1).sqrt()

    def begin(self, memory: Tensor) -> Tensor:
        return torch.full((len(memory), self.before - 1), PAD, device=memory.device)

    def step(self, previous: Tensor, state: Tensor, memory: Tensor) -> tuple[Tensor, Tensor]:
        window = torch.cat([state, previous[:, None]], 1)  # [B, k]
        return self._tell(window[:, None], memory)[:, 0], window[:, 1:]

    def forward(self, source: Source, previous: Tensor) -> Tensor:
        memory = self.encode(source)
        padded = torch.cat([self.begin(memory), previous], 1)
        return self._tell(padded.unfold(1, self.before, 1), memory)

    def _tell(self, windows: Tensor, memory: Tensor) -> Tensor:
        """The last k words [B, T, k] and the product [B, D] to log-probabilities [B, T, V]."""
        words = self.embed(windows).flatten(2)  # [B, T, k * D]
        x = torch.cat([words, memory[:, None].expand(-1, words.shape[1], -1)], -1)
        y = self.out(torch.tanh(self.hidden(x)))  # equation 1: y = b + W x + U tanh(d + H x)
        if self.direct is not None:
            y = y + self.direct(x)
        return torch.log_softmax(y.float(), -1)


class NeuralLMGenerator(SequenceGenerator[NeuralLMSizes]):
    """Writes titles with a feed-forward language model."""

    name = "neural-lm"
    sizes_type = NeuralLMSizes
    network_type = NeuralLMNetwork
