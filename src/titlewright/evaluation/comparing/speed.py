"""Titles a second of all that write, in turn on the same products: nobody has it quieter."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median

from titlewright.records import Product

_ROUNDS = 3

Run = Callable[[Sequence[Product], Sequence[int]], object]


def measure_speed(runs: Mapping[str, Run], products: Sequence[Product]) -> dict[str, float]:
    """Titles a second of each pipeline: the median of three rounds, after one title to warm up."""
    rows = range(1, len(products) + 1)
    for run in runs.values():
        run(products[:1], rows[:1])
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(_ROUNDS):
        for name, run in runs.items():
            began = time.perf_counter()
            run(products, rows)
            seconds[name].append(time.perf_counter() - began)
    return {name: round(len(products) / median(times), 2) for name, times in seconds.items()}
