"""The pointer-generator: at each step the network writes a word of its vocabulary or copies one.

See, Liu and Manning 2017, "Get To The Point", section 2.2. Without it a word that was never seen in
training, such as a model number, can't be written at all. Networks with attention copy what they
attend to; for those without there is a pointer that only copies, as in Merity, Xiong, Bradbury and
Socher 2017, "Pointer sentinel mixture models", section 2.
"""

from __future__ import annotations

from typing import NamedTuple, cast

import torch
from torch import Tensor, nn

from titlewright.generators.sequence.batches import Source
from titlewright.generators.writing.vocabulary import PAD

_LEAST = 1e-10  # added to every probability, so that its logarithm is a number


class Copies(NamedTuple):
    """Where the next unit may be copied from, at T places of B titles."""

    writes: Tensor  # [B, T, 1], p_gen: the probability of not copying
    attention: Tensor  # [B, T, S], over the units read, summing to 1
    units: Tensor  # [B, S], what copying each writes
    spare: Tensor  # [B, E] zeros


class Distribution(NamedTuple):
    """What may come next, at T places of B titles: a word of the vocabulary or a copy.

    In its parts, since learning asks only for the units that came, see `of`.
    """

    words: Tensor  # scores of the vocabulary [B, T, V]
    copies: Copies | None = None  # of a network that copies

    def of(self, ids: Tensor) -> Tensor:
        """Log-probabilities of these units: [B, T] to [B, T], in float32."""
        size = self.words.shape[-1]
        known = ids.masked_fill(ids >= size, PAD)[..., None]
        written = torch.log_softmax(self.words.float(), -1).gather(-1, known)[..., 0]
        if self.copies is None:
            return written
        writes, attention, units, _ = self.copies
        written = writes[..., 0] * written.exp() * (ids < size)
        copied = (1 - writes[..., 0]) * (attention * (units[:, None] == ids[..., None])).sum(-1)
        return torch.log(written + copied + _LEAST)

    def all(self) -> Tensor:
        """Log-probabilities of whatever may be written: [B, T, V + E], in float32."""
        words = self.words.float()
        if self.copies is None:
            return torch.log_softmax(words, -1)
        writes, attention, units, spare = self.copies
        written, copied = writes * torch.softmax(words, -1), (1 - writes) * attention
        # equation 9: a word has the probability of being written and of each place it stands at
        room, places = (part[:, None].expand(-1, words.shape[1], -1) for part in (spare, units))
        both = torch.cat([written, room], -1).scatter_add(-1, places, copied)
        return torch.log(both + _LEAST)


class PointerGenerator(nn.Module):
    """Mixes a distribution over the vocabulary with one over the units read."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.gate = nn.Linear(features, 1)

    def forward(
        self, words: Tensor, attention: Tensor, features: Tensor, copies: Tensor, spare: Tensor
    ) -> Distribution:
        """
        words      scores of the vocabulary [B, T, V]
        attention  over the units read [B, T, S], summing to 1
        features   what decides between writing and copying [B, T, F]
        copies     what copying each unit writes [B, S]
        spare      [B, E] zeros
        """
        writes = torch.sigmoid(self.gate(features).float())  # p_gen, equation 8
        return Distribution(words, Copies(writes, attention.float(), copies, spare))


class Copyable(NamedTuple):
    """What a pointer remembers of the products."""

    keys: Tensor  # [B, S, D]
    known: Tensor  # [B, S]
    copies: Tensor  # [B, S]
    spare: Tensor  # [B, E]


class Pointer(nn.Module):
    """Chooses among the units read by what they are and what stands before them."""

    def __init__(self, width: int, features: int) -> None:
        super().__init__()
        self.key = nn.Linear(2 * width, width, bias=False)
        self.query = nn.Linear(features, width)
        self.mix = PointerGenerator(features)

    def remember(self, embedded: Tensor, source: Source) -> Copyable:
        """From the units' embeddings [B, S, D]."""
        before = nn.functional.pad(embedded, (0, 0, 1, 0))[:, :-1]
        keys = self.key(torch.cat([embedded, before], -1))
        return Copyable(keys, source.known, source.copies, source.spare)

    def forward(self, words: Tensor, features: Tensor, memory: Copyable) -> Distribution:
        """Scores of the vocabulary [B, T, V] and features [B, T, F] to what comes next."""
        query = torch.tanh(self.query(features))  # Merity et al., section 2.2
        fit = (query @ memory.keys.transpose(1, 2)).float()
        attention = torch.softmax(fit.masked_fill(~memory.known[:, None], -torch.inf), -1)
        told = self.mix(words, attention, features, memory.copies, memory.spare)
        return cast(Distribution, told)
