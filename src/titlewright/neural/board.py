"""TensorBoard's event files: figures and texts by step. Needs tensorboard, and no torch."""

from __future__ import annotations

import time
from pathlib import Path

from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto
from tensorboard.summary.writer.event_file_writer import EventFileWriter

_TEXTS = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="text"))


class Board:
    """Writes one event file; `step` is the last step of earlier files in the folder that counts."""

    def __init__(self, folder: Path, step: int) -> None:
        self._events = EventFileWriter(str(folder))
        # what stands there from this step on is done again: TensorBoard leaves it out
        self._add(step + 1, session_log=SessionLog(status=SessionLog.START))

    def figure(self, name: str, value: float, step: int) -> None:
        self._add(step, summary=Summary(value=[Summary.Value(tag=name, simple_value=value)]))

    def text(self, name: str, text: str, step: int) -> None:
        """A text in Markdown."""
        tensor = TensorProto(
            dtype="DT_STRING",
            string_val=[text.encode("utf-8", "replace")],
            tensor_shape=TensorShapeProto(dim=[TensorShapeProto.Dim(size=1)]),
        )
        value = Summary.Value(tag=f"{name}/text_summary", metadata=_TEXTS, tensor=tensor)
        self._add(step, summary=Summary(value=[value]))

    def flush(self) -> None:
        self._events.flush()

    def close(self) -> None:
        self._events.close()

    def _add(self, step: int, **event: object) -> None:
        self._events.add_event(Event(wall_time=time.time(), step=step, **event))
