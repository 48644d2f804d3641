"""Answers that are paid for, on disk: asked the same again, nothing is sent and nothing paid.

An entry's name is a hash; of the request itself nothing is kept. One SQLite file, which several
runs may share.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from titlewright.errors import GeneratorError
from titlewright.records import Usage

_SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (
  key TEXT PRIMARY KEY, answer TEXT, input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL, cost REAL NOT NULL, buyer TEXT NOT NULL
) WITHOUT ROWID
"""


_PUT = """
INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (key) DO UPDATE SET
  answer = excluded.answer, input_tokens = excluded.input_tokens,
  output_tokens = excluded.output_tokens, cost = excluded.cost, buyer = excluded.buyer
WHERE excluded.answer IS NOT NULL OR answers.answer IS NULL
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer, or None while only unusable ones came; what all of them took; who paid.

    A buyer's name begins with that of its run.
    """

    answer: str | None
    usage: Usage
    buyer: str


class AnswerCache:
    """The cache in one file, made when first opened. Safe between threads and processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(
                path, timeout=30, isolation_level=None, check_same_thread=False
            )
            weakref.finalize(self, self._connection.close)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute(_SCHEMA)
        except (sqlite3.Error, OSError) as error:
            raise self._error(error) from error

    def get(self, key: str) -> Entry | None:
        """What is known of a request. Raises GeneratorError when the file can't be read."""
        with self._lock:
            try:
                row = self._connection.execute(
                    "SELECT answer, input_tokens, output_tokens, cost, buyer FROM answers "
                    "WHERE key = ?", (key,),
                ).fetchone()  # fmt: skip
            except sqlite3.Error as error:
                raise self._error(error) from error
        return Entry(row[0], Usage(*row[1:4]), row[4]) if row else None

    def put(self, key: str, entry: Entry) -> None:
        """Keep an entry, on disk when this returns; one without an answer never takes the place of
        one with an answer, which another run may have paid for meanwhile. Raises GeneratorError
        when it can't be kept."""
        text = entry.answer
        if text is not None:
            text = text.encode("utf-8", "replace").decode("utf-8")
        used = entry.usage
        values = (key, text, used.input_tokens, used.output_tokens, used.cost, entry.buyer)
        with self._lock:
            try:
                self._connection.execute(_PUT, values)
            except sqlite3.Error as error:
                raise self._error(error) from error

    def spent(self, run: str) -> float:
        """The money that the buyers of a run have paid. Raises GeneratorError as `get` does."""
        return float(self._of_run("COALESCE(SUM(cost), 0)", run))

    def answered(self, run: str) -> bool:
        """Whether a request of the run got an answer. Raises GeneratorError as `get` does."""
        return bool(self._of_run("COUNT(answer)", run))

    def _of_run(self, what: str, run: str) -> float:
        query = f"SELECT {what} FROM answers WHERE substr(buyer, 1, ?) = ?"
        with self._lock:
            try:
                return float(self._connection.execute(query, (len(run), run)).fetchone()[0])
            except sqlite3.Error as error:
                raise self._error(error) from error

    def _error(self, error: Exception) -> GeneratorError:
        return GeneratorError(
            f"The answers of the LLM can't be kept in {self._path}: {error}. Make room, or point "
            "TITLEWRIGHT_HOME to a folder that you may write to; delete the file if it is broken."
        )


def digest(data: Mapping[str, Any]) -> str:
    """A name for a request: equal requests have the same, and it tells nothing of them."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
