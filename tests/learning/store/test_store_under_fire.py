"""Writers that are killed, and several at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from titlewright.errors import LearningError, SettingsError
from titlewright.learning.store import EventStore, open_store
from titlewright.settings import Settings

WRITER = """
import sys
from titlewright.learning.records import Event
from titlewright.learning.store import EventStore
address, name, batches, shared = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4] == "shared"
store = EventStore(address)
for number in range(batches):
    ids = [f"{name}-{number}-{one}" for one in range(40)]
    ids += [f"both-{number}-{one}" for one in range(10)] if shared else []
    store.append([Event(one, "impression", 1.7e9 + number, "mug", "red") for one in ids])
    print(ids[0].rpartition("-")[0], flush=True)
"""


def start(address: str, name: str, batches: int, shared: str = "") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, address, name, str(batches), shared],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_kill_9_loses_no_acknowledged_event(address: str) -> None:
    writer = start(address, "w", 100_000)
    assert writer.stdout is not None
    acknowledged = [writer.stdout.readline().strip() for _ in range(20)]
    time.sleep(0.05)
    os.kill(writer.pid, signal.SIGKILL)
    acknowledged += writer.stdout.read().split()
    writer.wait()
    writer.stdout.close()
    with EventStore(address) as store:
        there = Counter(one.id.rpartition("-")[0] for one in store.events())
    assert len(acknowledged) >= 20
    assert all(there[one] == 40 for one in acknowledged)
    assert set(there.values()) == {40}  # a batch is there whole or not at all
    assert len(there) - len(acknowledged) in (0, 1)


def test_four_writers_lose_and_double_none(address: str) -> None:
    writers = [start(address, f"w{number}", 15, "shared") for number in range(4)]
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0
    with EventStore(address) as store:
        ids = Counter(one.id for one in store.events())
        read, place = [], 0
        while (found := store.arrivals(place, 100))[0]:
            read += [one.id for one in found[0]]
            place = found[1]
    assert len(ids) == 4 * 15 * 40 + 15 * 10  # what all four wrote is there once
    assert set(ids.values()) == {1}
    assert Counter(read) == ids


def test_a_reader_who_follows_misses_nothing_that_several_write(address: str) -> None:
    with EventStore(address) as store:
        writers = [start(address, f"w{number}", 20) for number in range(3)]
        read, place = [], 0
        while True:
            running = any(writer.poll() is None for writer in writers)
            found, place = store.arrivals(place, 100)
            read += [one.id for one in found]
            if not running and not found:
                break
        for writer in writers:
            writer.communicate()
    assert len(read) == len(set(read)) == 3 * 20 * 40


def test_an_address_that_makes_no_sense_is_refused(tmp_path: Path) -> None:
    for address in ("mysql://host/shop", "ftp://x"):
        with pytest.raises(LearningError, match=r"postgresql://"):
            EventStore(address)
    (tmp_path / "text").write_text("no database " * 500)
    with pytest.raises(LearningError, match="failed"):
        EventStore(tmp_path / "text")


def test_a_password_is_never_shown() -> None:
    pytest.importorskip("psycopg", reason="needs the extra postgres")
    address = "postgresql://shop:hunter2@127.0.0.1:9/shop"
    with pytest.raises(LearningError) as refused:
        EventStore(address)
    assert "hunter2" not in str(refused.value)
    assert "hunter2" not in repr(Settings(database=address))


def test_old_events_go_when_the_store_is_opened(tmp_path: Path) -> None:
    from titlewright.learning.records import Event

    settings = Settings(home=tmp_path, keep_days=30)
    with open_store(settings) as store:
        old = store.append([Event("old", "impression", 1.7e9, "mug", "red")])
        assert old.expired == 1
        store.append([Event("new", "impression", time.time(), "mug", "red")])
        assert [one.id for one in store.events()] == ["new"]


def test_keep_days_must_be_a_number() -> None:
    from titlewright.settings import load_settings

    with pytest.raises(SettingsError, match="TITLEWRIGHT_KEEP_DAYS"):
        load_settings({"TITLEWRIGHT_KEEP_DAYS": "a year"})
