"""Kill a run at random moments, go on with --resume, and compare with a run left in peace.

A feed of 20,000 rows is titled once without a stop, then again while the run is killed outright
(SIGKILL) ten times: either the whole process group, as when a container goes, or only the parent,
as when a system short of memory picks it. What comes out must be the same byte for byte, the
ledger must hold every title once, and no worker may outlive its parent by more than two seconds.

    python benchmarks/kill.py --rows 20000 --kills 10 --seed 1
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from titlewright.examples import EXAMPLE_FEED

FILES = ("out.csv", "results.jsonl", "rejects.jsonl")
LONGEST_ORPHAN = 2.0  # seconds
TOO_LITTLE = 40  # every so many rows, one that says nothing: rejects are compared as well


def main() -> int:
    options = _options()
    folder = Path(tempfile.mkdtemp(prefix="titlewright-kill-"))
    feed = folder / "feed.csv"
    build_feed(feed, options.rows)
    started = time.monotonic()
    if said := _finish(_start(feed, folder / "whole", options.workers)):
        sys.exit(f"The run without a stop failed: {said}")
    print(f"{options.rows} rows without a stop: {time.monotonic() - started:.1f} s")
    rng = random.Random(options.seed)
    problems = []
    for victim in ("group", "parent"):
        out = folder / victim
        late = _killed(feed, out, options, victim, rng)
        found = [
            f"{victim}: {problem}" for problem in (*late, *_differences(folder / "whole", out))
        ]
        problems += found
        print(f"{options.kills} kills of the {victim}:", "; ".join(found) or "the same bytes")
    if not options.keep:
        shutil.rmtree(folder)
    print("FAILED" if problems else "passed")
    return 1 if problems else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1, help="decides the moments")
    parser.add_argument("--keep", action="store_true", help="leave the files for a look")
    return parser.parse_args()


def build_feed(path: Path, rows: int) -> None:
    """The example feed over and over, each row under an id of its own."""
    with EXAMPLE_FEED.open(encoding="utf-8", newline="") as stream:
        header, *examples = list(csv.reader(stream))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(header)
        for number in range(1, rows + 1):
            cells = [str(number), *examples[number % len(examples)][1:]]
            empty = [str(number)] + [""] * (len(header) - 1)
            writer.writerow(empty if number % TOO_LITTLE == 0 else cells)


def _start(feed: Path, out: Path, workers: int) -> subprocess.Popen[bytes]:
    """A run in a process group of its own; its workers hold the same stderr pipe as it does."""
    out.mkdir(exist_ok=True)
    files = [out / name for name in FILES]
    command = [
        sys.executable, "-m", "titlewright", "generate", feed, "--resume",
        "--generator", "template",
        "--output", files[0], "--results", files[1], "--rejects", files[2],
        "--ledger", out / "ledger.sqlite", "--workers", str(workers),
    ]  # fmt: skip
    return subprocess.Popen(
        list(map(str, command)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def _killed(
    feed: Path, out: Path, options: argparse.Namespace, victim: str, rng: random.Random
) -> list[str]:
    """Run to the end through the kills; what was wrong on the way."""
    problems = []
    landed = 0
    moments = sorted(rng.randrange(options.rows) for _ in range(options.kills - 1))
    for moment in [*moments, options.rows]:  # the last while the feed is being written
        process = _start(feed, out, options.workers)
        _wait_for(out / "out.csv.run" / "journal.jsonl", moment, process)
        longest = min(0.1 if moment == options.rows else 0.5, options.rows / 40_000)
        time.sleep(rng.uniform(0, longest))
        if process.poll() is not None:
            print(f"  over before the kill at row {moment}")
        elif victim == "group":
            os.killpg(process.pid, signal.SIGKILL)
            landed += 1
        else:
            process.kill()
            landed += 1
        since = time.monotonic()
        process.communicate()  # ends when the last process that holds the pipe is gone
        if time.monotonic() - since > LONGEST_ORPHAN:
            problems.append(f"workers lived on for {time.monotonic() - since:.1f} s")
    if not landed:
        problems.append("no kill came in time: take more --rows")
    if said := _finish(_start(feed, out, options.workers)):
        problems.append(f"the last run failed: {said}")
    return problems


def _finish(process: subprocess.Popen[bytes]) -> str:
    """Wait for a run; what it said if it failed."""
    _, said = process.communicate()
    return said.decode(errors="replace") if process.returncode else ""


def _wait_for(journal: Path, rows: int, process: subprocess.Popen[bytes]) -> None:
    """Until the journal holds so many rows, or the process is over."""
    seen = position = 0
    while process.poll() is None and seen < max(rows, 1):
        if journal.exists():
            with journal.open("rb") as stream:
                stream.seek(position)
                fresh = stream.read()
            seen += fresh.count(b"\n")
            position += len(fresh)
        time.sleep(0.01)


def _differences(whole: Path, other: Path) -> list[str]:
    found = [
        f"{name} differs"
        for name in FILES
        if not (other / name).exists() or (whole / name).read_bytes() != (other / name).read_bytes()
    ]
    if _entered(whole) != _entered(other):
        found.append("the ledger's titles differ")
    left = sorted(path.name for path in other.iterdir() if path.name not in FILES)
    if left != ["ledger.sqlite"]:
        found.append(f"left behind: {', '.join(left)}")
    return found


def _entered(folder: Path) -> tuple[int, list[tuple[object, ...]], list[tuple[object, ...]]]:
    """The number of runs in the ledger, its titles and its rejects, in row order."""
    book = sqlite3.connect(folder / "ledger.sqlite")
    try:
        (runs,) = book.execute("SELECT COUNT(*) FROM runs").fetchone()
        titles = book.execute("SELECT row, product, title, previous_title FROM titles ORDER BY row")
        rejects = book.execute("SELECT row, product, problem FROM rejects ORDER BY row")
        return runs, titles.fetchall(), rejects.fetchall()
    finally:
        book.close()


if __name__ == "__main__":
    sys.exit(main())
