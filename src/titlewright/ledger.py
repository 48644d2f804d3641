"""The append-only ledger: what was made, by what, from what, at what cost, who approved it.

One SQLite file. Rows are never changed or deleted (triggers refuse it): approvals, rollbacks and
the end of a run are events of their own.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Self

from titlewright.errors import LedgerError
from titlewright.records import Reject, TitleResult, Usage

EventKind = Literal["finished", "approved", "disapproved", "rolled back"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS runs (
  id TEXT PRIMARY KEY, started TEXT NOT NULL, source TEXT NOT NULL, output TEXT NOT NULL,
  format TEXT NOT NULL, channel TEXT NOT NULL, generator TEXT NOT NULL, fingerprint TEXT NOT NULL,
  settings TEXT NOT NULL, version TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS titles (
  run TEXT NOT NULL REFERENCES runs(id), row INTEGER NOT NULL, product TEXT NOT NULL,
  title TEXT NOT NULL, previous_title TEXT NOT NULL, generator TEXT NOT NULL, score REAL NOT NULL,
  cost REAL NOT NULL, PRIMARY KEY (run, row)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS rejects (
  run TEXT NOT NULL REFERENCES runs(id), row INTEGER NOT NULL, product TEXT NOT NULL,
  field TEXT NOT NULL, problem TEXT NOT NULL, PRIMARY KEY (run, row)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS usage (
  run TEXT NOT NULL REFERENCES runs(id), row INTEGER NOT NULL, input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL, cost REAL NOT NULL,
  PRIMARY KEY (run, row, input_tokens, output_tokens, cost)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events (
  id INTEGER PRIMARY KEY, at TEXT NOT NULL, run TEXT NOT NULL REFERENCES runs(id),
  product TEXT, kind TEXT NOT NULL, person TEXT NOT NULL, note TEXT NOT NULL
);
"""
_APPEND_ONLY = "".join(
    f"CREATE TRIGGER IF NOT EXISTS {table}_{verb.lower()} BEFORE {verb} ON {table} "
    f"BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;\n"
    for table in ("runs", "titles", "rejects", "usage", "events")
    for verb in ("UPDATE", "DELETE")
)


@dataclass(frozen=True, slots=True)
class Run:
    """A run as the ledger knows it; `finished` is empty while it is not.

    `cost` is money in US dollars, for titles and rejects alike.
    """

    id: str
    started: str
    finished: str
    source: str
    output: str
    format: str
    channel: str
    generator: str
    fingerprint: str
    settings: Mapping[str, Any]
    version: str
    titles: int
    rejects: int
    input_tokens: int
    output_tokens: int
    cost: float

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__} | {
            "settings": dict(self.settings)
        }


@dataclass(frozen=True, slots=True)
class LedgerTitle:
    row: int
    product: str
    title: str
    previous_title: str


