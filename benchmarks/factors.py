"""Did the headline with the higher plain factor win? Each factor alone, on Upworthy's tests.

    python benchmarks/factors.py             measure and show
    python benchmarks/factors.py --show      what was measured last

Counted are pairs of headlines that were decided (|z| > 3) and that the factor tells apart; nothing
is fitted. Intervals are over tests, not pairs (2,000 bootstrap samples).
differ     share of the decided pairs in which the factor differs
higher won share of these in which the headline with the higher value was clicked more
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from appeal import interval
from datasets import data_folder
from titlewright.channels import get_channel
from titlewright.records import Product
from titlewright.scorers.appeal.training import DECIDED
from titlewright.scorers.appeal.trials import Pair, pairs
from titlewright.scorers.factors import Factor, plain_factors
from upworthy import read_arms

RESULTS = Path(__file__).parent / "results" / "factors.json"
_CHANNEL = "google"  # which shows 70 characters
_HEADLINE = Product(id="", locale="en-US")
_SAME = 1e-9


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--show", action="store_true")
    if not parser.parse_args().show:
        RESULTS.write_text(json.dumps(measure(), indent=1) + "\n", encoding="utf-8")
    show(json.loads(RESULTS.read_text(encoding="utf-8")))


def measure() -> dict[str, Any]:
    decided = [pair for pair in pairs(read_arms(data_folder())) if abs(pair.z) > DECIDED]
    factors = {factor.name: won(factor, decided) for factor in plain_factors(get_channel(_CHANNEL))}
    tests = len({pair.test for pair in decided})
    return {"pairs": len(decided), "tests": tests, "factors": factors}


def won(factor: Factor, decided: list[Pair]) -> dict[str, Any]:
    texts = {text for pair in decided for text in (pair.first, pair.second)}
    value = {text: factor.judge(_HEADLINE, text).value for text in texts}
    more = np.array([value[pair.first] - value[pair.second] for pair in decided])
    differ = abs(more) > _SAME
    if not differ.any():
        return {"differ": 0.0}
    right = (more > 0) == np.array([pair.z > 0 for pair in decided])
    tests = np.array([pair.test for pair in decided])
    return {
        "differ": round(float(differ.mean()), 4),
        "higher_won": interval(right[differ], tests[differ]),
    }


def show(report: dict[str, Any]) -> None:
    print("| | pairs that differ | higher won | 95 % |")
    print("|---|---:|---:|---:|")
    for name, row in report["factors"].items():
        if "higher_won" in row:
            value, low, high = row["higher_won"]
            cells = f"{value:.3f} | {low:.3f} … {high:.3f}"
        else:
            cells = "– | –"
        print(f"| {name} | {row['differ']:.2f} | {cells} |")
    print(f"\n{report['pairs']:,} decided pairs of {report['tests']:,} tests")


if __name__ == "__main__":
    main()
