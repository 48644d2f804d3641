"""How often does a test cry wolf when it is looked at all the time, and what does that cost?

    python benchmarks/sequential.py [--tests 2000] [--seed 0]
    python benchmarks/sequential.py --show          what was measured last, as Markdown

False alarms: A/A tests, looked at after every impression (click rate 2 %, 40,000 impressions; also
with a rate that swings over the day, shares of 20 and 80 %, and rare clicks of 0.3 %). Power: tests
with a lift, of the size at which one look at the end finds it in 80 of 100, and of twice that.
once, at the end   z with the pooled rate, looked at once: the fixed-horizon test
z, all the time    the same test, looked at after every impression: what peeking does
always valid       learning.experiments.sequential, exact
as counted         the same with the share that the arm got so far in the place of the planned one,
                   as `experiment analyse` does where no share is given
normal mSPRT       Johari et al. 2022 with the normal approximation, from the tenth click on
"""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from titlewright.learning.experiments.planning import plan
from titlewright.learning.experiments.sequential import EXPECTED_LIFT, evidence_path

RESULTS = Path(__file__).parent / "results" / "sequential.json"
ALPHA, Z = 0.05, 1.959964
SETTINGS: dict[str, dict[str, Any]] = {
    "2 %": {"rate": 0.02, "impressions": 40_000},
    "2 %, arm has 20 %": {"rate": 0.02, "impressions": 40_000, "share": 0.2},
    "2 %, swings by half": {"rate": 0.02, "impressions": 40_000, "swing": 0.5},
    "0.3 %": {"rate": 0.003, "impressions": 100_000},
}
FALSE_ALARMS = (
    "once, at the end", "z, all the time", "always valid", "as counted", "normal mSPRT",
)  # fmt: skip
LIFTS = (0.1, 0.2, 0.4)
RATE = 0.02


