"""The compact network: a bidirectional reader and a decoder that points at words or writes them.

The reader is a BERT encoder (Devlin et al. 2019; post-norm, absolute positions) with an embedding
of each piece's field added. The decoder is a pre-norm Transformer (Vaswani et al. 2017). Its
output is one softmax over the vocabulary and the product's own units (CopyNet, Gu et al. 2016,
eq. 4-7; pointer-generator, See et al. 2017): a unit's key sees the unit before it too, and a unit
that follows what was written last gets a learned bonus, so spans are copied whole.

Shapes: B products, P pieces, U units, G groups (different words), T title units, D width,
V vocabulary. A target or previous id below V is a vocabulary word; V + g is the product's group g.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

_FAR = -1e4  # a score that no softmax takes


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """Sizes of a compact network."""

    pieces: int = 0  # rows of the reader's embedding
    vocabulary: int = 0  # V
    fields: int = 0
    width: int = 384  # D
    heads: int = 12
    reader_layers: int = 6
    reader_inner: int = 1536
    writer_layers: int = 3
    writer_heads: int = 6
    writer_inner: int = 1024
    positions: int = 512
    title_positions: int = 80
    budgets: int = 64  # buckets of the width that is left, 0 for no wish
    dropout: float = 0.1

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class ReaderLayer(nn.Module):
    """Self-attention, then a feed-forward, each followed by its norm."""

    def __init__(self, settings: NetworkSettings) -> None:
        super().__init__()
        width = settings.width
        self.heads = settings.heads
        self.query_key_value = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm_attention = nn.LayerNorm(width, eps=1e-12)
        self.rise = nn.Linear(width, settings.reader_inner)
        self.fall = nn.Linear(settings.reader_inner, width)
        self.norm_out = nn.LayerNorm(width, eps=1e-12)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:  # [B, P, D], [B, 1, 1, P]
        query, key, value = (
            _split(x, self.heads) for x in self.query_key_value(states).chunk(3, -1)
        )
        mixed = _attend(query, key, value, mask)
        states = self.norm_attention(states + self.out(_merge(mixed)))
        inner = self.fall(functional.gelu(self.rise(states)))
        return cast(Tensor, self.norm_out(states + inner))


class Reader(nn.Module):
    """Pieces and their fields to states."""

    def __init__(self, settings: NetworkSettings) -> None:
        super().__init__()
        self.pieces = nn.Embedding(settings.pieces, settings.width)
        self.fields = nn.Embedding(settings.fields, settings.width)
        self.positions = nn.Embedding(settings.positions, settings.width)
        self.norm = nn.LayerNorm(settings.width, eps=1e-12)
        self.layers = nn.ModuleList(ReaderLayer(settings) for _ in range(settings.reader_layers))

    def forward(self, pieces: Tensor, fields: Tensor, mask: Tensor) -> Tensor:
        positions = torch.arange(pieces.shape[1], device=pieces.device)
        states = self.pieces(pieces) + self.fields(fields) + self.positions(positions)
        states = self.norm(_working(states))
        for layer in self.layers:
            states = layer(states, mask)
        return cast(Tensor, states)  # [B, P, D]


class WriterLayer(nn.Module):
    """Causal self-attention, attention over the pieces, feed-forward; each after its norm."""

    def __init__(self, settings: NetworkSettings) -> None:
        super().__init__()
        width = settings.width
        self.heads = settings.writer_heads
        self.norm_self = nn.LayerNorm(width)
        self.query_key_value = nn.Linear(width, 3 * width)
        self.out_self = nn.Linear(width, width)
        self.norm_cross = nn.LayerNorm(width)
        self.query = nn.Linear(width, width)
        self.key_value = nn.Linear(width, 2 * width)
        self.out_cross = nn.Linear(width, width)
        self.norm_inner = nn.LayerNorm(width)
        self.rise = nn.Linear(width, settings.writer_inner)
        self.fall = nn.Linear(settings.writer_inner, width)
        self.dropout = nn.Dropout(settings.dropout)

    def forward(self, states: Tensor, memory: Tensor, mask: Tensor) -> Tensor:
        """[B, T, D], [B, P, D], [B, 1, 1, P] to [B, T, D]: all steps at once, as in training."""
        query, key, value = self._self_inputs(states)
        mixed = _attend(query, key, value, _causal(query))
        states = states + self.dropout(self.out_self(_merge(mixed)))
        key, value = self.remember(memory)
        return self._rest(states, key, value, mask)

    def remember(self, memory: Tensor) -> tuple[Tensor, Tensor]:
        """Keys and values of the pieces, computed once a product."""
        key, value = self.key_value(memory).chunk(2, -1)
        return _split(key, self.heads), _split(value, self.heads)

    def step(
        self, states: Tensor, past: tuple[Tensor, Tensor], memory: tuple[Tensor, Tensor],
        mask: Tensor,
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:  # fmt: skip
        """One step of K beams: [B, K, D]; past keys and values [B * K, H, t, D / H].

        Attention over the pieces takes the beams as so many queries of one memory.
        """
        beams = states.reshape(-1, 1, states.shape[-1])  # [B * K, 1, D]
        query, key, value = self._self_inputs(beams)
        key, value = torch.cat([past[0], key], 2), torch.cat([past[1], value], 2)
        mixed = _attend(query, key, value)
        states = states + self.out_self(_merge(mixed)).reshape(states.shape)
        return self._rest(states, *memory, mask), (key, value)

    def _self_inputs(self, states: Tensor) -> tuple[Tensor, ...]:
        inputs = self.query_key_value(self.norm_self(states)).chunk(3, -1)
        return tuple(_split(x, self.heads) for x in inputs)

    def _rest(self, states: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
        query = _split(self.query(self.norm_cross(states)), self.heads)
        mixed = _attend(query, key, value, mask)
        states = states + self.dropout(self.out_cross(_merge(mixed)))
        inner = self.fall(functional.gelu(self.rise(self.norm_inner(states))))
        return cast(Tensor, states + self.dropout(inner))


class CompactNetwork(nn.Module):
    """Reader, writer and the one softmax over words to write and units to copy."""

    def __init__(self, settings: NetworkSettings) -> None:
        super().__init__()
        self.settings = settings
        width = settings.width
        self.reader = Reader(settings)
        self.words = nn.Embedding(settings.vocabulary, width)  # also the output weights
        self.word_bias = nn.Parameter(torch.zeros(settings.vocabulary))
        self.copied = nn.Linear(width, width)  # a copied unit's state as the next input
        self.title_positions = nn.Embedding(settings.title_positions, width)
        self.budgets = nn.Embedding(settings.budgets, width)
        self.layers = nn.ModuleList(WriterLayer(settings) for _ in range(settings.writer_layers))
        self.norm = nn.LayerNorm(width)
        self.dropout = nn.Dropout(settings.dropout)
        self.unit_key = nn.Linear(2 * width, width)
        self.unit_query = nn.Linear(width, width)
        self.follows = nn.Linear(width, 1)  # how much being next in the text speaks for a unit
        self.apply(_initialise)
        nn.init.zeros_(self.reader.fields.weight)

    def writer(self) -> list[WriterLayer]:
        return [cast(WriterLayer, layer) for layer in self.layers]

    def read(
        self, pieces: Tensor, fields: Tensor, starts: Tensor, groups: Tensor, before: Tensor,
        first: Tensor,
    ) -> dict[str, Tensor]:  # fmt: skip
        """What the writer needs of B products.

        pieces, fields [B, P] (padded by -1); starts, groups, before [B, U] (groups padded by -1);
        first [B, G], the first unit of each group.
        """
        known = pieces >= 0
        mask = torch.where(known, 0.0, _FAR)[:, None, None, :]
        memory = self.reader(pieces.clamp(min=0), fields.clamp(min=0), mask)
        index = starts.clamp(min=0)[..., None].expand(-1, -1, memory.shape[-1])
        units = memory.gather(1, index)  # [B, U, D]
        # the piece before a unit's first piece ends the unit before it
        earlier = memory.gather(1, (index - 1).clamp(min=0))
        keys = self.unit_key(torch.cat([units, earlier], -1))
        standing = first[..., None].expand(-1, -1, memory.shape[-1])
        copied = self.copied(units).gather(1, standing)  # [B, G, D]
        return {"memory": memory, "mask": mask, "keys": keys, "copied": copied,
                "groups": groups, "before": before}  # fmt: skip

    def embed(self, previous: Tensor, copied: Tensor, budget: Tensor, position: Tensor) -> Tensor:
        """[B, T] ids to [B, T, D] inputs of the writer."""
        size = self.settings.vocabulary
        written = self.words(previous.clamp(max=size - 1))
        group = (previous - size).clamp(min=0)[..., None].expand(-1, -1, copied.shape[-1])
        inputs = torch.where((previous < size)[..., None], written, copied.gather(1, group))
        position = position.clamp(max=self.settings.title_positions - 1)
        return cast(Tensor, inputs + self.title_positions(position) + self.budgets(budget))

    def forward(
        self, previous: Tensor, budget: Tensor, seen: dict[str, Tensor]
    ) -> tuple[Tensor, Tensor]:
        """Scores of the words [B, T, V] and of the units [B, T, U] at every step."""
        position = torch.arange(previous.shape[1], device=previous.device)
        states = self.dropout(_working(self.embed(previous, seen["copied"], budget, position)))
        for layer in self.layers:
            states = layer(states, seen["memory"], seen["mask"])
        return self.score(self.norm(states), previous, seen)

    def score(
        self, states: Tensor, previous: Tensor, seen: dict[str, Tensor]
    ) -> tuple[Tensor, Tensor]:
        words = states @ self.words.weight.T + self.word_bias
        query = self.unit_query(states)
        units = query @ seen["keys"].transpose(1, 2) / math.sqrt(self.settings.width)
        last = previous - self.settings.vocabulary  # [B, T], the group copied last, below 0: none
        next_ = (seen["before"][:, None, :] == last[..., None]) & (last[..., None] >= 0)
        units = units + self.follows(states) * next_.to(units.dtype)
        units = units.masked_fill((seen["groups"] < 0)[:, None, :], _FAR)
        return words, units


def log_likelihood(words: Tensor, units: Tensor, groups: Tensor, targets: Tensor) -> Tensor:
    """Natural log-probability of each target, [B, T]: a group's is the sum over its units."""
    words, units = words.float(), units.float()
    size = words.shape[-1]
    total = torch.cat([words, units], -1).logsumexp(-1)
    written = words.gather(-1, targets.clamp(max=size - 1)[..., None])[..., 0]
    same = groups[:, None, :] == (targets - size)[..., None]  # [B, T, U]
    copied = units.masked_fill(~same, _FAR).logsumexp(-1)
    return torch.where(targets < size, written, copied) - total


