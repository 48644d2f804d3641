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

_LEAST = 1e-10  # added to every probability, so that its logarithm is a number


class PointerGenerator(nn.Module):
    """Mixes a distribution over the vocabulary with one over the units read."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.gate = nn.Linear(features, 1)

    def forward(
        self, words: Tensor, attention: Tensor, features: Tensor, copies: Tensor, spare: Tensor
    ) -> Tensor:
        """Log-probabilities [B, T, V + E].

        words      scores of the vocabulary [B, T, V]
        attention  over the units read [B, T, S], summing to 1
        features   what decides between writing and copying [B, T, F]
        copies     what copying each unit writes [B, S]
        spare      [B, E] zeros
        """
        steps = words.shape[1]
        writes = torch.sigmoid(self.gate(features).float())  # p_gen, equation 8: [B, T, 1]
        written = writes * torch.softmax(words.float(), -1)
        copied = (1 - writes) * attention.float()
        # equation 9: a word has the probability of being written and of each place it stands at
        room = spare[:, None].expand(-1, steps, -1)
        places = copies[:, None].expand(-1, steps, -1)
        both = torch.cat([written, room], -1).scatter_add(-1, places, copied)
        return torch.log(both + _LEAST)


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

    def forward(self, words: Tensor, features: Tensor, memory: Copyable) -> Tensor:
        """Scores of the vocabulary [B, T, V] and features [B, T, F] to log-probabilities
        [B, T, V + E]."""
        query = torch.tanh(self.query(features))  # Merity et al., section 2.2
        fit = (query @ memory.keys.transpose(1, 2)).float()
        attention = torch.softmax(fit.masked_fill(~memory.known[:, None], -torch.inf), -1)
        return cast(Tensor, self.mix(words, attention, features, memory.copies, memory.spare))
