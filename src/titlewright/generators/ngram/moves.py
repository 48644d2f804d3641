"""Where a title goes from its last word: on in the product's text, or to another of its fields.

Two rates, counted on examples and known for words that were never seen before:

on     how often the word that directly follows in a field of the product follows in the title, too:
       nearly always inside of a brand, seldom in a description
turn   how often the next word is one of that field, after one of this field: brand, then gender,
       then colour. Words that the product doesn't hold, the title's begin and end count as fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from titlewright.generators.ngram.product_words import START, ProductWords

Array = NDArray[Any]
BEGIN, END, UNSTATED = "[begin]", "[end]", "[unstated]"
_PRIOR = 4.0  # imagined observations


class Moves:
    """Counts of moves from each title word to the next."""

    def __init__(self) -> None:
        self._on: dict[str, list[int]] = {}  # field to [times a word follows, times it was taken]
        self._turns: dict[str, dict[str, int]] = {}  # field to next field to times

    def learn(self, words: ProductWords, title: Sequence[str]) -> None:
        """Count the moves of one title, which is a row of folded units."""
        last: int | None = START
        kind = BEGIN
        for number in (words.index.get(unit) for unit in title):
            if last is not None:
                self._learn_on(words, last, number)
            turned = UNSTATED if number is None else words.kinds[number]
            self._learn_turn(kind, turned)
            last, kind = number, turned
        self._learn_turn(kind, END)

    def _learn_on(self, words: ProductWords, last: int, taken: int | None) -> None:
        for number, fields in words.after.get(last, {}).items():
            for name in fields:
                counts = self._on.setdefault(_place(last, name), [0, 0])
                counts[0] += 1
                counts[1] += number == taken

    def _learn_turn(self, kind: str, turned: str) -> None:
        row = self._turns.setdefault(kind, {})
        row[turned] = row.get(turned, 0) + 1

    def on(self, last: int, fields: Iterable[str]) -> float:
        """The probability that a word which follows `last` in these fields is written next."""
        return max(self._rate(_place(last, name)) for name in fields)

    def _rate(self, place: str) -> float:
        seen, taken = self._on.get(place, (0, 0))
        return (taken + _PRIOR * 0.1) / (seen + _PRIOR)

    def kinds(self) -> list[str]:
        """The K fields that moves go between; those never seen are like UNSTATED."""
        seen = {turned for row in self._turns.values() for turned in row}
        return [BEGIN, END, UNSTATED, *sorted(seen - {BEGIN, END, UNSTATED})]

    def turns(self) -> Array:
        """[K, K] ln of the probability of the next word's field, after a word of each field."""
        kinds = self.kinds()
        counts = np.array([[self._turns.get(a, {}).get(b, 0) for b in kinds] for a in kinds], float)
        usual = (counts.sum(0) + 1) / (counts.sum() + len(kinds))
        rates: Array = (counts + _PRIOR * usual) / (counts.sum(1, keepdims=True) + _PRIOR)
        return np.log(rates)

    def to_json(self) -> dict[str, Any]:
        return {"on": self._on, "turns": self._turns}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        moves = cls()
        moves._on, moves._turns = dict(data["on"]), dict(data["turns"])
        return moves


def _place(last: int, name: str) -> str:
    return f"{BEGIN} {name}" if last == START else name
