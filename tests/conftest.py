"""Fixtures that every test may use: real data, small feeds on disk, the command line."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

# Shared machines stall for a moment now and then; slow code is the benchmarks' business.
# The gate gives the same answer every time it is asked; `make fuzz` looks for new failures.
settings.register_profile("titlewright", deadline=None, derandomize=True)
settings.register_profile("fuzz", deadline=None, print_blob=True)
settings.load_profile("titlewright")


@pytest.fixture
def data() -> Path:
    """The folder of evaluation data sets, which isn't part of the package."""
    folder = os.environ.get("TITLEWRIGHT_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("TITLEWRIGHT_DATA names no folder with the evaluation data sets")
    return Path(folder)


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ledger and packs of the test's own, and no worker processes unless it asks for them."""
    home = tmp_path / "home"
    monkeypatch.setenv("TITLEWRIGHT_HOME", str(home))
    monkeypatch.setenv("TITLEWRIGHT_WORKERS", "1")
    return home


Table = Sequence[Sequence[str]]


@pytest.fixture
def save_csv(tmp_path: Path) -> Callable[..., Path]:
    """Writes rows, the header first, to a CSV file in the test's folder."""

    def save(rows: Table, name: str = "feed.csv") -> Path:
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(rows)
        return path

    return save


@dataclass(frozen=True)
class Ran:
    """What a command did: its exit code and what it printed."""

    code: int
    out: str
    err: str


@pytest.fixture
def titlewright(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Ran]:
    """Runs the console script in this process, exit path and all."""

    def run(*arguments: object) -> Ran:
        from titlewright.cli import main

        monkeypatch.setattr(sys, "argv", ["titlewright", *map(str, arguments)])
        capsys.readouterr()
        try:
            main()
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else int(left.code is not None)
        else:
            code = 0
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return run


@pytest.fixture(scope="session")
def trained_bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tiny BERT that has learnt words and to judge; see toy_bert.py."""
    pytest.importorskip("torch", reason="needs the extra train")
    import toy_bert

    return toy_bert.save_trained(tmp_path_factory.mktemp("bert"))
