"""Which searches fit which products: how precise is that, and how quick with 100,000 of them?

    python benchmarks/demand.py           both parts, some minutes
    python benchmarks/demand.py --part fits | speed
    python benchmarks/demand.py --show    what was measured last

fits   crowdflower's 261 queries as terms, its 10,158 graded titles with their descriptions as
       products: of the pairs of a query and a product that people judged, those that are said to
       fit. Precise is a pair of grade 3 or 4; found is the share of all pairs of grade 4. Beside it
       BM25 with as many pairs, those of the best scores, over all and of each query. The relevance
       model is one that learnt from the other queries of crowdflower alone, five times over: the
       one that ships knows all of them. Pairs whose title lacks a word of the query are those for
       which a title may be changed.
speed  multicpr's 100,000 Chinese queries against the long titles of weidian, and homedepot's 11,795
       English ones against walmart's products with their descriptions: seconds of the processor to
       get ready, and milliseconds a product.
Intervals are over queries (1,000 bootstrap samples). Nobody judged whether Chinese fits are right.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from datasets import _csv_rows, crowdflower, data_folder, walmart_free, weidian
from titlewright.records import Product
from titlewright.scorers.demand import Demand, Term
from titlewright.scorers.demand.answering import Answer, Answering
from titlewright.scorers.demand.truth import Truth
from titlewright.scorers.demand.units import Said, units
from titlewright.scorers.relevance.training import Judged, embeddings, fold_of, learn
from titlewright.text.tokens import words
from titlewright.text.words import fold

RESULTS = Path(__file__).parent / "results" / "demand.json"
_FOLDS, _SAMPLES = 5, 1000
_THRESHOLDS = (0.0, 0.5, 0.6, 0.7)
_FITS = "true, relevance from 0.6"  # what `answering` is set to


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--part", choices=["fits", "speed"])
    options = parser.parse_args()
    report = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    if not options.show:
        for name, measure in (("fits", fits), ("speed", speed)):
            if options.part in (None, name):
                report[name] = measure()
        RESULTS.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    show(report)


class Telling(Answering):
    """The answers of a model, whatever they are, kept by product and query."""

    def __init__(self, model: Any) -> None:
        super().__init__(model)
        self.told: dict[tuple[str, str], float] = {}

    def judge(self, queries: Sequence[str], truth: Truth, language: str) -> list[Answer]:
        found = super().judge(queries, truth, language)
        for query, answer in zip(queries, found, strict=True):
            self.told[truth.product.id, plain(query)] = answer.value
        return found


def fits() -> dict[str, Any]:
    rows = list(_csv_rows(data_folder() / "crowdflower_relevance/train.csv"))
    queries = [row["query"] for row in rows]
    grades = np.array([int(row["median_relevance"]) for row in rows])
    products = [source.product for source in crowdflower(data_folder())]
    judged = [
        Judged(query, row["product_title"], (grade - 1) / 3)
        for query, row, grade in zip(queries, rows, grades.tolist(), strict=True)
    ]
    known = embeddings(judged)
    fold = np.array([fold_of("benchmark " + query, _FOLDS) for query in queries])
    told = np.full(len(rows), -1.0)  # relevance of what is true of the product, -1 of the rest
    for number in range(_FOLDS):
        model = learn([one for one, at in zip(judged, fold, strict=True) if at != number], known)
        telling = Telling(model)
        held = np.flatnonzero(fold == number)
        demand = Demand(
            [Term(query, 1) for query in sorted({queries[at] for at in held})],
            answering=telling,
        )
        for at in held:
            demand.fitting(products[at])
            told[at] = telling.told.get((products[at].id, plain(queries[at])), -1.0)
        print(f"fold {number + 1} of {_FOLDS}", flush=True)
    chosen = {"all judged pairs": np.ones(len(rows), bool)}
    for least in _THRESHOLDS:
        name = f"true, relevance from {least}" if least else "true, whatever the relevance"
        chosen[name] = told >= least
    best = chosen[_FITS]
    covered = [
        all(Said(product.title).held(units(query)))
        for query, product in zip(queries, products, strict=True)
    ]
    chosen[f"{_FITS}, the title lacks a word"] = best & ~np.array(covered)
    titles = bm25(queries, [product.title for product in products])
    texts = bm25(queries, [f"{product.title} {product.description}" for product in products])
    one = ["any"] * len(queries)
    chosen["BM25 of the title, as many"] = as_many(titles, one, best)
    chosen["BM25 of title and description, as many"] = as_many(texts, one, best)
    chosen["BM25 of the title, as many of each query"] = as_many(titles, queries, best)
    return {name: figures(mask, best, grades, queries) for name, mask in chosen.items()}


def plain(query: str) -> str:
    return fold(" ".join(query.split()))


def bm25(queries: Sequence[str], texts: Sequence[str]) -> np.ndarray:
    """Of the nth query and text, among all texts (Lucene's formula, k1 1.5, b 0.75, stemmed)."""
    import bm25s
    import Stemmer

    stem = Stemmer.Stemmer("english").stemWords
    documents = [stem(words(text)) for text in texts]
    vocabulary = {term for document in documents for term in document}
    index = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
    index.index(documents, show_progress=False)
    scores = np.zeros(len(queries))
    for query in set(queries):
        terms = [term for term in stem(words(query)) if term in vocabulary]
        rows = [at for at, other in enumerate(queries) if other == query]
        scores[rows] = index.get_scores(terms)[rows] if terms else 0.0
    return scores


def as_many(scores: np.ndarray, queries: Sequence[str], chosen: np.ndarray) -> np.ndarray:
    """Of each query the pairs with the best scores, as many as are chosen of it."""
    rows: dict[str, list[int]] = defaultdict(list)
    for at, query in enumerate(queries):
        rows[query].append(at)
    found = np.zeros(len(queries), bool)
    for some in rows.values():
        count = int(chosen[some].sum())
        found[sorted(some, key=lambda at: (-scores[at], at))[:count]] = True
    return found


def figures(
    chosen: np.ndarray, best: np.ndarray, grades: np.ndarray, queries: Sequence[str]
) -> dict[str, Any]:
    """Pairs, precision, by how much it is behind that of the fits, and recall, with intervals."""
    names, of = np.unique(queries, return_inverse=True)
    masks = (chosen, chosen & (grades >= 3), grades == 4, chosen & (grades == 4), best,
             best & (grades >= 3))  # fmt: skip
    counts = np.stack([np.bincount(of, mask, len(names)) for mask in masks])
    rng = np.random.default_rng(0)
    drawn = counts[:, rng.integers(0, len(names), (_SAMPLES, len(names)))].sum(2)

    def interval(function: Callable[[np.ndarray], np.ndarray]) -> list[float]:
        ends = np.percentile(function(drawn), [2.5, 97.5])
        return [round(float(each), 4) for each in (function(counts.sum(1)), *ends)]

    return {
        "pairs": int(chosen.sum()),
        "precision": interval(lambda row: row[1] / row[0]),
        "behind": interval(lambda row: row[5] / row[4] - row[1] / row[0]),
        "recall": interval(lambda row: row[3] / row[2]),
    }


def speed() -> dict[str, Any]:
    path = data_folder() / "multicpr_ecom_queries" / "train.query.txt"
    chinese = [line.split("\t")[1] for line in path.read_text(encoding="utf-8").splitlines()]
    path = data_folder() / "homedepot_relevance" / "train.csv"
    with path.open(encoding="latin-1", newline="") as file:
        english = sorted({row["search_term"] for row in csv.DictReader(file)})
    return {
        "Chinese": pace(chinese, [source.product for source in weidian(data_folder())]),
        "English": pace(english, [source.product for source in walmart_free(data_folder())]),
    }


def pace(queries: Sequence[str], products: Sequence[Product]) -> dict[str, Any]:
    start = time.process_time()
    demand = Demand([Term(query, 1.0) for query in queries])
    ready = time.process_time() - start
    demand.fitting(products[0])  # the word lists are read once
    start = time.process_time()
    found = [len(demand.fitting(product)) for product in products[1:]]
    taken = time.process_time() - start
    return {
        "terms": len(demand.terms),
        "products": len(found),
        "ready_seconds": round(ready, 2),
        "milliseconds_a_product": round(1000 * taken / len(found), 1),
        "with_a_fit": round(sum(map(bool, found)) / len(found), 4),
    }


def show(report: dict[str, Any]) -> None:
    print(
        "| pairs said to fit | pairs | precision | 95 % | behind the fits | 95 % | found | 95 % |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for name, row in report.get("fits", {}).items():
        cells = [
            f"{row[measure][0]:.3f} | {row[measure][1]:.3f} … {row[measure][2]:.3f}"
            for measure in ("precision", "behind", "recall")
        ]
        print(f"| {name} | {row['pairs']:,} | {' | '.join(cells)} |")
    print("\n| | terms | products | seconds to get ready | ms a product | products that any fits |")
    print("|---|---:|---:|---:|---:|---:|")
    for name, row in report.get("speed", {}).items():
        print(
            f"| {name} | {row['terms']:,} | {row['products']:,} | {row['ready_seconds']:.1f} | "
            f"{row['milliseconds_a_product']:.1f} | {row['with_a_fit']:.2f} |"
        )


if __name__ == "__main__":
    main()
