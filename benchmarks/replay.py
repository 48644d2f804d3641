"""What do policies gain on Upworthy's headline tests, with beliefs learnt from other stories?

    python benchmarks/replay.py                 replay at 10,000 and 1,000 impressions a test
    python benchmarks/replay.py --show          what was measured last
    python benchmarks/replay.py --train         fit the prior that ships, on all stories
    python benchmarks/replay.py --write FILE    the tests as a CSV file for `titlewright replay`

All tests whose arms share an image, also of the weeks whose randomisation was broken: in a replay
the rates are taken for the truth. The appeal model and the prior that a test is replayed with have
learnt from other stories, and only from weeks with sound randomisation; what the prior says appeal
is worth was learnt from strengths of stories that their appeal model hadn't seen.
Intervals of differences: 95 % bootstrap, tests and seeds drawn anew together.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from datasets import data_folder
from titlewright.generators.compact import embedding
from titlewright.learning.policies import create_policy, policy_names
from titlewright.learning.prior import SHIPPED, Counts, Prior, fit
from titlewright.learning.replay import Replayed, Test, differences, replay, summarise
from titlewright.learning.replay.comparing import options_for
from titlewright.scorers.appeal.training import folds, learn
from titlewright.scorers.appeal.trials import Arm, pairs, stories
from upworthy import read_arms

RESULTS = Path(__file__).parent / "results" / "replay.json"
_START = Prior(rate=-4.0, spread=1.0, concentration=10.0, effects=(0.0,))
_IMPRESSIONS = (10_000, 1_000)
_OURS = "prior_thompson"


@dataclass(frozen=True, slots=True)
class Told:
    """A test's titles with [impressions, clicks] each, and whether its weeks were sound."""

    counts: dict[str, list[int]]
    sound: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--train", action="store_true")
    parser.add_argument("--write", type=Path)
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    if options.write:
        write(options.write)
    elif options.train:
        told = read()
        all_of_them = [name for name, one in told.items() if one.sound]
        crossed = crossed_strengths(told, all_of_them)
        fit(tables(told, all_of_them, crossed), _START).save(SHIPPED)
    else:
        if not options.show:
            report = measure(options.seeds)
            RESULTS.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
        show(json.loads(RESULTS.read_text(encoding="utf-8")))


def read() -> dict[str, Told]:
    """Tests with two titles or more and a click."""
    data = data_folder()
    sound = {arm.test for arm in read_arms(data)}
    counts: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for arm in read_arms(data, all_weeks=True):
        told = counts[arm.test][" ".join(arm.text.split())]
        told[0] += arm.impressions
        told[1] += arm.clicks
    return {
        name: Told(dict(some), name in sound)
        for name, some in counts.items()
        if len(some) > 1 and any(clicks for _, clicks in some.values())
    }


def measure(seeds: int) -> dict[str, Any]:
    told = read()
    names, story = story_numbers(told)
    of_fold: list[list[str]] = []
    believed: list[tuple[Prior, dict[str, float]]] = []
    for train, held in folds(story, seed=1):
        began = time.perf_counter()
        learnt = [names[at] for at in train if told[names[at]].sound]
        of_fold.append([names[at] for at in held])
        prior = fit(tables(told, learnt, crossed_strengths(told, learnt)), _START)
        believed.append((prior, strengths_of(told, learnt, of_fold[-1])))
        print(f"prior {prior}, {time.perf_counter() - began:.0f} s", flush=True)
    report: dict[str, Any] = {
        "kind": "replay", "tests": len(told), "stories": len(set(story.tolist())), "seeds": seeds,
        "priors": [prior.to_json() for prior, _ in believed], "impressions": {},
    }  # fmt: skip
    sound = np.array([told[name].sound for some in of_fold for name in some])
    for impressions in _IMPRESSIONS:
        replayed, seconds = {}, {}
        for label, name, change in contestants():
            began = time.perf_counter()
            runs = [
                replay(as_tests(told, some), maker(name, impressions, *change(*beliefs)),
                       impressions, seeds=seeds, seed=number)
                for number, (some, beliefs) in enumerate(zip(of_fold, believed, strict=True))
            ]  # fmt: skip
            seconds[label] = round((time.perf_counter() - began) / seeds, 2)
            replayed[label] = together(runs)
            print(impressions, label, replayed[label].gain, seconds[label], flush=True)
        report["impressions"][impressions] = {
            "all": told_of(replayed),
            "sound weeks": told_of({name: of(one, sound) for name, one in replayed.items()}),
            "lowest fold": {name: lowest(one, of_fold) for name, one in replayed.items()},
            "seconds a seed": seconds,
        }
    return report


Beliefs = tuple[Prior | None, dict[str, float]]


def contestants() -> Iterable[tuple[str, str, Callable[[Prior, dict[str, float]], Beliefs]]]:
    """Label, policy, and what it is made to believe."""

    def as_learnt(prior: Prior, known: dict[str, float]) -> Beliefs:
        return prior, known

    def without(prior: Prior, known: dict[str, float]) -> Beliefs:
        return prior, dict.fromkeys(known, 0.0)

    def turned(prior: Prior, known: dict[str, float]) -> Beliefs:
        return prior, {text: -strength for text, strength in known.items()}

    for name in policy_names():
        yield name, name, as_learnt
    yield "prior_thompson without appeal", "prior_thompson", without
    yield "prior_thompson, appeal turned round", "prior_thompson", turned


def maker(name: str, impressions: int, prior: Prior | None, known: Mapping[str, float]) -> Any:
    def strengths(texts: Sequence[str]) -> np.ndarray:
        return np.array([[known[text]] for text in texts])

    options = options_for(impressions, floor=0.0, prior=prior, strengths=strengths)[name]
    return lambda: create_policy(name, **options)


