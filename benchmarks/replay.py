"""What do policies gain on Upworthy's headline tests, with beliefs learnt from other stories?

    python benchmarks/replay.py                 replay at 10,000 and 1,000 impressions a test
    python benchmarks/replay.py --show          what was measured last
    python benchmarks/replay.py --tune          what variances gain on the stories learnt from
    python benchmarks/replay.py --train         fit the prior that ships, on all stories
    python benchmarks/replay.py --write FILE    the tests as a CSV file for `titlewright replay`

All tests whose arms share an image, also of the weeks whose randomisation was broken: in a replay
the rates are taken for the truth. The appeal model and the prior that a test is replayed with have
learnt from other stories, and only from weeks with sound randomisation; what the prior says appeal
is worth was learnt from strengths of stories that their appeal model hadn't seen.
How narrow the draws of prior and horizon Thompson are, and those of "thompson, narrowed", is chosen
for each fold by what gains most, over both numbers of impressions, on every third test of the
stories that the fold learns from. Nothing else is tuned.
Intervals of differences and of groups: 95 % bootstrap over tests; those of differences draw seeds
anew as well. Groups by the number of titles and by weeks are known beforehand; those by click rates
are told by hindsight, and so are the tests in which the title that appeal likes best is below, or
not below, the mean of its test.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from replay_beliefs import Beliefs, Told, read
from titlewright.learning.policies import create_policy, policy_names
from titlewright.learning.prior import SHIPPED, Prior
from titlewright.learning.replay import Replayed, Test, differences, replay, summarise
from titlewright.learning.replay.comparing import options_for
from titlewright.learning.replay.summary import over_tests

RESULTS = Path(__file__).parent / "results" / "replay.json"
_IMPRESSIONS = (10_000, 1_000)
_VARIANCES = (0.02, 0.05, 0.1, 0.3, 1.0)
_OURS = "prior_thompson"
_GROUPED = ("explore_then_commit", "thompson", _OURS)
_FOLDS = range(5)
_NARROWED = ("thompson", _OURS, "horizon_thompson")  # policies with a variance
_TRIED_ON = 3  # every third test learnt from


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--tune", action="store_true")
    parser.add_argument("--train", action="store_true")
    parser.add_argument("--write", type=Path)
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    if options.write:
        write(options.write)
    elif options.tune:
        tune(Beliefs(read()))
    elif options.train:
        Beliefs(read()).prior()[0].save(SHIPPED)
    else:
        if not options.show:
            report = measure(Beliefs(read()), options.seeds)
            RESULTS.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
        show(json.loads(RESULTS.read_text(encoding="utf-8")))


def measure(beliefs: Beliefs, seeds: int) -> dict[str, Any]:
    held = [beliefs.held(fold) for fold in _FOLDS]
    believed: list[Believed] = []
    variances: dict[str, list[float]] = {name: [] for name in _NARROWED}
    for fold in _FOLDS:
        prior, slope = beliefs.prior(fold)
        known = {text: slope * one for text, one in beliefs.strengths(fold).items()}
        believed.append((prior, known))
        for name, chosen in variances.items():
            gains = tried(beliefs, fold, name, prior, slope).mean(axis=1)
            chosen.append(_VARIANCES[int(gains.argmax())])
        print(f"prior {prior}, variances {variances}", flush=True)
    tests = [as_tests(beliefs.told, some) for some in held]
    report: dict[str, Any] = {
        "kind": "replay", "tests": len(beliefs.told), "stories": beliefs.stories, "seeds": seeds,
        "priors": [prior.to_json() for prior, _ in believed], "variances": variances,
        "impressions": {},
    }  # fmt: skip
    grouped = groups(beliefs.told, tests, [known for _, known in believed])
    for impressions in _IMPRESSIONS:
        replayed, seconds = {}, {}
        for label, name, change, narrowed in contestants():
            began = time.process_time()
            more = [{"variance": variances[name][fold]} if narrowed else {} for fold in _FOLDS]
            replayed[label] = together([
                replay(some, maker(name, impressions, *change(*one), **more[fold]), impressions,
                       seeds=seeds, seed=fold)
                for fold, some, one in zip(_FOLDS, tests, believed, strict=True)
            ])  # fmt: skip
            seconds[label] = round((time.process_time() - began) / seeds, 2)
            print(impressions, label, replayed[label].gain, seconds[label], flush=True)
        report["impressions"][impressions] = {
            **summarise(replayed),
            "differences": differences(replayed, _OURS),
            "lowest of any fold and seed": lowest(replayed[_OURS], [len(some) for some in tests]),
            "groups": {group: told_of(replayed, chosen) for group, chosen in grouped.items()},
            "seconds a seed": seconds,
        }
    return report


def tune(beliefs: Beliefs) -> None:
    head = "".join(f" {one:g}, {of:,} impressions |" for one in _VARIANCES for of in _IMPRESSIONS)
    print(f"| policy | fold |{head}\n|---|---:|" + "---:|" * len(_VARIANCES) * len(_IMPRESSIONS))
    for fold in _FOLDS:
        prior, slope = beliefs.prior(fold)
        for name in _NARROWED:
            gains = tried(beliefs, fold, name, prior, slope).ravel()
            print(f"| {name} | {fold} | {' | '.join(f'{one:.2%}' for one in gains)} |", flush=True)


def tried(beliefs: Beliefs, fold: int, name: str, prior: Prior, slope: float) -> np.ndarray:
    """[variances, impressions] gains on tests learnt from, by appeal of other stories."""
    known = {text: slope * one for text, one in beliefs.crossed(fold).items()}
    tests = as_tests(beliefs.told, beliefs.learnt(fold)[::_TRIED_ON])
    return np.array([
        [replay(tests, maker(name, impressions, prior, known, variance=variance), impressions,
                seeds=1, seed=fold).gain[0] for impressions in _IMPRESSIONS]
        for variance in _VARIANCES
    ])  # fmt: skip


def groups(
    told: Mapping[str, Told], tests: Sequence[Sequence[Test]], known: Sequence[Mapping[str, float]]
) -> dict[str, np.ndarray]:
    """Which tests are in each group, [T] each, in the order of the folds."""
    flat = [(test, appeal) for some, appeal in zip(tests, known, strict=True) for test in some]
    rate = np.array([np.mean(test.rates) for test, _ in flat])
    low, high = np.quantile(rate, [1 / 3, 2 / 3])
    count = np.array([len(test.titles) for test, _ in flat])
    liked = np.array([test.rates[int(np.argmax([appeal[text] for text in test.titles]))]
                      for test, appeal in flat])  # fmt: skip
    sound = np.array([told[test.name].sound for test, _ in flat])
    return {
        f"clicked least, below {low:.2%}": rate < low,
        "in between": (rate >= low) & (rate < high),
        f"clicked most, from {high:.2%}": rate >= high,
        "two titles": count == 2,
        "three or four": (count == 3) | (count == 4),
        "five or more": count >= 5,
        "weeks with sound randomisation": sound,
        "other weeks": ~sound,
        "hindsight: appeal was right": liked >= rate,
        "hindsight: appeal was wrong": liked < rate,
    }


Believed = tuple[Prior, dict[str, float]]


def contestants() -> Iterable[tuple[str, str, Callable[[Prior, dict[str, float]], Believed], bool]]:
    """Label, policy, what it is made to believe, and whether its variance is chosen."""

    def as_learnt(prior: Prior, known: dict[str, float]) -> Believed:
        return prior, known

    def without(prior: Prior, known: dict[str, float]) -> Believed:
        return prior, dict.fromkeys(known, 0.0)

    def turned(prior: Prior, known: dict[str, float]) -> Believed:
        return prior, {text: -strength for text, strength in known.items()}

    for name in policy_names():
        yield name, name, as_learnt, name in _NARROWED and name != "thompson"
    yield "thompson, narrowed", "thompson", as_learnt, True
    yield "prior_thompson without appeal", "prior_thompson", without, True
    yield "prior_thompson, appeal turned round", "prior_thompson", turned, True


def maker(
    name: str, impressions: int, prior: Prior, known: Mapping[str, float], **more: float
) -> Callable[[], Any]:
    def strengths(texts: Sequence[str]) -> np.ndarray:
        return np.array([[known[text]] for text in texts])

    options = options_for(impressions, floor=0.0, prior=prior, strengths=strengths)[name]
    return lambda: create_policy(name, **options | more)


def told_of(replayed: Mapping[str, Replayed], chosen: np.ndarray) -> dict[str, Any]:
    """Of some tests: gains with their intervals, and how many tests gained nothing."""
    some = {name: of(replayed[name], chosen) for name in _GROUPED}
    return {"tests": int(chosen.sum())} | {
        name: {
            "gain": {"mean": float(one.gain.mean())}
            | over_tests(one.clicks.mean(axis=0), one.uniform),
            "below uniform": float((one.clicks.mean(axis=0) < one.uniform).mean()),
        }
        for name, one in some.items()
    }


def together(runs: Sequence[Replayed]) -> Replayed:
    return Replayed(
        *(np.concatenate([getattr(run, name) for run in runs], axis=-1)
          for name in ("clicks", "on_best", "uniform", "best"))
    )  # fmt: skip


def of(one: Replayed, chosen: np.ndarray) -> Replayed:
    return Replayed(
        one.clicks[:, chosen], one.on_best[:, chosen], one.uniform[chosen], one.best[chosen]
    )


def lowest(one: Replayed, sizes: Sequence[int]) -> float:
    """The lowest gain of any seed on the tests of any fold."""
    number = np.repeat(np.arange(len(sizes)), sizes)
    return min(float(of(one, number == fold).gain.min()) for fold in range(len(sizes)))


def as_tests(told: Mapping[str, Told], names: Sequence[str]) -> list[Test]:
    return [
        Test(name, tuple(counts), tuple(clicks / shown for shown, clicks in counts.values()))
        for name in names
        for counts in [told[name].counts]
    ]


def write(path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["test", "title", "impressions", "clicks"])
        for name, one in read().items():
            rows.writerows([name, text, *counts] for text, counts in one.counts.items())


def show(report: dict[str, Any]) -> None:
    print(f"{report['tests']:,} tests of {report['stories']:,} stories, {report['seeds']} seeds\n")
    for impressions, found in report["impressions"].items():
        print(f"| {int(impressions):,} impressions a test | clicks gained | 95 % over seeds "
              f"| on the best title | {_OURS} gains more by | 95 % |")  # fmt: skip
        print("|---|---:|---:|---:|---:|---:|")
        for name, one in found["policies"].items():
            cells = [*told_gain(one["gain"]), f"{one['best_arm_share']['mean']:.1%}"]
            gap = found["differences"].get(name)
            cells += told_gain(gap, "+") if gap else ["", ""]
            print(f"| {name} | {' | '.join(cells)} |")
        print(f"| the best always | {found['oracle']['gain']:.1%} | | 100 % | | |\n")
    for impressions, found in report["impressions"].items():
        print(f"| {int(impressions):,} impressions a test | tests "
              + "".join(f"| {name} | 95 % over tests " for name in _GROUPED) + "|")  # fmt: skip
        print("|---|---:|" + "---:|---:|" * len(_GROUPED))
        for group, one in found["groups"].items():
            cells = [cell for name in _GROUPED for cell in told_gain(one[name]["gain"])]
            print(f"| {group} | {one['tests']:,} | {' | '.join(cells)} |")
        print()
    for name, chosen in report.get("variances", {}).items():
        print(f"Variances chosen for {name}, by fold: {', '.join(f'{one:g}' for one in chosen)}  ")
    low = [found["lowest of any fold and seed"] for found in report["impressions"].values()]
    print(f"The lowest gain of {_OURS} in any fifth of the stories with any seed: "
          + ", ".join(f"{one:.1%}" for one in low))  # fmt: skip


def told_gain(one: Mapping[str, float], sign: str = "") -> list[str]:
    mean, low, high = (f"{one[name]:{sign}.1%}" for name in ("mean", "low", "high"))
    return [mean, f"{low} … {high}"]


if __name__ == "__main__":
    main()
