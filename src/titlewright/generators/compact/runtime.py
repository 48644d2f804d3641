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
    past: dict[str, Array]  # of each layer keys and values, [B * K, H, t, D / H]


class OnnxEngine:
    """Two graphs, loaded once. `threads` 0 leaves the number to ONNX Runtime."""

    def __init__(self, reader: Path, writer: Path, *, threads: int = 0) -> None:
        self._reader = open_graph(reader, threads)
        self._writer = open_graph(writer, threads)
        self._outputs = {id(session): _outputs(session) for session in (self._reader, self._writer)}
        # in the order of the outputs that take their place
        self._past = {
            given.name: given.shape
            for given in self._writer.get_inputs()
            if given.name.startswith("past_")
        }

    def read(self, readings: Sequence[Reading]) -> Memory:
        rows = arrays(readings)
        before = rows.pop("before")
        found = self._run(self._reader, rows)
        inputs = dict(zip(self._outputs[id(self._reader)], found, strict=True))
        inputs |= {"groups": rows["groups"], "before": before}
        return Memory(inputs, {})

    def step(
        self, memory: Memory, previous: Array, budgets: Array, bonus: Array, position: int
    ) -> tuple[Array, Array]:
        if position == 0:
            memory.past = {
                name: np.zeros((previous.size, shape[1], 0, shape[3]), np.float32)
                for name, shape in self._past.items()
            }
        ids, scores, *grown = self._run(
            self._writer,
            {
                "previous": previous,
                "budgets": budgets,
                "bonus": bonus,
                "position": np.array([position]),
                **memory.past,
                **memory.inputs,
            },
        )
        memory.past = dict(zip(self._past, grown, strict=True))
        return ids, scores

    def _run(self, session: Any, feeds: dict[str, Array]) -> list[Array]:
        found: list[Array] = session.run(self._outputs[id(session)], feeds)
        return found

    def reorder(self, memory: Memory, lanes: Array) -> None:
        batch, count = lanes.shape
        if (lanes == np.arange(count)).all():
            return
        rows = (lanes + np.arange(batch)[:, None] * count).ravel()
        memory.past = {name: past[rows] for name, past in memory.past.items()}


def open_graph(graph: Path | bytes, threads: int) -> Any:
    """An ONNX Runtime session on the CPU; `threads` 0 leaves the number to ONNX Runtime."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def _outputs(session: Any) -> list[str]:
    """What the steps use; a graph under measurement gives out more."""
    names = [output.name for output in session.get_outputs()]
    return [name for name in names if not name.endswith(("_scale", "_zero_point"))]


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