def _attend(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    """Scaled dot-product attention (Vaswani et al. 2017, eq. 1); `mask` is added to the scores.

    Written out: on CPUs in bfloat16 the plain products are twice as fast as the fused kernel.
    """
    scores = (query * query.shape[-1] ** -0.5) @ key.transpose(-1, -2)
    if mask is not None:
        scores += mask.to(scores.dtype)
    return torch.softmax(scores, -1, dtype=scores.dtype) @ value


def _causal(query: Tensor) -> Tensor:
    """[T, T]: what comes later is out of sight."""
    steps = query.shape[2]
    return torch.full((steps, steps), _FAR, dtype=query.dtype, device=query.device).triu(1)


def _working(states: Tensor) -> Tensor:
    """Under autocast the whole residual stream is kept in its type: nothing is cast twice."""
    kind = states.device.type
    if torch.is_autocast_enabled(kind):
        return states.to(torch.get_autocast_dtype(kind))
    return states


def _split(states: Tensor, heads: int) -> Tensor:
    """[B, T, D] to [B, H, T, D / H]."""
    batch, steps, width = states.shape
    return states.view(batch, steps, heads, width // heads).transpose(1, 2)


def _merge(states: Tensor) -> Tensor:
    """[B, H, T, D / H] to [B, T, D]."""
    batch, heads, steps, width = states.shape
    return states.transpose(1, 2).reshape(batch, steps, heads * width)


def _initialise(module: nn.Module) -> None:
    if isinstance(module, nn.Linear):
        nn.init.normal_(module.weight, std=0.03)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
    elif isinstance(module, nn.Embedding):
        nn.init.normal_(module.weight, std=0.03)
