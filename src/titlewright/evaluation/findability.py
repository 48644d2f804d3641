"""Whether shoppers' queries find a product by its title: nDCG@10 and MRR of BM25.

BM25 (Robertson & Zaragoza 2009) by bm25s with Lucene's formula, k1 1.5, b 0.75, on stemmed words;
the title is the only text of a product. Every product of the feed competes for every query, and
products that nobody judged for a query count as irrelevant to it.

nDCG: Järvelin & Kekäläinen 2002 with gains 2^grade - 1 (Burges et al. 2005) and log2 discounts.
"""

from __future__ import annotations

import csv
import hashlib
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from titlewright.errors import FeedError
from titlewright.text.tokens import words

Judgments = Mapping[str, Mapping[str, float]]  # query -> product id -> grade from 0, irrelevant
CUTOFF = 10


def read_judgments(path: Path) -> dict[str, dict[str, float]]:
    """Judgments from a CSV file with the columns query, id and grade (a number from 0).

    Raises FeedError for a missing column or a grade that makes no sense.
    """
    judgments: dict[str, dict[str, float]] = {}
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            missing = {"query", "id", "grade"} - set(reader.fieldnames or ())
            if missing:
                raise FeedError(
                    f"{path} has no column {', '.join(sorted(missing))}. Judgments need a header "
                    "line: query,id,grade"
                )
            for row in reader:
                grade = _grade(row["grade"], path, reader.line_num)
                judgments.setdefault(row["query"], {})[row["id"]] = grade
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FeedError(f"{path} can't be read as UTF-8 CSV: {error}") from error
    return judgments


def _grade(written: str | None, path: Path, line: int) -> float:
    try:
        grade = float(written or "")
    except ValueError:
        grade = math.nan
    if not 0 <= grade <= 100:
        raise FeedError(
            f"{path}, line {line}: grade must be a number from 0 (irrelevant), not {written!r}."
        )
    return grade


def find_scores(
    ids: Sequence[str], titles: Sequence[str], judgments: Judgments
) -> dict[str, tuple[float, float]]:
    """(nDCG@10, reciprocal rank) of each query that has a relevant product in the feed.

    A product without a title is never found. Products of equal score are ordered by a hash of
    their ids: the same in every run and not the order of the feed, which may tell the answer.
    """
    import numpy as np

    positions = {product: place for place, product in enumerate(ids)}
    scorer = _Scorer(titles)
    ties = np.array([int(hashlib.sha256(one.encode()).hexdigest()[:15], 16) for one in ids])
    results = {}
    for query, grades in judgments.items():
        known = {positions[one]: grade for one, grade in grades.items() if one in positions}
        if not any(known.values()):
            continue
        scores = scorer.scores(query)
        found = np.flatnonzero(scores > 0)
        order = found[np.lexsort((ties[found], -scores[found]))]
        ranked = [known.get(int(place), 0.0) for place in order]
        results[query] = (ndcg(ranked, list(known.values())), reciprocal_rank(ranked))
    return results


def ndcg(ranked: Sequence[float], grades: Sequence[float], cutoff: int = CUTOFF) -> float:
    """nDCG in [0, 1] of the grades in ranked order, against the best order of all grades."""
    best = _dcg(sorted(grades, reverse=True)[:cutoff])
    return _dcg(ranked[:cutoff]) / best if best else 0.0


def _dcg(grades: Sequence[float]) -> float:
    return sum((2**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))


def reciprocal_rank(ranked: Sequence[float]) -> float:
    """1 / rank of the first product with a grade above 0; 0 when none was found."""
    return next((1 / rank for rank, grade in enumerate(ranked, 1) if grade > 0), 0.0)


class _Scorer:
    """BM25 over titles."""

    def __init__(self, titles: Sequence[str]) -> None:
        import bm25s
        import Stemmer

        self._stem = Stemmer.Stemmer("english").stemWords
        documents = [self._terms(title) for title in titles]
        self._size = len(documents)
        self._vocabulary = {term for document in documents for term in document}
        if self._vocabulary:
            self._index = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
            self._index.index(documents, show_progress=False)

    def scores(self, query: str):  # type: ignore[no-untyped-def]
        """BM25 scores, shape (titles,)."""
        import numpy as np

        terms = [term for term in self._terms(query) if term in self._vocabulary]
        if not terms:
            return np.zeros(self._size)
        return self._index.get_scores(terms)

    def _terms(self, text: str) -> list[str]:
        return list(self._stem(words(text)))
