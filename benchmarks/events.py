"""Events into the store and decisions at the same time, and what a kill leaves behind.

One process appends 10,000 events a second to SQLite, a batch at a time, each on disk before the
next; beside it another decides which title to show, as a shop's server would, and follows the
events as they arrive. Measured are the events that were on disk in time and how long a decision
took, waiting included. Then a writer at full speed is killed with SIGKILL ten times, and the store
must hold every event that it had acknowledged. The policy is a plain Thompson sampling of six
lines. Other load on the machine shows in the figures: its average stands beside them, and
how long decisions take before any event comes.

    python benchmarks/events.py
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import random
import signal
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from titlewright.learning.records import Audience, Choice, Event, Title
from titlewright.learning.shoppers import Shoppers
from titlewright.learning.store import EventStore
from titlewright.settings import cores

HERE = Path(__file__).parent
PRODUCTS, ARMS = 1000, 4
START = 1.77e9


class Thompson:
    """Beta-Bernoulli Thompson sampling; the propensity is left to the policies proper."""

    name = "thompson"

    def __init__(self) -> None:
        self.counts: dict[tuple[str, str], list[float]] = defaultdict(lambda: [1.0, 70.0])

    def choose(
        self, titles: Sequence[Title], audience: Audience, rng: np.random.Generator
    ) -> Choice:
        del audience
        counts = [self.counts[one.product_id, one.id] for one in titles]
        drawn = [rng.beta(clicks, misses) for clicks, misses in counts]
        return Choice(titles[drawn.index(max(drawn))], 1 / len(titles), 0.5)

    def update(self, events: Sequence[Event]) -> None:
        for one in events:
            counts = self.counts[one.product_id, one.title_id]
            counts[0 if one.kind == "click" else 1] += 1


def titles_of(product: int) -> list[Title]:
    return [Title(f"t{arm}", f"p{product}", f"Title {arm} of {product}") for arm in range(ARMS)]


def events(rng: random.Random, shoppers: list[str], number: int, count: int) -> list[Event]:
    """Impressions with all that belongs to them, and a click for one in twenty."""
    made: list[Event] = []
    while len(made) < count:
        number += 1
        product, title = f"p{int(rng.paretovariate(1)) % PRODUCTS}", f"t{rng.randrange(ARMS)}"
        name, who = f"{rng.getrandbits(128):032x}", rng.choice(shoppers)
        made.append(
            Event(name, "impression", START + number, product, title, who=who, policy="thompson",
                  propensity=0.25, arms=("t0", "t1", "t2", "t3"), segments=("mobile",),
                  features={"price_band": 0.5})
        )  # fmt: skip
        if rng.random() < 0.05:
            made.append(Event(f"{name}c", "click", START + number, product, title, who=who,
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
            some = events(rng, shoppers, count, batch)
            start = time.perf_counter()
            count += store.append(some).new
            waits.append(time.perf_counter() - start)
            late = max(late, time.perf_counter() - began - due)
        took = time.perf_counter() - began
    told.send({"events": count, "seconds": took, "append_p50_ms": _percentile(waits, 50),
               "append_p99_ms": _percentile(waits, 99), "latest_s": round(late, 3)})  # fmt: skip


class Follower(threading.Thread):
    """Keeps a policy's beliefs up to date with what arrives, beside the decisions."""

    def __init__(self, path: str, policy: Thompson) -> None:
        super().__init__(daemon=True)
        self.path, self.policy, self.followed, self.over = path, policy, 0, threading.Event()

    def run(self) -> None:
        place = 0
        with EventStore(self.path) as store:
            while not self.over.is_set():
                found, place = store.arrivals(place, 1000)
                self.policy.update(found)
                self.followed += len(found)
                if len(found) < 1000:
                    self.over.wait(0.05)


def decide(path: str, wanted: float, seconds: float) -> dict[str, Any]:
    """`wanted` decisions a second, each timed from when it was due."""
    policy, rng, pick = Thompson(), np.random.default_rng(2), random.Random(3)
    titles = [titles_of(one) for one in range(PRODUCTS)]
    took: list[float] = []
    alone: list[float] = []
    sys.setswitchinterval(0.0005)  # a decision waits so long for the thread that follows, at most
    follower = Follower(path, policy)
    follower.start()
    began = time.perf_counter()
    while (now := time.perf_counter()) - began < seconds:
        due = began + len(took) / wanted
        if now < due:
            time.sleep(due - now)
        start = time.perf_counter()
        policy.choose(titles[pick.randrange(PRODUCTS)], Audience(), rng)
        end = time.perf_counter()
        alone.append(end - start)
        took.append(end - due)
    follower.over.set()
    follower.join()
    return {"decisions": len(took), "per_second": round(len(took) / seconds),
            "p50_ms": _percentile(took, 50), "p99_ms": _percentile(took, 99),
            "p99_9_ms": _percentile(took, 99.9), "choose_p50_ms": _percentile(alone, 50),
            "choose_p99_ms": _percentile(alone, 99),
            "events_followed": follower.followed}  # fmt: skip


def _percentile(values: list[float], which: float) -> float:
    return round(1000 * float(np.percentile(values, which)), 3)


def flood(path: str, seed: int, told: Connection) -> None:
    """Append as fast as it goes, saying which batches are acknowledged."""
    rng = random.Random(seed)
    with EventStore(path) as store:
        while True:
            some = events(rng, [""], 0, 500)
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


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rate", type=int, default=10_000, help="events a second")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--decisions", type=float, default=500.0, help="decisions a second")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--out", type=Path, default=HERE / "results" / "events.json")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="titlewright-events-") as folder:
        path = str(Path(folder) / "learning.sqlite")
        EventStore(path).close()
        quiet = decide(path, options.decisions, min(10.0, options.seconds))
        heard, told = multiprocessing.Pipe(duplex=False)
        arguments = (path, options.rate, options.seconds, told)
        writer = multiprocessing.Process(target=write, args=arguments)
        writer.start()
        decisions = decide(path, options.decisions, options.seconds)
        written = heard.recv()
        writer.join()
        size = Path(path).stat().st_size
        figures = {
            "command": "python benchmarks/events.py",
            "machine": f"{platform.machine()}, {cores()} cores",
            "load_before": round(load, 1),
            "wanted_per_second": options.rate,
            "written": written | {"per_second": round(written["events"] / written["seconds"]),
                                  "bytes_per_event": round(size / max(1, written["events"]))},
            "decisions": decisions,
            "decisions_without_events": quiet,
            "kill_9": killed(str(Path(folder) / "killed.sqlite"), options.kills),
        }  # fmt: skip
    options.out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=2))
    kept_up = figures["written"]["per_second"] >= 0.99 * options.rate
    passed = kept_up and decisions["p99_ms"] < 5 and not figures["kill_9"]["lost"]
    print("passed" if passed else "FAILED")
    return 0 if passed else 1


if __name__ == "__main__":
    raise SystemExit(main())
