"""Do the intervals of off-policy evaluation hold the truth, on real logs and where it is known?

    python benchmarks/offpolicy.py [--seeds 2000]
    python benchmarks/offpolicy.py --show          what was measured last, as Markdown

Real: open_bandit_small, ZOZOTOWN's own A/B test of two policies (Saito, Aihara, Matsutani and
Narita 2021, arXiv 2008.07146; CC BY 4.0). From the log of the uniformly random policy alone, what
would the Thompson policy (bts) have earned? It learnt while it ran, so the target is its average:
how often it showed each item at each position (clicks of its log aren't read for that). Its own log
says what it did earn.
Simulated: contexts, arms and their click rates drawn anew for each seed, so that the target's value
is known exactly; 10,000 decisions a log at 2 % and 0.5 %, and shoppers with several decisions each.
Chance alone moves the coverage of 500 seeds by a percent (standard error); so there are more.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from datasets import data_folder
from titlewright.learning.offpolicy.estimators import ESTIMATORS
from titlewright.learning.offpolicy.evaluation import evaluate
from titlewright.learning.offpolicy.intervals import interval
from titlewright.learning.offpolicy.log import Log
from titlewright.learning.offpolicy.reading import Decision, build_log

RESULTS = Path(__file__).parent / "results" / "offpolicy.json"
CAMPAIGNS = ("men", "women")
SIMULATED: dict[str, dict[str, Any]] = {
    "2 % clicks": {"rate": 0.02},
    "0.5 % clicks": {"rate": 0.005},
    "2 %, shoppers of five decisions": {"rate": 0.02, "a_shopper": 5},
}
CONTEXTS, ARMS, DECISIONS = 3, 10, 10_000
BLOCK = 500  # seeds that coverage is told of beside that of all


def read(folder: Path, policy: str, campaign: str) -> list[Decision]:
    path = folder / "open_bandit_small" / f"{policy}_{campaign}_{campaign}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Decision(row["position"], row["item_id"], float(row["propensity_score"]),
                     float(row["click"]))
            for row in csv.DictReader(file)
        ]  # fmt: skip


def real(folder: Path) -> dict[str, Any]:
    report = {}
    for campaign in CAMPAIGNS:
        random, bts = (read(folder, policy, campaign) for policy in ("random", "bts"))
        places = Counter(one.context for one in bts)
        shown = Counter((one.context, one.arm) for one in bts)
        target = {key: count / places[key[0]] for key, count in shown.items()}
        found = evaluate(build_log(random, target))
        value = sum(one.reward for one in bts) / len(bts)
        report[campaign] = found.to_json() | {
            "on_policy": value,
            "inside": {one.estimator: one.low <= value <= one.high for one in found.estimates},
        }
        print(campaign, report[campaign], flush=True)
    return report


def simulate(seed: int, rate: float, a_shopper: int = 1) -> tuple[Log, float]:
    """A log and the target's true value."""
    rng = np.random.default_rng(seed)
    rates = rate * np.exp(rng.normal(0, 0.5, (CONTEXTS, ARMS)))
    behaviour = 0.7 * rng.dirichlet(np.full(ARMS, 3.0), CONTEXTS) + 0.3 / ARMS
    target = rng.dirichlet(np.full(ARMS, 2.0), CONTEXTS)
    contexts = rng.integers(0, CONTEXTS, DECISIONS)
    drawn = rng.random(DECISIONS)[:, None] > behaviour.cumsum(1)[contexts]
    arms = np.minimum(drawn.sum(1), ARMS - 1)
    units = np.repeat(np.arange(DECISIONS // a_shopper), a_shopper)
    # some shoppers click more: a mean of 1 keeps the target's value
    keen = rng.gamma(1.0, 1.0, len(units) // a_shopper)[units] if a_shopper > 1 else 1.0
    rewards = (rng.random(DECISIONS) < rates[contexts, arms] * keen).astype(float)
    propensities = behaviour[contexts, arms]
    shoppers = units if a_shopper > 1 else None
    return Log(rewards, propensities, arms, contexts, target, shoppers), float(
        (rates * target).sum(1).mean()
    )


Told = dict[str, dict[str, list[list[float]]]]


def covered(seeds: range, told: Told) -> None:
    """Add a row a seed to each setting's estimators: all below, all above, width, error."""
    for name, setting in SIMULATED.items():
        for seed in seeds:
            log, truth = simulate(seed, **setting)
            for estimator, estimate in ESTIMATORS.items():
                terms = estimate(log, seed)
                low, high = interval(terms, log.units, seed=seed)
                told.setdefault(name, {}).setdefault(estimator, []).append(
                    [high < truth, low > truth, (high - low) / truth, terms.value / truth - 1]
                )


def _summary(told: np.ndarray) -> dict[str, Any]:
    """Of rows a seed: all below, all above, width, error. `blocks` is the coverage of each 500."""
    below, above, width, error = (round(float(value), 4) for value in told.mean(0))
    held = 1 - told[:, :2].sum(1)
    blocks = [round(float(held[at : at + BLOCK].mean()), 4) for at in range(0, len(held), BLOCK)]
    return {"coverage": round(float(held.mean()), 4), "blocks": blocks, "too_low": below,
            "too_high": above, "width": width, "bias": error}  # fmt: skip


def show(report: dict[str, Any]) -> None:
    names = tuple(ESTIMATORS)
    print(f"| campaign | its own log | random's | {' | '.join(names)} | worth |")
    print("|---|---:|---:|" + "---:|" * (len(names) + 1))
    for campaign, row in report["real"].items():
        cells = [f"{row['on_policy']:.2%}", f"{row['logged']['value']:.2%}"]
        cells += [
            f"{one['value']:.2%} ({one['low']:.2%} … {one['high']:.2%})" for one in row["estimates"]
        ]
        cells.append(f"{row['support']['effective']:,.0f} of {row['support']['decisions']:,}")
        print(f"| {campaign} | {' | '.join(cells)} |")
    print(f"\nCoverage of 95 % intervals, {report['seeds']} seeds\n")
    print("| simulated | estimator | coverage | of each 500 | below | above | width | bias |")
    print("|---|---|---:|---|---:|---:|---:|---:|")
    for name, rows in report["simulated"].items():
        for estimator, row in rows.items():
            blocks = ", ".join(f"{share:.1%}" for share in row["blocks"])
            print(
                f"| {name} | {estimator} | {row['coverage']:.1%} | {blocks} | "
                f"{row['too_low']:.1%} | {row['too_high']:.1%} | {row['width']:.0%} of the truth | "
                f"{row['bias']:+.1%} |"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=2000)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    if not options.show:
        report: dict[str, Any] = {"real": real(data_folder())}
        told: Told = {}
        for start in range(0, options.seeds, BLOCK):  # written block by block: all takes a while
            end = min(start + BLOCK, options.seeds)
            covered(range(options.first + start, options.first + end), told)
            report |= {"first": options.first, "seeds": end, "simulated": {
                name: {estimator: _summary(np.array(rows)) for estimator, rows in some.items()}
                for name, some in told.items()
            }}  # fmt: skip
            RESULTS.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
            show(report)
    show(json.loads(RESULTS.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
