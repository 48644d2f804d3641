"""Opens the database, SQLite or PostgreSQL, and holds what differs between the two.

A change is one transaction, and one at a time: on SQLite the file is locked, on PostgreSQL an
advisory lock is held until the commit. So events get their place in the order of arrival in the
order in which they become visible, and nobody who reads on from a place misses one.
What is committed is on disk: SQLite writes ahead with synchronous=FULL, PostgreSQL by default.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from titlewright.errors import LearningError, MissingExtraError
from titlewright.learning.store.schema import VERSION, create_all, facts

_WAIT = 60  # seconds that a writer waits for others
_SQLITE = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",
    "cache_size=-65536",  # 64 MiB: the index of ids is written to at random places
    "wal_autocheckpoint=10000",  # pages, 40 MiB: a page changed often is put in its place once
)
_LOCK = 7_465_113  # PostgreSQL's name for the lock: any number, the same in every process


class Database:
    """A database with the tables of the learning store in it.

    address  a file for SQLite, or an address such as postgresql://user:password@host/database.
    Raises LearningError where it can't be opened or is newer than this program, MissingExtraError
    without psycopg.
    """

    def __init__(self, address: str | Path) -> None:
        url = _url(address)
        self.name = url.database if url.drivername == "sqlite" else url.render_as_string()
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self._engine = _engine(url)
        self._writer = self._engine.execution_options(writes=True)
        if self.is_sqlite:
            _behave_on_sqlite(self._engine)
        try:
            with self.writing() as connection:
                _prepare(connection, str(self.name))
        except BaseException:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One state of the data, however long it takes."""
        with self._complaining(), self._engine.connect() as connection:
            if not self.is_sqlite:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction of its own, committed at the end; nobody else writes meanwhile."""
        with self._complaining(), self._writer.begin() as connection:
            if not self.is_sqlite:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            yield connection

    @contextmanager
    def staging(self) -> Iterator[Connection]:
        """A transaction that fills temporary tables: others go on writing until `take_turn`.

        Until then it reads no other table, or SQLite would see the state of that moment for good.
        """
        with self._complaining(), self._engine.begin() as connection:
            yield connection

    def take_turn(self, connection: Connection) -> None:
        """From here on to its end, a `staging` transaction is the only writer."""
        if self.is_sqlite:  # the first change locks the file
            connection.execute(facts.delete().where(facts.c.name == ""))
        else:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")

    def insert(self, table: Any) -> Any:
        """An INSERT that knows ON CONFLICT."""
        return (sqlite if self.is_sqlite else postgresql).insert(table)

    def driver_text(self, statement: Any, columns: Sequence[str]) -> str:
        """An INSERT as the driver takes it, for many rows as mappings of these columns.

        SQLAlchemy's way of handing rows on takes as long as SQLite takes to write them.
        """
        return str(statement.compile(self._engine, column_keys=list(columns)))

    def scrub(self) -> bool:
        """Leave nothing of what was changed or deleted in files, as far as rights allow.

        False where some is left for now, since somebody reads a state of before.
        """
        with self._complaining():
            if self.is_sqlite:
                with closing(self._engine.raw_connection()) as raw:
                    told = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
                    busy, *_ = told.fetchone()
                return not busy
            with self._engine.connect() as connection:
                plain = connection.execution_options(isolation_level="AUTOCOMMIT")
                plain.exec_driver_sql("VACUUM events")
        return True

    def close(self) -> None:
        self._engine.dispose()

    @contextmanager
    def _complaining(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            told = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
            raise LearningError(
                f"The event store {self.name} failed: {told}. Check that it is there, that you may "
                "write to it, and that its disk has space."
            ) from error


def _url(address: str | Path) -> URL:
    if isinstance(address, Path) or "://" not in address:
        return URL.create("sqlite", database=str(address))
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise LearningError(
            "TITLEWRIGHT_DATABASE is no address of a database. Write it as "
            "postgresql://user:password@host/database."
        ) from error
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite":
        return url
    raise LearningError(
        f"Events can't be kept in {url.drivername!r}. Use postgresql://…, or the path of a file."
    )


def _engine(url: URL) -> Engine:
    options: dict[str, Any] = {}
    if url.drivername == "sqlite":
        options = {"connect_args": {"timeout": _WAIT}, "paramstyle": "named"}
    try:
        if url.drivername == "sqlite" and url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        return create_engine(url, hide_parameters=True, **options)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise MissingExtraError("psycopg", "postgres") from error
    except OSError as error:
        raise LearningError(
            f"The event store {url.database} can't be made: {error.strerror}. Point "
            "TITLEWRIGHT_HOME to a folder that you may write to."
        ) from error


def _behave_on_sqlite(engine: Engine) -> None:
    """Transactions begin where we say so: writers lock at once, so that none fails midway."""

    @event.listens_for(engine, "connect")
    def _settle(connection: Any, _: object) -> None:
        connection.isolation_level = None  # the driver's own idea of transactions
        for setting in _SQLITE:
            connection.execute(f"PRAGMA {setting}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _prepare(connection: Connection, name: str) -> None:
    """Make the tables where there are none; refuse a store of a later version."""
    if inspect(connection).has_table(facts.name):
        version = connection.scalar(select(facts.c.value).where(facts.c.name == "version"))
        if int(version or 0) > VERSION:
            raise LearningError(
                f"The event store {name} was written by a newer Titlewright (version {version} of "
                f"the store; this one knows {VERSION}). Install that one, or use another store."
            )
        return
    create_all(connection)
    connection.execute(facts.insert().values(name="version", value=str(VERSION)))
