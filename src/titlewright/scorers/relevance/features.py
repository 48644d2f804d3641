"""A query and a title as figures: which of its words the title holds, where, and how rare."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from titlewright.text.tokens import words

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PARTS = re.compile(r"\d+|\D+")
_K1, _B = 1.2, 0.75  # of BM25, Robertson and Zaragoza 2009
_ALIKE = 0.8  # Jaro-Winkler similarity from which on a word counts as another's misspelling
_LONGER = 4  # letters by which such words differ in length at most
_NONE = -1.0  # a share of nothing


@dataclass(frozen=True, slots=True)
class Rarity:
    """In how many of how many titles a term stands, and their mean length in terms."""

    counts: Mapping[str, int]
    titles: int
    length: float

    @classmethod
    def of(cls, titles: Iterable[str], fewest: int = 1) -> Rarity:
        """Terms of fewer than `fewest` titles are forgotten: they are as rare as unknown ones."""
        rows = [terms(title) for title in titles]
        counts = Counter(term for row in rows for term in set(row))
        kept = {term: count for term, count in counts.items() if count >= fewest}
        return cls(kept, len(rows), sum(map(len, rows)) / max(len(rows), 1))

    def of_term(self, term: str) -> float:
        """Inverse document frequency, ln((N + 1) / (n + 0.5))."""
        return math.log((self.titles + 1) / (self.counts.get(term, 0) + 0.5))


@lru_cache(maxsize=65536)
def terms(text: str) -> tuple[str, ...]:
    """Stemmed words, numbers apart from their units: "12ft Ladders" is 12, ft, ladder."""
    parts = [part for word in words(_CAMEL.sub(" ", text)) for part in _PARTS.findall(word)]
    return tuple(_stem(parts))


def compare(query: str, title: str, rarity: Rarity) -> dict[str, float]:
    """The figures by name; all 0 for a query without words."""
    asked, said = terms(query), terms(title)
    if not asked or not said:
        return dict.fromkeys(FEATURES, 0.0)
    place: dict[str, int] = {}
    for at, term in enumerate(said):
        place.setdefault(term, at)
    weights = [rarity.of_term(term) for term in asked]
    whole = sum(weights)
    held = [float(term in place) for term in asked]
    near = [
        1.0 if there else _nearest(term, said, place)
        for term, there in zip(asked, held, strict=True)
    ]
    missing = [weight for weight, like in zip(weights, near, strict=True) if not like]
    numbers = [there for term, there in zip(asked, held, strict=True) if term[0].isdigit()]
    places = [place[term] / len(said) for term in asked if term in place]
    following = set(pairwise(said))
    steps = [float(step in following) for step in pairwise(asked)]
    runs, others = _runs(query), _runs(title)
    shared = len(runs & others)
    bm25 = _bm25(asked, weights, Counter(said), len(said) / max(rarity.length, 1e-9))
    ratios = _ratios(query.lower(), title.lower())
    return {
        "bm25": bm25,
        "bm25 a weight": bm25 / whole,
        "held by weight": _dot(held, weights) / whole,
        "held": sum(held) / len(asked),
        "near by weight": _dot(near, weights) / whole,
        "near": sum(like > 0 for like in near) / len(asked),
        "runs held": shared / max(len(runs), 1),
        "runs alike": shared / math.sqrt(max(len(runs) * len(others), 1)),
        "last near": near[-1],
        "first near": near[0],
        "last held": held[-1],
        "numbers held": sum(numbers) / len(numbers) if numbers else _NONE,
        "steps held": sum(steps) / len(steps) if steps else _NONE,
        "phrase held": float(" ".join(asked) in " ".join(said)),
        "first place": min(places, default=1.0),
        "last place": max(places, default=1.0),
        "place of the last": place[asked[-1]] / len(said) if held[-1] else 1.0,
        "terms asked": len(asked),
        "terms said": len(said),
        "weightiest missing": max(missing, default=0.0),
        "missing": len(missing),
        "weight of the last": weights[-1] / whole,
        "token set ratio": ratios[0],
        "partial ratio": ratios[1],
    }


FEATURES = (
    "bm25", "bm25 a weight", "held by weight", "held", "near by weight", "near", "runs held",
    "runs alike", "last near", "first near", "last held", "numbers held", "steps held",
    "phrase held", "first place", "last place", "place of the last", "terms asked", "terms said",
    "weightiest missing", "missing", "weight of the last", "token set ratio", "partial ratio",
)  # fmt: skip


def _bm25(
    asked: tuple[str, ...], weights: list[float], counts: Counter[str], relative: float
) -> float:
    damping = _K1 * (1 - _B + _B * relative)
    return sum(
        weight * counts[term] * (_K1 + 1) / (counts[term] + damping)
        for term, weight in zip(asked, weights, strict=True)
        if counts[term]
    )


def _nearest(term: str, said: tuple[str, ...], place: Mapping[str, int]) -> float:
    """How like the likest word of the title is, 0 below _ALIKE: misspelt, or run together."""
    from rapidfuzz.distance import JaroWinkler

    if len(term) < 3 or term.isdigit():
        return 0.0
    if len(term) > 4 and term in "".join(said):
        return 0.9
    likeness = [
        JaroWinkler.similarity(term, other)
        for other in place
        if len(other) > 2 and abs(len(term) - len(other)) <= _LONGER
    ]
    best = max(likeness, default=0.0)
    return best if best > _ALIKE else 0.0


@lru_cache(maxsize=65536)
def _runs(text: str) -> frozenset[str]:
    """Runs of three characters, the ends of the text marked."""
    padded = f" {text.lower()} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))


def _ratios(query: str, title: str) -> tuple[float, float]:
    from rapidfuzz import fuzz

    return fuzz.token_set_ratio(query, title) / 100, fuzz.partial_ratio(query, title) / 100


def _dot(values: list[float], weights: list[float]) -> float:
    return sum(value * weight for value, weight in zip(values, weights, strict=True))


def _stem(parts: list[str]) -> list[str]:
    return list(_stemmer().stemWords(parts))


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")
