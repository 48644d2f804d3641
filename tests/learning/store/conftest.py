"""Stores to test: SQLite in the test's folder, and a PostgreSQL server that the tests start."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from titlewright.learning.store import EventStore


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a server on loopback, without its database."""
    psycopg = pytest.importorskip("psycopg", reason="needs the extra postgres")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("PostgreSQL isn't installed: scripts/install_servers.sh")
    programs, as_user = found[-1].parent, []
    if os.geteuid() == 0:  # the server refuses to run as root
        if subprocess.run(["id", "postgres"], capture_output=True, check=False).returncode:
            pytest.skip("there is no user postgres to run the server as")
        as_user = ["runuser", "-u", "postgres", "--"]
    folder = Path(tempfile.mkdtemp(prefix="titlewright-postgres-"))
    if as_user:
        shutil.chown(folder, "postgres")
    data, port = folder / "data", _free_port()

    def run(program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*as_user, str(programs / program), *arguments],
            cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    # what a power cut would do is PostgreSQL's own business, and fsync takes half a minute here
    options = (
        f"-p {port} -c fsync=off -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
    )
    try:
        run("initdb", "-D", str(data), "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-sync")
        run("pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            address = f"postgresql://tests@127.0.0.1:{port}"
            psycopg.connect(f"{address}/postgres").close()
            yield address
        finally:
            run("pg_ctl", "-D", str(data), "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def new_database(postgres_server: str) -> str:
    """The address of an empty place in PostgreSQL."""
    import psycopg

    name = f"t{uuid4().hex}"
    with psycopg.connect(f"{postgres_server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")  # a database of its own takes a second
    return f"{postgres_server}/postgres?options=-csearch_path%3D{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return str(tmp_path / "learning.sqlite")
    return str(request.getfixturevalue("new_database"))


@pytest.fixture
def open_it(address: str) -> Iterator[Callable[[], EventStore]]:
    """Opens the store, as often as asked."""
    opened: list[EventStore] = []

    def open_one() -> EventStore:
        opened.append(EventStore(address))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def store(open_it: Callable[[], EventStore]) -> EventStore:
    return open_it()
