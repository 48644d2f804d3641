"""Peak memory and time of `titlewright generate` on feeds of rising size, beside Polars.

Each feed is the example feed over and over, with new ids, a code of its own in every title and
description and other colours and sizes, so no text comes twice. Read, template, ground, check and
write run as users run them, in a process of their own with two workers; memory is the sum of what
the process and its workers hold (RSS: pages that they share count for each). Polars' bare read
and write of the same file stands beside it.

    python benchmarks/scale.py --sizes 10000,30000,100000
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import psutil

from titlewright.examples import EXAMPLE_FEED

COLOURS = ("black", "white", "navy", "sage green", "burgundy", "cream", "rust", "teal", "grey")
SIZES = ("XS", "S", "M", "L", "XL", "2XL", "One Size")
EVERY = 0.1  # seconds between two looks at memory
POLARS = (
    "import sys, polars; polars.read_csv(sys.argv[1], infer_schema=False).write_csv(sys.argv[2])"
)
MEGABYTE = 1_000_000


def main() -> None:
    options = _options()
    sizes = [int(size) for size in options.sizes.split(",")]
    measured = []
    with tempfile.TemporaryDirectory(prefix="titlewright-scale-") as name:
        for rows in sizes:
            measured.append(_measure(Path(name), rows, options))
            print(_table(measured[-1:]).splitlines()[-1], flush=True)
    told = f"--sizes {options.sizes} --channel {options.channel} --workers {options.workers}"
    machine = f"{platform.system()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    report = {
        "command": f"python benchmarks/scale.py {told}",
        "machine": machine,
        "measured": measured,
        "slope": _slope(measured),
        "memory_growth": measured[-1]["peak_memory_mb"] / measured[0]["peak_memory_mb"],
    }
    text = _render(report)
    print("\n" + text)
    options.out.with_suffix(".json").write_text(json.dumps(report, indent=1) + "\n")
    options.out.with_suffix(".md").write_text(text)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", default="10000,30000,100000,300000,1000000")
    parser.add_argument("--channel", default="google")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument(
        "--out",
        type=Path,
        default=Path(__file__).parent / "results" / "scale",
        help="where the table (.md) and the figures (.json) go",
    )
    options = parser.parse_args()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    return options


def build_feed(path: Path, rows: int) -> None:
    """The example feed over and over, with small variations."""
    with EXAMPLE_FEED.open(encoding="utf-8", newline="") as stream:
        examples = list(csv.DictReader(stream))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(examples[0]))
        writer.writeheader()
        for number in range(rows):
            row = dict(examples[number % len(examples)])
            row["id"] = f"item-{number:07}"
            row["title"] += f" TW{number:06}"
            row["description"] += f" Its item code is TW{number:06}."
            row["color"] = COLOURS[number % len(COLOURS)]
            row["size"] = SIZES[number % len(SIZES)]
            writer.writerow(row)


def _measure(folder: Path, rows: int, options: argparse.Namespace) -> dict[str, Any]:
    feed, out = folder / "feed.csv", folder / "out.csv"
    build_feed(feed, rows)
    command = [
        sys.executable, "-m", "titlewright", "generate", feed, "--generator", "template",
        "--output", out, "--json",
        "--channel", options.channel, "--workers", options.workers,
        "--ledger", folder / "ledger.sqlite",
    ]  # fmt: skip
    seconds, memory, said = _watch([str(part) for part in command])
    summary = json.loads(said)
    if summary["titled"] + summary["rejected"] + summary["passed"] != rows:
        sys.exit(f"Rows were lost: {summary}")
    polars_out = folder / "polars.csv"
    bare, bare_memory, _ = _watch([sys.executable, "-c", POLARS, str(feed), str(polars_out)])
    result = {
        "rows": rows,
        "feed_mb": feed.stat().st_size / MEGABYTE,
        "titled": summary["titled"],
        "rejected": summary["rejected"],
        "seconds": seconds,
        "rows_per_second": rows / seconds,
        "peak_memory_mb": memory / MEGABYTE,
        "polars_seconds": bare,
        "polars_rows_per_second": rows / bare,
        "polars_peak_memory_mb": bare_memory / MEGABYTE,
    }
    for path in folder.iterdir():
        path.unlink()
    return result


def _watch(command: list[str]) -> tuple[float, int, str]:
    """Seconds, peak memory in bytes of the process and all below it, and what it printed."""
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    peak = 0
    over = threading.Event()

    def look() -> None:
        nonlocal peak
        while not over.wait(EVERY):
            peak = max(peak, _memory(process.pid))

    watcher = threading.Thread(target=look)
    watcher.start()
    said, _ = process.communicate()
    seconds = time.monotonic() - started
    over.set()
    watcher.join()
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed with exit code {process.returncode}.")
    return seconds, peak, said


def _memory(pid: int) -> int:
    """Bytes that a process and its descendants hold now."""
    total = 0
    try:
        root = psutil.Process(pid)
        for process in (root, *root.children(recursive=True)):
            try:
                total += process.memory_info().rss
            except psutil.Error:  # over since it was listed
                continue
    except psutil.NoSuchProcess:
        return 0
    return total


def _slope(measured: list[dict[str, Any]]) -> float | None:
    """Seconds a row from the smallest to the largest feed, over that of the smallest; 1 is linear.

    The cost of starting is in the smallest feed's time, so below 1 is usual.
    """
    if len(measured) < 2:
        return None
    first, last = measured[0], measured[-1]
    return (last["seconds"] / last["rows"]) / (first["seconds"] / first["rows"])


def _table(measured: list[dict[str, Any]]) -> str:
    lines = [
        "| rows | feed | time | rows/s | peak memory | Polars: time | rows/s | peak memory |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for m in measured:
        cells = (
            f"{m['rows']:,}", f"{m['feed_mb']:.0f} MB",
            f"{m['seconds']:.1f} s", f"{m['rows_per_second']:,.0f}",
            f"{m['peak_memory_mb']:.0f} MB",
            f"{m['polars_seconds']:.2f} s", f"{m['polars_rows_per_second']:,.0f}",
            f"{m['polars_peak_memory_mb']:.0f} MB",
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _render(report: dict[str, Any]) -> str:
    lines = [f"`{report['command']}` ({report['machine']})", "", _table(report["measured"]), ""]
    if report["slope"] is not None:
        lines.append(
            f"Time a row, largest over smallest feed: {report['slope']:.2f}. "
            f"Peak memory, largest over smallest: {report['memory_growth']:.2f}."
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
