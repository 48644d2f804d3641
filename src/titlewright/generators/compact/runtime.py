"""The compact network on ONNX Runtime: the engine that writes titles without torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from titlewright.generators.compact.reading import Reading, padded

Array = NDArray[Any]


@dataclass(slots=True)
class Memory:
    """What a batch's steps need; the lanes' past grows with every step."""

    inputs: dict[str, Array]  # the reader's outputs and what it was given of units
    past_keys: Array  # [L, B * K, H, t, D / H]
    past_values: Array


class OnnxEngine:
    """Two graphs, loaded once. `threads` 0 leaves the number to ONNX Runtime."""

    def __init__(self, reader: Path, writer: Path, *, threads: int = 0) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        providers = ["CPUExecutionProvider"]
        self._reader = onnxruntime.InferenceSession(reader, options, providers=providers)
        self._writer = onnxruntime.InferenceSession(writer, options, providers=providers)
        self._memory_names = [output.name for output in self._reader.get_outputs()]

    def read(self, readings: Sequence[Reading]) -> Memory:
        rows = arrays(readings)
        before = rows.pop("before")
        found = self._reader.run(None, rows)
        inputs = dict(zip(self._memory_names, found, strict=True))
        inputs |= {"groups": rows["groups"], "before": before}
        layers, _, heads, _, size = inputs["keys"].shape
        empty = np.zeros((layers, 0, heads, 0, size), np.float32)
        return Memory(inputs, empty, empty)

    def step(
        self, memory: Memory, previous: Array, budgets: Array, bonus: Array, position: int
    ) -> tuple[Array, Array]:
        if position == 0:
            layers, _, heads, _, size = memory.inputs["keys"].shape
            memory.past_keys = np.zeros((layers, previous.size, heads, 0, size), np.float32)
            memory.past_values = memory.past_keys
        ids, scores, memory.past_keys, memory.past_values = self._writer.run(
            ["ids", "log_probabilities", "new_keys", "new_values"],
            {
                "previous": previous,
                "budgets": budgets,
                "bonus": bonus,
                "position": np.array([position]),
                "past_keys": memory.past_keys,
                "past_values": memory.past_values,
                **memory.inputs,
            },
        )
        return ids, scores

    def reorder(self, memory: Memory, lanes: Array) -> None:
        batch, count = lanes.shape
        if (lanes == np.arange(count)).all():
            return
        rows = (lanes + np.arange(batch)[:, None] * count).ravel()
        memory.past_keys = memory.past_keys[:, rows]
        memory.past_values = memory.past_values[:, rows]


def arrays(readings: Sequence[Reading]) -> dict[str, Array]:
    """Readings as padded arrays, [B, P], [B, U] or [B, G]; -1 pads pieces, groups and befores."""

    def array(rows: Sequence[Sequence[int]], value: int) -> Array:
        return np.array(padded(rows, value), np.int64).reshape(len(rows), -1)

    return {
        "pieces": array([reading.pieces for reading in readings], -1),
        "fields": array([reading.fields for reading in readings], -1),
        "starts": array([reading.starts or [0] for reading in readings], 0),
        "groups": array([reading.groups or [-1] for reading in readings], -1),
        "before": array([reading.before or [-1] for reading in readings], -1),
        "first": array([reading.first or [0] for reading in readings], 0),
    }
