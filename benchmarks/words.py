"""Are the words that are found the true ones, and do found words earn clicks elsewhere?

    python benchmarks/words.py [--seeds 200]
    python benchmarks/words.py --show          what was measured last, as Markdown

Simulated: shoppers whose taste for words is known, 200 products with four titles of six words each,
80 words; the false discovery rate is allowed 10 %. FDR is the share of false ones (no effect, or of
the other sign) among those found, power the share of true ones that are found, coverage that of the
95 % intervals.
Real: the Upworthy Research Archive's headlines (news, not products: a limit), learnt on half of the
stories and looked at on the other half, both ways. Agreeing are found words whose estimate on the
other half has the same sign; accuracy is that of telling the headline clicked more in pairs that
were decided (|z| > 3), by words and patterns alone; the slope, of measured on predicted log ratios
of click rates, is 1 where effects are neither over- nor understated.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from datasets import data_folder
from titlewright.learning.words.effects import EVERYWHERE, Effect, WordReport, learn_words
from titlewright.learning.words.features import Shown, patterns, words
from titlewright.learning.words.simulation import Taste, draw_taste, draw_titles, show_titles
from titlewright.scorers.appeal.training import DECIDED
from titlewright.scorers.appeal.trials import Pair, pairs, stories
from upworthy import read_arms

RESULTS = Path(__file__).parent / "results" / "words.json"
WORDS = [f"{first}{rest}o" for first in "bcdfghjklm" for rest in
         ("an", "er", "il", "op", "ut", "av", "eb", "ic")]  # fmt: skip
SETTINGS: dict[str, dict[str, Any]] = {
    "one category": {"categories": 1},
    "one category, a tenth of the impressions": {"categories": 1, "impressions": 400},
    "one category, titles differ by 30 % beyond words": {"categories": 1, "titles": 0.3},
    "no word does anything": {"categories": 1, "liked": 0.0},
    "one category, chosen by Thompson sampling for 20 days": {"categories": 1, "days": 20},
    "the same, a tenth of the impressions": {"categories": 1, "days": 20, "impressions": 400},
    "three categories of one taste": {"categories": 3},
    "three categories, half of the taste its own": {
        "categories": 3, "liked": 0.05, "special": 0.05,
    },
}  # fmt: skip
FEWEST = 15  # Upworthy: tests in which a word must differ


def simulated(seeds: int) -> dict[str, Any]:
    report = {}
    for name, setting in SETTINGS.items():
        told: dict[str, list[list[float]]] = defaultdict(list)
        for seed in range(seeds):
            for scope, row in _simulate(seed, **setting).items():
                told[scope].append(row)
        report[name] = {scope: _summary(np.array(rows)) for scope, rows in told.items()}
        print(name, report[name], flush=True)
    return report


def _simulate(
    seed: int, categories: int, impressions: int = 4000, days: int = 0, **taste: float
) -> dict[str, list[float]]:
    """Of each scope: found, false, true, true and found, covered, all."""
    rng = np.random.default_rng(seed)
    names = [f"category {number}" for number in range(categories)]
    true = draw_taste(WORDS, names, rng, **taste)
    titles, where = draw_titles(WORDS, names, rng)
    report = learn_words(show_titles(titles, where, true, rng, impressions=impressions, days=days))
    rows: dict[str, list[float]] = {}
    for effect in report.effects:
        scope = "everywhere" if effect.category == EVERYWHERE else "by category"
        rows[scope] = np.add(rows.get(scope, [0.0] * 6), _judge(effect, true, names)).tolist()
    return rows


def _judge(effect: Effect, taste: Taste, categories: list[str]) -> list[float]:
    where = categories if effect.category == EVERYWHERE else [effect.category]
    truths = [sum(taste.of(category, word) for word in effect.feature) for category in where]
    truth = 0.0 if effect.pattern else float(np.mean(truths))
    right = truth != 0 and (truth > 0) == (effect.lift > 0)
    return [effect.found, effect.found and not right, truth != 0, effect.found and truth != 0,
            effect.low <= np.expm1(truth) <= effect.high, 1]  # fmt: skip


def _summary(rows: np.ndarray) -> dict[str, Any]:
    found, false, true, both, covered, count = rows.T
    shares = false / np.maximum(found, 1)
    return {
        "fdr": round(float(shares.mean()), 4),
        "fdr_error": round(float(shares.std() / np.sqrt(len(rows))), 4),
        "power": round(float(both.sum() / max(true.sum(), 1)), 4),
        "coverage": round(float(covered.sum() / count.sum()), 4),
        "found": round(float(found.mean()), 2),
    }


def real(folder: Path) -> dict[str, Any]:
    shown = [Shown(arm.test, arm.text, arm.impressions, arm.clicks) for arm in read_arms(folder)]
    told = list(pairs(read_arms(folder)))
    story = dict(zip((pair.test for pair in told), stories(told), strict=True))
    side = np.random.default_rng(0).random(max(story.values()) + 1) < 0.5
    halves = [[one for one in shown if one.product in story and side[story[one.product]] == half]
              for half in (False, True)]  # fmt: skip
    reports = [learn_words(half, fewest=FEWEST) for half in halves]
    whole = learn_words(shown, fewest=FEWEST)
    agree = []
    for here, there in (reports, reports[::-1]):
        other = {one.feature: one for one in there.effects}
        agree += [
            (other[one.feature].lift > 0) == (one.lift > 0)
            for one in here.effects
            if one.found and one.feature in other
        ]
    predicted = np.array([_margin(reports[not side[story[pair.test]]], pair) for pair in told])
    rates = _rates(shown)
    measured = np.array([rates[pair.test, pair.first] - rates[pair.test, pair.second]
                         for pair in told])  # fmt: skip
    z = np.array([pair.z for pair in told])
    decided = (abs(z) > DECIDED) & (predicted != 0)
    weight = (z / np.where(measured == 0, 1, measured)) ** 2  # one over the variance
    slope = float((weight * predicted) @ measured / ((weight * predicted) @ predicted))
    error = float(1 / np.sqrt((weight * predicted) @ predicted))
    return {
        "tests": whole.products, "looked_at": len(whole.effects),
        "found": [one.to_json() for one in whole.effects if one.found],
        "found_by_half": [sum(one.found for one in report.effects) for report in reports],
        "agree": [int(sum(agree)), len(agree)],
        "decided": int(decided.sum()),
        "accuracy": round(float(((predicted > 0) == (z > 0))[decided].mean()), 4),
        "slope": round(slope, 3), "slope_error": round(error, 3),
        "title_noise": round(whole.title_noise, 3),
    }  # fmt: skip


def _margin(report: WordReport, pair: Pair) -> float:
    """By how much the log click rate of the first headline should exceed that of the second."""
    known = {one.feature: float(np.log1p(one.lift)) for one in report.effects}
    first, second = (_features(Shown(pair.test, text, 1, 0)) for text in (pair.first, pair.second))
    return sum(
        effect * (first.get(feature[0], 0.0) - second.get(feature[0], 0.0))
        for feature, effect in known.items()
    )


def _features(shown: Shown) -> dict[str, float]:
    return dict.fromkeys(words(shown) | patterns(shown), 1.0)


def _rates(shown: list[Shown]) -> dict[tuple[str, str], float]:
    """Log click rates by test and text, with half a click added."""
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for one in shown:
        told = counts[one.product, " ".join(one.text.split())]
        told[0] += one.impressions
        told[1] += one.clicks
    return {key: float(np.log((c + 0.5) / (n + 0.5))) for key, (n, c) in counts.items()}


def show(report: dict[str, Any]) -> None:
    print(f"Simulated shoppers, {report['seeds']} seeds, 10 % false discoveries allowed\n")
    print("| taste | scope | FDR | power | coverage | found a run |")
    print("|---|---|---:|---:|---:|---:|")
    for name, scopes in report["simulated"].items():
        for scope, row in scopes.items():
            power = f"{row['power']:.0%}" if row["power"] else "–"
            print(
                f"| {name} | {scope} | {row['fdr']:.1%} ± {1.96 * row['fdr_error']:.1%} | {power} "
                f"| {row['coverage']:.1%} | {row['found']:.1f} |"
            )
    real_ = report["real"]
    print(
        f"\nUpworthy, {real_['tests']:,} tests, {real_['looked_at']} words and patterns: "
        f"{len(real_['found'])} found; of those found on one half "
        f"{real_['agree'][0]} of {real_['agree'][1]} have the same sign on the other. "
        f"Accuracy {real_['accuracy']:.1%} of {real_['decided']:,} decided pairs; slope "
        f"{real_['slope']:.2f} ± {1.96 * real_['slope_error']:.2f}.\n"
    )
    print("The surest:\n\n| found | lift | 95 % | q | tests |")
    print("|---|---:|---:|---:|---:|")
    for one in sorted(sorted(real_["found"], key=lambda one: one["q"])[:12],
                      key=lambda one: -one["lift"]):  # fmt: skip
        print(f"| {one['feature']} | {one['lift']:+.1%} | {one['low']:+.1%} … {one['high']:+.1%} | "
              f"{one['q']:.2g} | {one['products']:,} |")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    if not options.show:
        report = {"seeds": options.seeds, "real": real(data_folder()),
                  "simulated": simulated(options.seeds)}  # fmt: skip
        RESULTS.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    show(json.loads(RESULTS.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