def told_of(replayed: dict[str, Replayed]) -> dict[str, Any]:
    return {**summarise(replayed), "differences": differences(replayed, _OURS)}


def together(runs: Sequence[Replayed]) -> Replayed:
    return Replayed(
        *(np.concatenate([getattr(run, name) for run in runs], axis=-1)
          for name in ("clicks", "on_best", "uniform", "best"))
    )  # fmt: skip


def of(one: Replayed, chosen: np.ndarray) -> Replayed:
    return Replayed(
        one.clicks[:, chosen], one.on_best[:, chosen], one.uniform[chosen], one.best[chosen]
    )


def lowest(one: Replayed, of_fold: Sequence[Sequence[str]]) -> float:
    """The lowest gain of any seed on the tests of any fold."""
    number = np.repeat(np.arange(len(of_fold)), [len(some) for some in of_fold])
    return min(float(of(one, number == fold).gain.min()) for fold in range(len(of_fold)))


def as_tests(told: Mapping[str, Told], names: Sequence[str]) -> list[Test]:
    return [
        Test(name, tuple(counts), tuple(clicks / shown for shown, clicks in counts.values()))
        for name in names
        for counts in [told[name].counts]
    ]


def story_numbers(told: Mapping[str, Told]) -> tuple[list[str], np.ndarray]:
    """Tests, and the number of the story that each one tells."""
    names = list(told)
    found = list(pairs(Arm(name, text, max(shown, 100), clicks)
                       for name, one in told.items()
                       for text, (shown, clicks) in one.counts.items()))  # fmt: skip
    number = dict(zip((pair.test for pair in found), stories(found), strict=True))
    return names, np.array([number[name] for name in names])


def arms(told: Mapping[str, Told], names: Iterable[str]) -> list[Arm]:
    return [Arm(name, text, *counts) for name in names
            for text, counts in told[name].counts.items()]  # fmt: skip


_EMBEDDED: dict[str, np.ndarray] = {}


def strengths_of(
    told: Mapping[str, Told], learnt: Sequence[str], asked: Sequence[str]
) -> dict[str, float]:
    """Strengths of the wordings of some tests, by appeal that learnt from others."""
    if not _EMBEDDED:
        texts = sorted({text for one in told.values() for text in one.counts})
        _EMBEDDED.update(zip(texts, embedding.embed(texts), strict=True))
    model = learn(list(pairs(arms(told, learnt))), _EMBEDDED)
    wanted = sorted({text for name in asked for text in told[name].counts})
    found = model.strengths(wanted, np.stack([_EMBEDDED[text] for text in wanted]))
    return dict(zip(wanted, found.tolist(), strict=True))


def crossed_strengths(told: Mapping[str, Told], names: Sequence[str]) -> dict[str, float]:
    """Strengths of these tests' wordings, each by a model that hasn't learnt from its story."""
    some, story = story_numbers({name: told[name] for name in names})
    found: dict[str, float] = {}
    for train, held in folds(story, seed=2):
        found |= strengths_of(told, [some[at] for at in train], [some[at] for at in held])
    return found


def tables(
    told: Mapping[str, Told], names: Sequence[str], strength: Mapping[str, float]
) -> list[Counts]:
    """The counts of tests, those with equally many titles together."""
    alike: dict[int, list[dict[str, list[int]]]] = defaultdict(list)
    for name in names:
        alike[len(told[name].counts)].append(told[name].counts)
    found = []
    for some in alike.values():
        counts = np.array([list(one.values()) for one in some], float)
        known = np.array([[strength[text] for text in one] for one in some])
        known -= known.mean(axis=1, keepdims=True)
        found.append(Counts(counts[:, :, 0], counts[:, :, 1], known[:, :, None]))
    return found


def write(path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["test", "title", "impressions", "clicks"])
        for name, one in read().items():
            rows.writerows([name, text, *counts] for text, counts in one.counts.items())


def show(report: dict[str, Any]) -> None:
    print(f"{report['tests']:,} tests of {report['stories']:,} stories, {report['seeds']} seeds\n")
    for impressions, found in report["impressions"].items():
        print(f"| {int(impressions):,} impressions a test | gain over uniform | 95 % over seeds "
              f"| on the best | {_OURS} gains more by | 95 % "
              "| sound weeks: gain | more by | 95 % |")  # fmt: skip
        print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
        for name, one in found["all"]["policies"].items():
            gain, sound = one["gain"], found["sound weeks"]
            cells = [f"{gain['mean']:.1%}", f"{gain['low']:.1%} … {gain['high']:.1%}",
                     f"{one['best_arm_share']['mean']:.1%}"]  # fmt: skip
            cells += gap(found["all"]["differences"].get(name))
            cells += [f"{sound['policies'][name]['gain']['mean']:.1%}"]
            cells += gap(sound["differences"].get(name))
            print(f"| {name} | {' | '.join(cells)} |")
        oracle, sound = (found[one]["oracle"]["gain"] for one in ("all", "sound weeks"))
        print(f"| the best always | {oracle:.1%} | | 100 % | | | {sound:.1%} | | |\n")
    ours = [found["lowest fold"][_OURS] for found in report["impressions"].values()]
    print(f"The lowest gain of {_OURS} in any fold with any seed: "
          + ", ".join(f"{one:.1%}" for one in ours))  # fmt: skip


def gap(one: dict[str, float] | None) -> list[str]:
    if one is None:
        return ["", ""]
    return [f"{one['mean']:+.1%}", f"{one['low']:+.1%} … {one['high']:+.1%}"]


if __name__ == "__main__":
    main()
