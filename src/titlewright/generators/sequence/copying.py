"""The pointer-generator: at each step the network writes a word of its vocabulary or copies one.

See, Liu and Manning 2017, "Get To The Point", section 2.2. Without it a word that was never seen in
training, such as a model number, can't be written at all.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

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
