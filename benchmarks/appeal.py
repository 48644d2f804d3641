"""Does the appeal model tell which headline was clicked more, in tests of stories it hasn't seen?

    python benchmarks/appeal.py                 cross-validated by story, beside three baselines
    python benchmarks/appeal.py --show          what was measured last
    python benchmarks/appeal.py --train         learn the model that ships from all tests

Every pair is judged by a model that learnt, and was calibrated, without its story. Counted are the
pairs that were decided (|z| > 3); intervals are over tests, not pairs (2,000 bootstrap samples).
accuracy         the stronger wording was the one clicked more
surest half      the same on the half of the pairs with the largest margins
ECE              expected calibration error, ten bins (Guo et al. 2017, equation 3)
called           share of the decided pairs on which the model doesn't abstain, and its accuracy
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from datasets import data_folder
from titlewright.generators.saved import save_whole
from titlewright.scorers.appeal.features import pieces
from titlewright.scorers.appeal.model import SHIPPED, SURE_FROM
from titlewright.scorers.appeal.training import DECIDED, embeddings, folds, learn, margins
from titlewright.scorers.appeal.trials import Pair, pairs, stories
from upworthy import read_arms

RESULTS = Path(__file__).parent / "results" / "appeal.json"
_SAMPLES, _BINS = 2000, 10
Judge = Callable[[list[Pair], list[Pair]], np.ndarray]  # training and held pairs to margins


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--train", action="store_true")
    options = parser.parse_args()
    if options.train:
        save_whole(learn(list(pairs(read_arms(data_folder())))), SHIPPED)
        return
    if not options.show:
        RESULTS.write_text(json.dumps(measure(), indent=1) + "\n", encoding="utf-8")
    show(json.loads(RESULTS.read_text(encoding="utf-8")))


def measure() -> dict[str, Any]:
    found = list(pairs(read_arms(data_folder())))
    story = np.array(stories(found))
    known = embeddings(found)

    def appeal(train: list[Pair], held: list[Pair]) -> np.ndarray:
        return margins(learn(train, known), held, known)

    judges: dict[str, Judge] = {
        "appeal": appeal,
        "character n-grams": baseline(lambda text: Counter(pieces(text))),
        "bag of words": baseline(lambda text: Counter(re.findall(r"[\w']+", text.lower()))),
        "length alone": baseline(lambda text: {"characters": len(text) / 100}),
    }
    decided = np.array([abs(pair.z) > DECIDED for pair in found])
    rows = {}
    for name, judge in judges.items():
        margin = np.zeros(len(found))
        for train, held in folds(story, seed=1):
            margin[held] = judge([found[at] for at in train], [found[at] for at in held])
        chosen = [pair for pair, counts in zip(found, decided, strict=True) if counts]
        rows[name] = measures(chosen, margin[decided], calibrated=name == "appeal")
        print(name, rows[name], flush=True)
    return {
        "pairs": len(found), "decided": int(decided.sum()), "stories": len(set(story.tolist())),
        "tests": len({pair.test for pair in found}), "judges": rows,
    }  # fmt: skip


def baseline(count: Callable[[str], Any]) -> Judge:
    """Logistic regression on differences of scaled counts, a pair weighing as appeal's do."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.feature_extraction.text import TfidfTransformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    def judge(train: list[Pair], held: list[Pair]) -> np.ndarray:
        texts = sorted({text for pair in train for text in (pair.first, pair.second)})
        single = len(count(texts[0])) == 1
        steps = [DictVectorizer(dtype=np.float32)]
        steps += [] if single else [TfidfTransformer(sublinear_tf=True)]
        turned = make_pipeline(*steps).fit([count(text) for text in texts])

        def differences(some: Sequence[Pair]) -> Any:
            first = turned.transform([count(pair.first) for pair in some])
            return first - turned.transform([count(pair.second) for pair in some])

        z = np.array([pair.z for pair in train])
        weight = np.minimum(abs(z), 5) ** 2 / 3
        model = LogisticRegression(C=0.3, fit_intercept=False, max_iter=500)
        model.fit(differences(train), z > 0, sample_weight=weight)
        return model.decision_function(differences(held))

    return judge


def measures(chosen: list[Pair], margin: np.ndarray, *, calibrated: bool) -> dict[str, Any]:
    won = np.array([pair.z > 0 for pair in chosen])
    right = (margin > 0) == won
    certain = abs(margin)
    half = certain >= np.median(certain)
    tests = np.array([pair.test for pair in chosen])
    told = {
        "accuracy": interval(right, tests),
        "surest_half": interval(right[half], tests[half]),
    }
    if calibrated:
        likely = 1 / (1 + np.exp(-certain))
        called = likely >= SURE_FROM
        told |= {
            "ece": round(expected_error(likely, right), 4),
            "called": round(float(called.mean()), 4),
            "called_accuracy": interval(right[called], tests[called]),
        }
    return told


def expected_error(likely: np.ndarray, right: np.ndarray) -> float:
    bins = np.minimum((likely * _BINS).astype(int), _BINS - 1)
    gaps = [
        (bins == each).mean() * abs(right[bins == each].mean() - likely[bins == each].mean())
        for each in np.unique(bins)
    ]
    return float(sum(gaps))


def interval(right: np.ndarray, tests: np.ndarray) -> list[float]:
    """The share, and its 95 % interval with whole tests drawn anew."""
    _, group = np.unique(tests, return_inverse=True)
    hits, sizes = np.bincount(group, right), np.bincount(group)
    rng = np.random.default_rng(0)
    drawn = rng.integers(0, len(sizes), (_SAMPLES, len(sizes)))
    shares = hits[drawn].sum(1) / sizes[drawn].sum(1)
    low, high = np.percentile(shares, [2.5, 97.5])
    return [round(float(value), 4) for value in (right.mean(), low, high)]


def show(report: dict[str, Any]) -> None:
    print("| | accuracy | 95 % | surest half | 95 % | ECE | called | accuracy of these |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for name, row in report["judges"].items():
        value, low, high = row["accuracy"]
        half, half_low, half_high = row["surest_half"]
        cells = [f"{value:.3f}", f"{low:.3f} … {high:.3f}", f"{half:.3f}",
                 f"{half_low:.3f} … {half_high:.3f}"]  # fmt: skip
        cells += (
            [f"{row['ece']:.3f}", f"{row['called']:.2f}", f"{row['called_accuracy'][0]:.3f}"]
            if "ece" in row
            else ["–"] * 3
        )
        print(f"| {name} | {' | '.join(cells)} |")
    print(
        f"\n{report['decided']:,} decided of {report['pairs']:,} pairs, {report['tests']:,} tests, "
        f"{report['stories']:,} stories"
    )


if __name__ == "__main__":
    main()
