"""`transformer`: an encoder-decoder of attention and feed-forward layers only, which may also copy.

Vaswani et al. 2017, "Attention is all you need", with the norm before each part and not after it
(Xiong et al. 2020: it then trains without a long warm-up). Copying: See et al. 2017, by one more
head of attention over what was read.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple, cast

import torch
from torch import Tensor, nn

from titlewright.errors import GeneratorError
from titlewright.generators.sequence.batches import Source
from titlewright.generators.sequence.copying import Course, Distribution, PointerGenerator, Units
from titlewright.generators.sequence.generator import SequenceGenerator
from titlewright.generators.sequence.network import SequenceNetwork


@dataclass(frozen=True, slots=True)
class TransformerSizes:
    """How a Transformer is built.

    words           most words of the vocabulary
    width           D, of all states
    heads           A, of attention; they share the width evenly
    encoder_layers  that read
    decoder_layers  that write
    inner           width between the two halves of a feed-forward layer
    copy            whether it may copy what the vocabulary lacks
    dropout         share of values that are dropped while it learns
    """

    words: int = 4000
    width: int = 256
    heads: int = 4
    encoder_layers: int = 3
    decoder_layers: int = 2
    inner: int = 768
    copy: bool = True
    dropout: float = 0.1

    def __post_init__(self) -> None:
        if self.width % self.heads:
            raise GeneratorError(
                f"width must be a multiple of heads, not {self.width} with {self.heads} heads."
            )
        if self.width % 2:
            raise GeneratorError(f"width must be even, not {self.width}: positions need pairs.")


Past = tuple[Tensor, Tensor]  # keys and values of the units so far, each [B, A, T, D / A]


class Memory(NamedTuple):
    layers: tuple[Past, ...]  # of each decoder layer, keys and values of the units read
    states: Tensor  # [B, S, D]
    known: Tensor  # [B, S]
    units: Units


class State(NamedTuple):
    pasts: tuple[Past, ...]  # of each decoder layer, keys and values of the units written
    copied: Tensor  # [B, S], units that the title has, see Course


class MultiHeadAttention(nn.Module):
    """Section 3.2.2: several attentions side by side, each in its own part of the width."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.out = nn.Linear(width, width)

    def remember(self, states: Tensor) -> Past:
        return self._split(self.key(states)), self._split(self.value(states))

    def forward(self, states: Tensor, past: Past, hidden: Tensor) -> Tensor:
        """[B, T, D] attending to `past`, where `hidden` (to [B, A, T, S]) is False."""
        key, value = past
        query = self._split(self.query(states))
        weights = attend(query, key, hidden)  # [B, A, T, S]
        mixed = weights.to(value.dtype) @ value  # [B, A, T, D / A]
        return cast(Tensor, self.out(mixed.transpose(1, 2).flatten(2)))

    def _split(self, states: Tensor) -> Tensor:
        """[B, T, D] to [B, A, T, D / A]."""
        return states.view(*states.shape[:2], self.heads, -1).transpose(1, 2)


