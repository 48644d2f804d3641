"""The compact network in PyTorch, writing with the same search: what its graphs are held against.

Slower than ONNX Runtime and exact in float32; for parity and for measuring what the graphs gain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from titlewright.generators.compact.export import ReadGraph, StepGraph
from titlewright.generators.compact.generator import CompactGenerator
from titlewright.generators.compact.network import CompactNetwork
from titlewright.generators.compact.reading import Reading
from titlewright.generators.compact.runtime import Array, arrays


@dataclass(slots=True)
class TorchMemory:
    """What a batch's steps need; the lanes' past grows with every step."""

    seen: tuple[Tensor, ...]  # mask, unit keys, copies, members
    remembered: tuple[Tensor, ...]  # of each layer keys and values of the pieces
    groups: Tensor
    before: Tensor
    past: tuple[Tensor, ...]  # of each layer keys and values, [B * K, H, t, D / H]


class TorchEngine:
    """An Engine over a network, on its device."""

    def __init__(self, network: CompactNetwork) -> None:
        self._settings = network.settings
        self._reader, self._step = ReadGraph(network).eval(), StepGraph(network).eval()

    @torch.inference_mode()
    def read(self, readings: Sequence[Reading]) -> TorchMemory:
        rows = {name: torch.from_numpy(row) for name, row in arrays(readings).items()}
        before = rows.pop("before")
        found = self._reader(**rows)
        return TorchMemory(found[:4], found[4:], rows["groups"], before, ())

    @torch.inference_mode()
    def step(
        self, memory: TorchMemory, previous: Array, budgets: Array, bonus: Array, position: int
    ) -> tuple[Array, Array]:
        if position == 0:
            heads = self._settings.writer_heads
            empty = torch.zeros(previous.size, heads, 0, self._settings.width // heads)
            memory.past = (empty,) * (2 * self._settings.writer_layers)
        mask, keys, copied, members = memory.seen
        ids, scores, *grown = self._step(
            torch.from_numpy(previous), torch.from_numpy(budgets),
            torch.from_numpy(bonus.astype(np.float32)), torch.tensor([position]),
            mask, keys, copied, members, memory.groups, memory.before,
            *memory.remembered, *memory.past,
        )  # fmt: skip
        memory.past = tuple(grown)
        return ids.numpy(), scores.numpy()

    def reorder(self, memory: TorchMemory, lanes: Array) -> None:
        batch, count = lanes.shape
        rows = torch.from_numpy((lanes + np.arange(batch)[:, None] * count).ravel())
        memory.past = tuple(past[rows] for past in memory.past)


def in_torch(folder: Path) -> CompactGenerator:
    """A saved model's generator that writes in PyTorch, with its weights as int8 rounded them."""
    model = CompactGenerator.start(str(folder))
    model.use(TorchEngine(model.network.eval()))
    return model
