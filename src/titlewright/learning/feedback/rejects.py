"""The file of rejects: one JSON object a line, there only when there are any."""

from __future__ import annotations

import json
from pathlib import Path
from typing import IO, Self

from titlewright.records import Reject


class RejectFile:
    """Takes rejects as they come. Use as a context manager; the file of an older run goes, in the
    end or with the first reject.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stream: IO[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if self._stream:
            self._stream.close()
        elif kind is None:
            self.path.unlink(missing_ok=True)

    def add(self, reject: Reject) -> None:
        if self._stream is None:
            self._stream = self.path.open("w", encoding="utf-8")
        self._stream.write(json.dumps(reject.to_json()) + "\n")
