"""What a run writes down: `metrics.jsonl`, a line a step, and TensorBoard where it is installed.

Needs no torch.
"""

from __future__ import annotations

import importlib.util
import json
import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from titlewright.neural.report import Step

if TYPE_CHECKING:
    from titlewright.neural.board import Board

Sample = tuple[str, str, str]  # input, reference, title


def has_tensorboard() -> bool:
    return importlib.util.find_spec("tensorboard") is not None


class Logs:
    """The logs of a run in its folder.

    `size` and `step` say how far an earlier part of the run had come at the checkpoint that it
    goes on from: what was logged after that is cut off, since it is done again.
    """

    def __init__(self, folder: Path, *, size: int = 0, step: int = 0) -> None:
        path = folder / "metrics.jsonl"
        self._stream: IO[bytes] = path.open("ab")
        os.truncate(path, min(size, path.stat().st_size))
        self._board = _board(folder / "tensorboard", step) if has_tensorboard() else None

    def step(self, step: Step, seconds: float) -> None:
        line: dict[str, Any] = {
            "step": step.step,
            "epoch": step.epoch,
            "loss": step.loss,
            "learning_rate": step.learning_rate,
            "norm": step.norm,
            "examples_per_second": round(step.examples_per_second, 1),
            "tokens_per_second": round(step.tokens_per_second, 1),
            "seconds": round(seconds, 3),
        }
        if step.dev:
            line["dev"] = dict(step.dev)
        self._stream.write((json.dumps(_finite(line)) + "\n").encode())
        self._stream.flush()  # for whoever watches the file
        if self._board is not None:
            for name in ("loss", "learning_rate", "norm", "examples_per_second"):
                self._board.figure(f"train/{name}", line[name], step.step)
            for name, value in step.dev.items():
                self._board.figure(f"dev/{name}", value, step.step)

    def samples(self, step: int, samples: Sequence[Sample]) -> None:
        """Titles that the model now writes, beside the references."""
        if self._board is not None and samples:
            rows = "\n".join(
                f"| {' | '.join(text.replace('|', '/').replace(chr(10), ' ') for text in row)} |"
                for row in samples
            )
            table = f"| input | reference | title |\n|---|---|---|\n{rows}"
            self._board.text("titles", table, step)

    @property
    def wants_samples(self) -> bool:
        return self._board is not None

    def size(self) -> int:
        """Bytes of metrics.jsonl, all of them on disk."""
        self._stream.flush()
        os.fsync(self._stream.fileno())
        if self._board is not None:
            self._board.flush()
        return os.fstat(self._stream.fileno()).st_size

    def close(self) -> None:
        self._stream.close()
        if self._board is not None:
            self._board.close()


def _board(folder: Path, step: int) -> Board:
    from titlewright.neural.board import Board

    return Board(folder, step)


def _finite(data: Any) -> Any:
    """JSON knows no infinity and no not-a-number: null."""
    if isinstance(data, dict):
        return {name: _finite(value) for name, value in data.items()}
    if isinstance(data, float) and not math.isfinite(data):
        return None
    return data