class Ledger:
    """The ledger in one file, created when first opened. Use as a context manager."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, timeout=30, isolation_level=None)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=NORMAL")
            self._connection.executescript(_SCHEMA + _APPEND_ONLY)
        except (sqlite3.Error, OSError) as error:
            raise LedgerError(
                f"The ledger {path} can't be opened: {error}. Point TITLEWRIGHT_HOME or --ledger "
                "to a folder that you may write to."
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def begin(
        self,
        run: str,
        *,
        source: str,
        output: str,
        format: str,  # noqa: A002 - the word that people use
        channel: str,
        generator: str,
        fingerprint: str,
        settings: Mapping[str, Any],
        version: str,
    ) -> None:
        """Enter a run; entering the same one again changes nothing."""
        with self._writing():
            self._connection.execute(
                "INSERT OR IGNORE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (run, now(), source, output, format, channel, generator, fingerprint,
                 json.dumps(dict(settings), sort_keys=True), version),
            )  # fmt: skip

    def finish(self, run: str, counts: Mapping[str, int]) -> None:
        """Say that a run is finished, with its rows by outcome; a second time changes nothing."""
        if not any(event["kind"] == "finished" for event in self.events(run)):
            self.event(run, "finished", note=json.dumps(dict(counts)))

    def record(self, run: str, items: Iterable[TitleResult | Reject]) -> None:
        """Enter titles and rejects in one transaction; rows already there are left as they are.

        Of a row that is to be tried again only its usage is entered: it is no reject yet.
        """
        titles: list[tuple[object, ...]] = []
        rejects: list[tuple[object, ...]] = []
        usage: list[tuple[object, ...]] = []
        for item in items:
            if item.usage != Usage():
                used = item.usage
                usage.append((run, item.row, used.input_tokens, used.output_tokens, used.cost))
            if isinstance(item, TitleResult):
                names = (item.product_id, item.title, item.previous_title, item.generator)
                titles.append((run, item.row, *map(_stored, names), item.score, item.cost))
            elif not item.again:
                told = (item.product_id, item.field, item.problem)
                rejects.append((run, item.row, *map(_stored, told)))
        with self._writing(), closing(self._connection.cursor()) as cursor:
            cursor.execute("BEGIN IMMEDIATE")
            cursor.executemany("INSERT OR IGNORE INTO titles VALUES (?,?,?,?,?,?,?,?)", titles)
            cursor.executemany("INSERT OR IGNORE INTO rejects VALUES (?,?,?,?,?)", rejects)
            cursor.executemany("INSERT OR IGNORE INTO usage VALUES (?,?,?,?,?)", usage)
            cursor.execute("COMMIT")

    def event(
        self, run: str, kind: EventKind, *, person: str = "", product: str | None = None,
        note: str = "",
    ) -> None:  # fmt: skip
        """Append an event to a run or to one of its products."""
        with self._writing():
            self._connection.execute(
                "INSERT INTO events (at, run, product, kind, person, note) VALUES (?,?,?,?,?,?)",
                (now(), run, product, kind, person, note),
            )

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Raises LedgerError where the file is full, or held too long by another process."""
        try:
            yield
        except sqlite3.OperationalError as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise LedgerError(
                f"The ledger {self.path} can't be written: {error}. Make room, or wait for who "
                "else writes to it; a run goes on with --resume."
            ) from error

    def runs(self) -> list[Run]:
        """All runs, the newest first."""
        return self._runs("ORDER BY r.rowid DESC")

    def run(self, name: str) -> Run:
        """The run of this id, or the newest for "last". Raises LedgerError when there is none."""
        if name == "last":
            found = self._runs("ORDER BY r.rowid DESC LIMIT 1")
        else:
            found = self._runs("WHERE r.id = ?", name)
        if found:
            return found[0]
        newest = self._runs("ORDER BY r.rowid DESC LIMIT 5")
        known = ", ".join(run.id for run in newest) or "none yet"
        raise LedgerError(f"There is no run {name!r} in {self.path}. The newest are: {known}.")

    def last_for(self, output: str) -> Run | None:
        """The newest run that wrote, or meant to write, this file; None when there is none."""
        found = self._runs("WHERE r.output = ? ORDER BY r.rowid DESC LIMIT 1", output)
        return found[0] if found else None

    def _runs(self, which: str, *values: str) -> list[Run]:
        rows = self._connection.execute(
            """SELECT r.id, r.started,
                 COALESCE((SELECT MAX(at) FROM events e
                           WHERE e.run = r.id AND kind = 'finished'), ''),
                 r.source, r.output, r.format, r.channel, r.generator, r.fingerprint, r.settings,
                 r.version,
                 (SELECT COUNT(*) FROM titles t WHERE t.run = r.id),
                 (SELECT COUNT(*) FROM rejects x WHERE x.run = r.id),
"""
            + ", ".join(map(_total, ("input_tokens", "output_tokens", "cost")))
            + " FROM runs r "
            + which,
            values,
        )
        return [_as_run(row) for row in rows]

    def titles(self, run: str) -> Iterator[LedgerTitle]:
        """The titles of a run in row order."""
        for row in self._connection.execute(
            "SELECT row, product, title, previous_title FROM titles WHERE run = ? ORDER BY row",
            (run,),
        ):
            yield LedgerTitle(row[0], *map(_read, row[1:]))

    def events(self, run: str) -> list[dict[str, Any]]:
        """The events of a run, the oldest first."""
        names = ("at", "product", "kind", "person", "note")
        rows = self._connection.execute(
            "SELECT at, product, kind, person, note FROM events WHERE run = ? ORDER BY id", (run,)
        )
        return [dict(zip(names, row, strict=True)) for row in rows]


def _total(column: str) -> str:
    """SQL for a run's sum: a row's usage grows from try to try, so its largest is all of it."""
    most = f"SELECT MAX({column}) AS most FROM usage u WHERE u.run = r.id GROUP BY u.row"
    return f"(SELECT COALESCE(SUM(most), 0) FROM ({most}))"


def _as_run(row: tuple[Any, ...]) -> Run:
    values = dict(zip(Run.__slots__, row, strict=True))
    return Run(**values | {"settings": json.loads(values["settings"])})


def _stored(text: str) -> str | bytes:
    """Half a surrogate pair, as broken JSON holds, is no text to SQLite: it is kept as bytes."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    return text


def _read(stored: str | bytes) -> str:
    return stored.decode("utf-8", "surrogatepass") if isinstance(stored, bytes) else stored


def new_run() -> str:
    """An id for a run: when it began, and something that no other has."""
    return f"{now()[:19].replace(':', '').replace('-', '')}-{secrets.token_hex(3)}"


def now() -> str:
    """The time in UTC, to the second, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")