class FeedForward(nn.Sequential):
    """Section 3.3."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__(nn.Linear(width, inner), nn.ReLU(), nn.Linear(inner, width))


class EncoderLayer(nn.Module):
    """Every unit looks at all others, then is worked on by itself."""

    def __init__(self, sizes: TransformerSizes) -> None:
        super().__init__()
        self.attention = MultiHeadAttention(sizes.width, sizes.heads)
        self.inner = FeedForward(sizes.width, sizes.inner)
        self.norms = nn.ModuleList(nn.LayerNorm(sizes.width) for _ in range(2))
        self.dropout = nn.Dropout(sizes.dropout)

    def forward(self, states: Tensor, hidden: Tensor) -> Tensor:
        normed = self.norms[0](states)
        mixed = self.attention(normed, self.attention.remember(normed), hidden)
        states = states + self.dropout(mixed)
        return cast(Tensor, states + self.dropout(self.inner(self.norms[1](states))))


class DecoderLayer(nn.Module):
    """Every unit looks at those written before it, then at those read."""

    def __init__(self, sizes: TransformerSizes) -> None:
        super().__init__()
        self.itself = MultiHeadAttention(sizes.width, sizes.heads)
        self.source = MultiHeadAttention(sizes.width, sizes.heads)
        self.inner = FeedForward(sizes.width, sizes.inner)
        self.norms = nn.ModuleList(nn.LayerNorm(sizes.width) for _ in range(3))
        self.dropout = nn.Dropout(sizes.dropout)

    def forward(
        self, states: Tensor, before: Past, later: Tensor, read: Past, unread: Tensor
    ) -> tuple[Tensor, Past]:
        """[B, T, D] after the units of `before`; also all keys and values up to here."""
        normed = self.norms[0](states)
        key, value = self.itself.remember(normed)
        past = torch.cat([before[0], key], 2), torch.cat([before[1], value], 2)
        states = states + self.dropout(self.itself(normed, past, later))
        states = states + self.dropout(self.source(self.norms[1](states), read, unread))
        return states + self.dropout(self.inner(self.norms[2](states))), past


class TransformerNetwork(SequenceNetwork):
    """See TransformerSizes."""

    def __init__(self, sizes: TransformerSizes, vocabulary: int) -> None:
        width = sizes.width
        super().__init__(vocabulary, width, sizes.dropout)
        self.width, self.heads = width, sizes.heads
        self.encoder = nn.ModuleList(EncoderLayer(sizes) for _ in range(sizes.encoder_layers))
        self.decoder = nn.ModuleList(DecoderLayer(sizes) for _ in range(sizes.decoder_layers))
        self.read_norm, self.written_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.bias = nn.Parameter(torch.zeros(vocabulary))
        self.copies = sizes.copy
        if sizes.copy:
            self.copy_query, self.copy_key = nn.Linear(width, width), nn.Linear(width, width)
            self.course = Course()
            self.pointer = PointerGenerator(3 * width)

    def encode(self, source: Source) -> Memory:
        states = self._placed(self.embed_source(source), 0)
        unread = ~source.known[:, None, None]
        for layer in self.encoder:
            states = layer(states, unread)
        states = self.read_norm(states)
        layers = tuple(layer.source.remember(states) for layer in self._layers())
        return Memory(layers, states, source.known, Units.of(source))

    def begin(self, memory: Memory) -> State:
        nothing = memory.layers[0][0][:, :, :0]  # [B, A, 0, D / A]
        return State(tuple((nothing, nothing) for _ in self.decoder), memory.units.uncopied())

    def write(self, previous: Tensor, state: State, memory: Memory) -> tuple[Distribution, State]:
        inputs = self.embed(previous)
        before, steps = state.pasts[0][0].shape[2], previous.shape[1]
        states = self._placed(inputs, before)
        seen = torch.ones(steps, before + steps, dtype=torch.bool, device=previous.device)
        later, unread = ~seen.tril(before), ~memory.known[:, None, None]
        grown = []
        for layer, past, read in zip(self._layers(), state.pasts, memory.layers, strict=True):
            states, past = layer(states, past, later, read, unread)
            grown.append(past)
        states = self.written_norm(states)
        words = states @ self.words.weight.T + self.bias  # tied: section 3.4
        if not self.copies:
            return Distribution(words), State(tuple(grown), state.copied)
        course, copied = self.course(previous, state.copied, memory.units)
        query, key = self.copy_query(states), self.copy_key(memory.states)
        attention = attend(query, key, ~memory.known[:, None], course)  # [B, T, S]
        context = attention.to(memory.states.dtype) @ memory.states
        features = torch.cat([context, states, inputs], -1)
        told = self.pointer(words, attention, features, memory.units)
        return told, State(tuple(grown), copied)

    def _placed(self, embedded: Tensor, first: int) -> Tensor:
        """Embeddings, as strong as their places are, and the places added."""
        places = positions(first, embedded.shape[1], self.width).to(embedded.device)
        return embedded * math.sqrt(self.width) + places

    def _layers(self) -> list[DecoderLayer]:
        return [cast(DecoderLayer, layer) for layer in self.decoder]


def attend(query: Tensor, key: Tensor, hidden: Tensor, course: Tensor | float = 0.0) -> Tensor:
    """softmax(Q K' / sqrt(d)), equation 1, in float32, with nothing for what is hidden; `course`
    is what else speaks for each."""
    fit = (query @ key.transpose(-1, -2)).float() / math.sqrt(query.shape[-1]) + course
    return torch.softmax(fit.masked_fill(hidden, -torch.inf), -1)


def positions(first: int, count: int, width: int) -> Tensor:
    """Sines and cosines of places first, first + 1...: [count, width], section 3.5."""
    places = torch.arange(first, first + count)[:, None]
    rates = torch.exp(torch.arange(0, width, 2) * (-math.log(10_000.0) / width))
    angles = places * rates  # [count, width / 2]
    return torch.stack([angles.sin(), angles.cos()], -1).flatten(1)


class TransformerGenerator(SequenceGenerator[TransformerSizes]):
    """Writes titles with a Transformer."""

    name = "transformer"
    sizes_type = TransformerSizes
    network_type = TransformerNetwork
