"""A network that writes: step by step for the search, or greedily to see what it has learnt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from titlewright.generators.sequence.batches import Source, collate
from titlewright.generators.sequence.network import SequenceNetwork, select
from titlewright.generators.sequence.reading import Reading
from titlewright.generators.sequence.vocabulary import UNKNOWN, is_request
from titlewright.generators.writing.lengths import MOST_UNITS
from titlewright.generators.writing.search import Likeliest
from titlewright.generators.writing.vocabulary import BEGIN, END, PAD, Vocabulary

_OPTIONS = 64  # ways to go on that the search looks at
# Log-probabilities are told to four decimals: what another batch size changes is less, so ways that
# are as good as each other keep their order whatever stands beside them.
_DECIMALS = 4


@dataclass(slots=True)
class Lanes:
    """B products' K titles in the making: what was read, and their state, in B * K rows."""

    memory: Any
    never: Tensor  # [B, 1, V + E], what may not be written
    state: Any = None
    noise: Any = None  # [B * K, Z], of an engine that varies the titles


class NetworkEngine:
    """An Engine of the search in `writing` over a network, on its device."""

    def __init__(self, network: SequenceNetwork, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._network = network.eval()
        self._device = network.words.weight.device
        self._never = never_written(vocabulary)

    @torch.inference_mode()
    def read(self, readings: Sequence[Reading]) -> Lanes:
        source = Source(*(part.to(self._device) for part in collate(readings)))
        size = self._network.size
        never = torch.zeros(len(readings), 1, size + source.spare.shape[1], dtype=torch.bool)
        never[:, :, self._never] = True
        for row, reading in enumerate(readings):  # what only a product beside it has
            never[row, :, size + len(reading.words) :] = True
        return Lanes(self._network.encode(source), never.to(self._device))

    @torch.inference_mode()
    def step(
        self,
        memory: Lanes,
        previous: NDArray[Any],
        budgets: NDArray[Any],  # noqa: ARG002 - a length is told when the product is read
        bonus: NDArray[Any],
        position: int,
    ) -> Likeliest:
        products, lanes = previous.shape
        if position == 0:
            rows = torch.arange(products, device=self._device).repeat_interleave(lanes)
            memory.memory = select(memory.memory, rows)
            memory.state = self.begin(memory)
        ids = torch.from_numpy(previous.astype(np.int64).ravel()).to(self._device)
        scores, memory.state = self._network.step(ids, memory.state, memory.memory)
        scores = scores.view(products, lanes, -1) + torch.from_numpy(bonus[:, None]).to(scores)
        scores = scores.masked_fill(memory.never, -torch.inf)
        best, found = scores.topk(min(_OPTIONS, scores.shape[-1]))  # [B, K, C]
        return _in_order(found.cpu().numpy(), best.cpu().numpy())

    def begin(self, memory: Lanes) -> Any:
        """The state of B * K lanes before their first unit."""
        return self._network.begin(memory.memory)

    def reorder(self, memory: Lanes, lanes: NDArray[Any]) -> None:
        products, count = lanes.shape
        rows = (lanes + np.arange(products)[:, None] * count).ravel()
        memory.state = select(memory.state, torch.from_numpy(rows).to(self._device))


def greedy(
    network: SequenceNetwork,
    source: Source,
    vocabulary: Vocabulary,
    begin: Callable[[Any], Any] | None = None,
) -> list[list[int]]:
    """The likeliest unit at every step, without any rule: ids up to END of each of B products.

    `begin` makes the first state of the memory; by default it is the network's own.
    """
    device = source.ids.device
    memory = network.encode(source)
    state = (begin or network.begin)(memory)
    never = never_written(vocabulary).to(device)
    previous = torch.full((len(source.ids),), BEGIN, device=device)
    written = []
    for _ in range(MOST_UNITS):
        scores, state = network.step(previous, state, memory)
        scores[:, never] = -torch.inf
        previous = scores.argmax(-1)
        written.append(previous)
        if all(END in ids for ids in torch.stack(written, 1).tolist()):
            break
    rows = torch.stack(written, 1).tolist()
    return [row[: row.index(END)] if END in row else row for row in rows]


def never_written(vocabulary: Vocabulary) -> Tensor:
    """The ids that stand for no word of a title."""
    asked = [number for number, word in enumerate(vocabulary.words) if is_request(word)]
    return torch.tensor([PAD, BEGIN, UNKNOWN, *asked])


def _in_order(ids: NDArray[Any], scores: NDArray[Any]) -> Likeliest:
    """Best first; of equals the lower id first."""
    rounded = scores.round(_DECIMALS)
    order = np.lexsort((ids, -rounded))
    return np.take_along_axis(ids, order, -1), np.take_along_axis(rounded, order, -1)
