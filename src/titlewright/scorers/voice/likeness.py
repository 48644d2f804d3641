"""How like the words of a title are to those of the examples, by pieces and by whole words.

Pieces are runs of two to four characters; a title is a vector of 1 + ln(count) scaled to length 1,
and its likeness the cosine with the mean of the examples' vectors. Whole words: the share of the
title's that some example has. Brands are left out of both, where they are known.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from titlewright.scorers.voice.examples import LikedTitle
from titlewright.text.words import atoms, fold

_LENGTHS = (2, 3, 4)  # characters of a piece
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Likeness:
    """What the examples' words were.

    pieces   piece to the sum of its weights over the examples
    squared  the squared length of that sum
    words    folded word to the number of examples that have it
    """

    pieces: dict[str, float]
    squared: float
    words: Counter[str]

    @classmethod
    def of(cls, titles: Sequence[LikedTitle]) -> Self:
        pieces: dict[str, float] = {}
        for title in titles:
            for piece, weight in _vector(title).items():
                pieces[piece] = pieces.get(piece, 0.0) + weight
        return cls(
            pieces,
            sum(weight**2 for weight in pieces.values()),
            Counter(word for title in titles for word in _words(title)),
        )

    def to(self, title: LikedTitle, *, among: bool = False) -> Array:
        """Cosine and share of known words, [2]; `among` for one of the examples, which then
        isn't compared with itself."""
        own, words = _vector(title), _words(title)
        dot = sum(weight * self.pieces.get(piece, 0.0) for piece, weight in own.items())
        squared = self.squared
        if among and own:
            dot, squared = dot - 1, squared - 2 * dot + 1
        cosine = dot / math.sqrt(squared) if own and squared > 1e-9 else 0.0
        known = sum(self.words[word] > among for word in words)
        return np.array([cosine, known / len(words) if words else 0.0])


def _vector(title: LikedTitle) -> dict[str, float]:
    text = f" {_without_brand(title)} "
    counts = Counter(
        text[start : start + length]
        for length in _LENGTHS
        for start in range(len(text) - length + 1)
    )
    weights = {piece: 1 + math.log(count) for piece, count in counts.items()}
    size = math.sqrt(sum(weight**2 for weight in weights.values()))
    return {piece: weight / size for piece, weight in weights.items()}


def _words(title: LikedTitle) -> set[str]:
    return {atom.norm for atom in atoms(_without_brand(title))}


def _without_brand(title: LikedTitle) -> str:
    text, brand = fold(title.text), fold(title.brand)
    return " ".join((text.replace(brand, " ") if brand else text).split())