def simulate(
    rng: np.random.Generator, impressions: int, rate: float, *, lift: float = 0.0,
    share: float = 0.5, swing: float = 0.0,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Whether each impression went to the arm, and whether it was clicked, both [impressions]."""
    to_arm = rng.random(impressions) < share
    day = 1 + swing * np.sin(2 * np.pi * np.arange(impressions) / (impressions / 7))
    chance = rate * day * np.where(to_arm, 1 + lift, 1.0)
    return to_arm, rng.random(impressions) < chance


def always_valid(to_arm: np.ndarray, clicked: np.ndarray, share: float, expected: float) -> int:
    """The impression at which the test stops, 0 if never."""
    path = evidence_path(to_arm[clicked], share, expected=expected)
    return _first(path >= -math.log(ALPHA), np.flatnonzero(clicked) + 1)


def as_counted(to_arm: np.ndarray, clicked: np.ndarray, expected: float) -> bool:
    """Whether the test ever stops when the arm's share is what was counted so far."""
    at = np.flatnonzero(clicked)
    share = np.cumsum(to_arm)[at] / (at + 1)
    arm = np.cumsum(to_arm[at])
    control = np.arange(1, len(at) + 1) - arm
    known = (share > 0) & (share < 1)
    share, arm, control = share[known], arm[known], control[known]
    weight = 1 / (share * (1 - share) * math.log1p(expected) ** 2) - 1  # prior_of, for each
    first, second = share * weight, (1 - share) * weight
    evidence = _log_beta(first + arm, second + control) - _log_beta(first, second)
    evidence -= arm * np.log(share) + control * np.log1p(-share)
    return bool((evidence >= -math.log(ALPHA)).any())


def _log_beta(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    gamma = np.vectorize(math.lgamma, otypes=[float])
    return np.asarray(gamma(first) + gamma(second) - gamma(first + second))


def peeking(to_arm: np.ndarray, clicked: np.ndarray, expected: float) -> tuple[bool, int, int]:
    """Whether z is beyond its limit at the end; where it first is, and the normal mSPRT, or 0."""
    shown = np.cumsum(to_arm), np.cumsum(~to_arm)
    got = np.cumsum(to_arm & clicked), np.cumsum(~to_arm & clicked)
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = (got[0] + got[1]) / (shown[0] + shown[1])
        difference = got[0] / shown[0] - got[1] / shown[1]
        variance = pooled * (1 - pooled) * (1 / shown[0] + 1 / shown[1])
        z = np.abs(difference) / np.sqrt(variance)
        mixture = (pooled * expected) ** 2
        log_ratio = 0.5 * np.log(variance / (variance + mixture)) + (
            difference**2 * mixture / (2 * variance * (variance + mixture))
        )
    enough = got[0] + got[1] >= 10
    places = np.arange(1, len(to_arm) + 1)
    return (
        bool(z[-1] > Z),
        _first(enough & (z > Z), places),
        _first(enough & (log_ratio >= -math.log(ALPHA)), places),
    )


def _first(reached: np.ndarray, places: np.ndarray) -> int:
    return int(places[reached.argmax()]) if reached.any() else 0


def false_alarms(tests: int, seed: int) -> dict[str, Any]:
    report = {}
    for name, setting in SETTINGS.items():
        rng = np.random.default_rng(seed)
        counts = np.zeros(5, int)
        for _ in range(tests):
            to_arm, clicked = simulate(rng, **setting)
            end, often, normal = peeking(to_arm, clicked, EXPECTED_LIFT)
            share = setting.get("share", 0.5)
            exact = always_valid(to_arm, clicked, share, EXPECTED_LIFT)
            counted = as_counted(to_arm, clicked, EXPECTED_LIFT)
            counts += [end, often > 0, exact > 0, counted, normal > 0]
        report[name] = {
            test: _share(int(count), tests)
            for test, count in zip(
                FALSE_ALARMS,
                counts,
                strict=True,
            )
        }
        print(name, report[name], flush=True)
    return report


def power(tests: int, seed: int) -> dict[str, Any]:
    report = {}
    for lift in LIFTS:
        rng = np.random.default_rng(seed)
        planned = 2 * plan(RATE, lift).per_arm
        ends, stops, normals = [], [], []
        for _ in range(tests):
            to_arm, clicked = simulate(rng, 2 * planned, RATE, lift=lift)
            ends.append(peeking(to_arm[:planned], clicked[:planned], EXPECTED_LIFT)[0])
            stops.append(always_valid(to_arm, clicked, 0.5, EXPECTED_LIFT))
            normals.append(peeking(to_arm, clicked, EXPECTED_LIFT)[2])
        stopped = np.array(stops)
        by_plan = (stopped > 0) & (stopped <= planned)
        report[f"{lift:.0%}"] = {
            "impressions": planned,
            "once, at the end": _share(int(np.sum(ends)), tests),
            "always valid": _share(int(by_plan.sum()), tests),
            "always valid, twice as long": _share(int((stopped > 0).sum()), tests),
            "normal mSPRT": _share(int(sum(0 < stop <= planned for stop in normals)), tests),
            "mean share of the plan when stopped by twice": round(
                float(np.where(stopped > 0, stopped, 2 * planned).mean() / planned), 3
            ),
            "median share of the plan when stopped": round(
                float(np.median(stopped[stopped > 0]) / planned), 3
            ),
        }
        print(lift, report[f"{lift:.0%}"], flush=True)
    return report


def _share(count: int, tests: int) -> list[float]:
    """The share with its 95 % score interval (Wilson)."""
    share, z2 = count / tests, Z * Z
    centre = (share + z2 / (2 * tests)) / (1 + z2 / tests)
    margin = Z * math.sqrt(share * (1 - share) / tests + z2 / (4 * tests**2)) / (1 + z2 / tests)
    return [round(value, 4) for value in (share, max(centre - margin, 0.0), centre + margin)]


def show(report: dict[str, Any]) -> None:
    names = FALSE_ALARMS
    print(f"False alarms of {report['tests']:,} A/A tests, looked at after every impression\n")
    print(f"| click rate | {' | '.join(names)} |")
    print("|---|" + "---:|" * len(names))
    for name, row in report["false_alarms"].items():
        print(f"| {name} | {' | '.join(_shown(row[test]) for test in names)} |")
    names = ("once, at the end", "always valid", "always valid, twice as long", "normal mSPRT")
    print(f"\nPower of {report['tests']:,} tests, click rate {RATE:.0%}\n")
    print(f"| lift | impressions planned | {' | '.join(names)} | stops after, on average |")
    print("|---|---:|" + "---:|" * (len(names) + 1))
    for name, row in report["power"].items():
        cells = [f"{row['impressions']:,}", *(_shown(row[test]) for test in names)]
        mean = row["mean share of the plan when stopped by twice"]
        print(f"| {name} | {' | '.join(cells)} | {mean:.0%} of the plan |")


def _shown(told: list[float]) -> str:
    return f"{told[0]:.1%} ({told[1]:.1%} … {told[2]:.1%})"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tests", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    if not options.show:
        report = {
            "tests": options.tests,
            "false_alarms": false_alarms(options.tests, options.seed),
            "power": power(options.tests, options.seed),
        }
        RESULTS.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    show(json.loads(RESULTS.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
