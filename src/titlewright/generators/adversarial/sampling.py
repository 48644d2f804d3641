"""Titles drawn unit by unit from a network's own distribution, many at once.

N titles in the making, V + E what may be written, T units of a title.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from titlewright.generators.sequence.batches import Source
from titlewright.generators.sequence.network import SequenceNetwork
from titlewright.generators.writing.lengths import MOST_UNITS
from titlewright.generators.writing.vocabulary import BEGIN, END, PAD

_IMPOSSIBLE = -1e4  # a log-probability whose exponential is 0


def writable(source: Source, size: int, never: Tensor) -> Tensor:
    """[B, V + E]: the vocabulary, and of the unknown words each product's own; but for `never`."""
    rows, unknown = source.spare.shape
    allowed = torch.zeros(rows, size + unknown, dtype=torch.bool, device=source.ids.device)
    allowed[:, :size] = True
    allowed.scatter_(1, source.copies, True)
    allowed[:, never] = False
    return allowed


def likelihoods(scores: Tensor, allowed: Tensor) -> Tensor:
    """Log-probabilities [..., V + E] of what may be written, which sum to 1."""
    return scores.masked_fill(~allowed, _IMPOSSIBLE).log_softmax(-1)


@torch.no_grad()
def sample(
    network: SequenceNetwork,
    memory: Any,
    allowed: Tensor,
    given: Tensor | None = None,
    kept: Tensor | None = None,
) -> Tensor:
    """Ids up to END and PAD after it, [N, T]; a title that finds no end has MOST_UNITS units.

    memory   what the network remembers of N products, see `SequenceNetwork.encode`
    allowed  [N, V + E]
    given    [N, G] titles whose first units are taken over and not drawn, `kept` [N] of each
    """
    state = network.begin(memory)
    previous = torch.full((len(allowed),), BEGIN, device=allowed.device)
    ended = torch.zeros_like(previous, dtype=torch.bool)
    written: list[Tensor] = []
    for place in range(MOST_UNITS):
        scores, state = network.step(previous, state, memory)
        drawn = torch.multinomial(scores.exp() * allowed, 1)[:, 0]  # it needs no sum of 1
        if given is not None and kept is not None and place < given.shape[1]:
            drawn = torch.where(kept > place, given[:, place], drawn)
        previous = drawn.masked_fill(ended, PAD)
        written.append(previous)
        ended = ended | (previous == END)
        if bool(ended.all()):
            break
    return torch.stack(written, 1)
