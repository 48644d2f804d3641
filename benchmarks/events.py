"""Events into the store and decisions at the same time, and what a kill leaves behind.

One process appends 10,000 events a second to SQLite, a batch at a time, each on disk before the
next; beside it another decides by Thompson sampling which title to show, as a shop's server would,
and learns from the events as they arrive. Measured are the events that were on disk in time, how
long a decision took, waiting included, and how old the newest event is that it knows of. Then a
writer at full speed is killed with SIGKILL ten times, and the store must hold every event that it
had acknowledged. Other load on the machine shows in the figures: its average stands beside them,
and how long decisions take while no event comes.

    python benchmarks/events.py            measures once more, beside what was measured before
    python benchmarks/events.py --anew     forgets that
    python benchmarks/events.py --show     what was measured, as Markdown
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import random
import signal
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from titlewright.learning.following import STEP, Follower
from titlewright.learning.policies.thompson import Thompson
from titlewright.learning.records import Audience, Event, Title
from titlewright.learning.shoppers import Shoppers
from titlewright.learning.store import EventStore
from titlewright.settings import cores

RESULTS = Path(__file__).parent / "results" / "events.json"
PRODUCTS, ARMS = 1000, 4
POLL = 0.02  # seconds after which it looks for new events where there were none


def titles_of(product: int) -> list[Title]:
    return [Title(f"t{arm}", f"p{product}", f"Title {arm} of {product}") for arm in range(ARMS)]


def events(rng: random.Random, shoppers: list[str], count: int) -> list[Event]:
    """Impressions with all that belongs to them, and a click for one in twenty."""
    made: list[Event] = []
    now = time.time()
    while len(made) < count:
        product, title = f"p{int(rng.paretovariate(1)) % PRODUCTS}", f"t{rng.randrange(ARMS)}"
        name, who = f"{rng.getrandbits(128):032x}", rng.choice(shoppers)
        made.append(
            Event(name, "impression", now, product, title, who=who, policy="thompson",
                  propensity=0.25, arms=("t0", "t1", "t2", "t3"), segments=("mobile",),
                  features={"price_band": 0.5})
        )  # fmt: skip
        if rng.random() < 0.05:
            made.append(Event(f"{name}c", "click", now, product, title, who=who,
                              impression=name))  # fmt: skip
    return made[:count]


def write(path: str, rate: int, seconds: float, told: Connection) -> None:
    """Append `rate` events a second, ten batches a second, and say how it went."""
    rng, batch = random.Random(1), rate // 10
    shoppers = [Shoppers(b"a benchmark's key").hashed(str(one)) for one in range(20_000)]
    late, waits, count = 0.0, [], 0
    with EventStore(path) as store:
        began = time.perf_counter()
        while (now := time.perf_counter() - began) < seconds:
            due = count / rate
            if now < due:
                time.sleep(due - now)
            some = events(rng, shoppers, batch)
            start = time.perf_counter()
            count += store.append(some).new
            waits.append(time.perf_counter() - start)
            late = max(late, time.perf_counter() - began - due)
        took = time.perf_counter() - began
    told.send({"events": count, "seconds": took, "append_p50_ms": _percentile(waits, 50),
               "append_p99_ms": _percentile(waits, 99), "latest_s": round(late, 3)})  # fmt: skip


def decide(path: str, wanted: float, seconds: float) -> dict[str, Any]:
    """`wanted` decisions a second, each timed from when it was due; between them it learns."""
    rng, pick = np.random.default_rng(2), random.Random(3)
    titles = [titles_of(one) for one in range(PRODUCTS)]
    took, alone, behind = [], [], []
    followed, nothing_until = 0, 0.0
    with EventStore(path) as store:
        follower = Follower(store, Thompson())
        began = time.perf_counter()
        while (now := time.perf_counter()) - began < seconds:
            due = began + len(took) / wanted
            if now < due:
                if now < nothing_until:
                    time.sleep(min(due, nothing_until) - now)
                    continue
                followed += (count := follower.step())
                if count:
                    behind.append(time.time() - follower.policy.tally.now)
                if count < STEP:
                    nothing_until = now + POLL
                continue
            start = time.perf_counter()
            follower.policy.choose(titles[pick.randrange(PRODUCTS)], Audience(), rng)
            end = time.perf_counter()
            alone.append(end - start)
            took.append(end - due)
    return {"decisions": len(took), "per_second": round(len(took) / seconds),
            "p50_ms": _percentile(took, 50), "p99_ms": _percentile(took, 99),
            "p99_9_ms": _percentile(took, 99.9), "choose_p50_ms": _percentile(alone, 50),
            "choose_p99_ms": _percentile(alone, 99), "events_followed": followed,
            "behind_p99_ms": _percentile(behind, 99) if behind else None}  # fmt: skip


def _percentile(values: list[float], which: float) -> float:
    return round(1000 * float(np.percentile(values, which)), 3)


def flood(path: str, seed: int, told: Connection) -> None:
    """Append as fast as it goes, saying which batches are acknowledged."""
    rng = random.Random(seed)
    with EventStore(path) as store:
        while True:
            some = events(rng, [""], 500)
            store.append(some)
            told.send([one.id for one in some])


def killed(path: str, kills: int) -> dict[str, Any]:
    """Kill a writer again and again; count what it acknowledged and what is there."""
    rng = random.Random(7)
    acknowledged: set[str] = set()
    for number in range(kills):
        heard, told = multiprocessing.Pipe(duplex=False)
        writer = multiprocessing.Process(target=flood, args=(path, number, told))
        writer.start()
        told.close()
        acknowledged.update(heard.recv())
        end = time.monotonic() + rng.uniform(0.1, 1.0)
        while time.monotonic() < end:
            if heard.poll(0.01):
                acknowledged.update(heard.recv())
        os.kill(int(writer.pid or 0), signal.SIGKILL)
        while True:
            try:
                acknowledged.update(heard.recv())
            except (EOFError, OSError):
                break
        writer.join()
    with EventStore(path) as store:
        there = {one.id for one in store.events()}
    return {"kills": kills, "acknowledged": len(acknowledged), "lost": len(acknowledged - there)}


def measure(options: argparse.Namespace) -> dict[str, Any]:
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="titlewright-events-") as folder:
        path = str(Path(folder) / "learning.sqlite")
        EventStore(path).close()
        quiet = decide(path, options.decisions, options.seconds / 4)
        heard, told = multiprocessing.Pipe(duplex=False)
        arguments = (path, options.rate, options.seconds, told)
        writer = multiprocessing.Process(target=write, args=arguments)
        writer.start()
        decisions = decide(path, options.decisions, options.seconds)
        written = heard.recv()
        writer.join()
        size = Path(path).stat().st_size
        return {
            "machine": f"{platform.machine()}, {cores()} cores",
            "load_before": round(load, 1),
            "wanted_per_second": options.rate,
            "written": written | {"per_second": round(written["events"] / written["seconds"]),
                                  "bytes_per_event": round(size / max(1, written["events"]))},
            "decisions": decisions,
            "decisions_without_events": quiet,
            "kill_9": killed(str(Path(folder) / "killed.sqlite"), options.kills),
        }  # fmt: skip


def passed(run: dict[str, Any]) -> bool:
    kept_up = run["written"]["per_second"] >= 0.99 * run["wanted_per_second"]
    return kept_up and run["decisions"]["p99_ms"] < 5 and not run["kill_9"]["lost"]


def show(runs: list[dict[str, Any]]) -> None:
    heads = (
        "events a second", "on disk after, p50, p99", "decisions, p50, p99",
        "without events, p99", "newest event known, p99", "killed, acknowledged, lost",
    )  # fmt: skip
    print(f"| {' | '.join(heads)} |")
    print("|---:" * len(heads) + "|")
    for run in runs:
        written, decisions, kills = run["written"], run["decisions"], run["kill_9"]
        cells = (
            f"{written['per_second']:,}",
            f"{written['append_p50_ms']:.0f}, {written['append_p99_ms']:.0f} ms",
            f"{decisions['p50_ms']:.2f}, {decisions['p99_ms']:.2f} ms",
            f"{run['decisions_without_events']['p99_ms']:.2f} ms",
            f"{decisions['behind_p99_ms']:.0f} ms",
            f"{kills['kills']} times, {kills['acknowledged']:,}, {kills['lost']}",
        )
        print(f"| {' | '.join(cells)} |")
    print(f"\n{runs[-1]['machine']}; batches of {runs[-1]['wanted_per_second'] // 10:,} events, "
          f"{runs[-1]['decisions']['per_second']} decisions a second")  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rate", type=int, default=10_000, help="events a second")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--decisions", type=float, default=500.0, help="decisions a second")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--anew", action="store_true")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    there = options.out.exists() and not options.anew
    runs = json.loads(options.out.read_text(encoding="utf-8")) if there else []
    if options.show:
        show(runs)
        return 0
    run = measure(options)
    options.out.write_text(json.dumps([*runs, run], indent=1) + "\n", encoding="utf-8")
    print(json.dumps(run, indent=1))
    print("passed" if passed(run) else "FAILED")
    return 0 if passed(run) else 1


if __name__ == "__main__":
    raise SystemExit(main())
