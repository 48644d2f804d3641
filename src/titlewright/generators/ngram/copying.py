"""How often a word of the product comes to stand in its title: rates, counted on examples.

A rate is learnt from the general to the particular, each estimate leaning on the one before it by
a weight of so many imagined observations (a Beta prior in its mean; Gelman et al., Bayesian Data
Analysis, section 2.4):

    all words  →  words of one field  →  words of that very set of fields  →  this word

So "solid" in the description may be copied often and "with" never, while a word that was not seen
before is judged by where it stands. For a word that the product doesn't hold there is a rate, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from titlewright.generators.ngram.product_words import ProductWords

Array = NDArray[Any]
_PRIOR = 4.0  # imagined observations
_LEAST = 2  # a word that was seen less often is judged by its fields
_Tally = dict[str, list[int]]  # name to [times seen, times copied]


class CopyRates:
    """Counts of words seen in products and copied to their titles. All probabilities in (0, 1)."""

    def __init__(self) -> None:
        self.examples = 0
        self._fields: _Tally = {}
        self._sets: _Tally = {}
        self._words: _Tally = {}
        self._unstated: dict[str, int] = {}  # titles with a word that the product doesn't hold

    def learn(self, words: ProductWords, title: set[str]) -> None:
        """Count one example; the title is a set of folded units."""
        self.examples += 1
        for word, number in words.index.items():
            copied = word in title
            _count(self._words, word, copied)
            _count(self._sets, _name(words.fields[number]), copied)
            for name in words.fields[number]:
                _count(self._fields, name, copied)
        for word in title.difference(words.index):
            self._unstated[word] = self._unstated.get(word, 0) + 1

    def forget_rare(self) -> None:
        """Drop words that were seen too seldom to say anything of their own."""
        self._words = {word: tally for word, tally in self._words.items() if tally[0] >= _LEAST}
        self._unstated = {word: n for word, n in self._unstated.items() if n >= _LEAST}

    def copied(self, words: ProductWords) -> Array:
        """[G] probabilities that each word of the product stands in its title."""
        by_set: dict[str, float] = {}
        found = []
        for word, number in words.index.items():
            fields = words.fields[number]
            name = _name(fields)
            if name not in by_set:
                by_set[name] = self._of_fields(fields)
            found.append(_leaning(self._words.get(word), by_set[name]))
        return np.array(found)

    def unstated(self, words: Sequence[str]) -> Array:
        """[V] probabilities that each word stands in the title of a product without it."""
        usual = (sum(self._unstated.values()) + 1) / (self.examples + 2) / (len(self._unstated) + 1)
        found = []
        for word in words:
            absent = self.examples - self._words.get(word, (0, 0))[0]
            found.append(_leaning((absent, self._unstated.get(word, 0)), min(usual, 0.5)))
        return np.array(found)

    def _of_fields(self, fields: Iterable[str]) -> float:
        everywhere = _leaning(_total(self._fields), 0.5)
        best = max(_leaning(self._fields.get(name), everywhere) for name in fields)
        return _leaning(self._sets.get(_name(fields)), best)

    def to_json(self) -> dict[str, Any]:
        return {
            "examples": self.examples,
            "fields": self._fields,
            "sets": self._sets,
            "words": self._words,
            "unstated": self._unstated,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        rates = cls()
        rates.examples = int(data["examples"])
        rates._fields, rates._sets = dict(data["fields"]), dict(data["sets"])
        rates._words, rates._unstated = dict(data["words"]), dict(data["unstated"])
        return rates


def _name(fields: Iterable[str]) -> str:
    return "+".join(sorted(fields))


def _count(tally: _Tally, name: str, copied: bool) -> None:
    counts = tally.setdefault(name, [0, 0])
    counts[0] += 1
    counts[1] += copied


def _total(tally: _Tally) -> tuple[int, int]:
    return sum(seen for seen, _ in tally.values()), sum(copied for _, copied in tally.values())


def _leaning(counts: Sequence[int] | None, before: float) -> float:
    """The rate of copied among seen, drawn towards an estimate made before."""
    seen, copied = counts or (0, 0)
    return (copied + _PRIOR * before) / (seen + _PRIOR)
