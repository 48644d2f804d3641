"""Brand voice as a Score, calibrated on the examples themselves.

Three parts: how far the figures of a title's style lie from the examples', in their own spread;
the cosine of its pieces of words; the share of its words that examples have. Each example is judged
by the others (leaving one out), which tells how close they are to each other: every part is put
into units of that spread, and the score is the share of examples that are less close by the sum,
smoothed so that a title outside their range still has its rank. So 0.5 is as close as the examples
are to each other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from titlewright.errors import SettingsError
from titlewright.generators.facts import own_brand
from titlewright.records import Candidate, Product, Score
from titlewright.scorers.voice.examples import LikedTitle, read_examples, with_common_brand
from titlewright.scorers.voice.figures import FIGURES, NAMES, figures
from titlewright.scorers.voice.likeness import Likeness

FEWEST = 10
_MOST = 500  # examples that are compared; of more, evenly chosen ones
_FARTHEST = 3.0  # spreads that a figure counts at most
_STRIKING = 1.5  # spreads from which on a difference is named
_REASONS = 3
_LEAST_SPREAD = np.array([0.1, 0.05, 0.1])  # of the parts: examples may all be of one pattern
Array = NDArray[np.float64]


class VoiceScorer:
    """Scores by closeness to titles that the user likes."""

    name = "voice"

    def __init__(self, titles: Sequence[LikedTitle]) -> None:
        """Raises SettingsError for fewer than ten different titles."""
        titles = list(dict.fromkeys(title for title in titles if title.text.strip()))
        if len(titles) < FEWEST:
            raise SettingsError(
                f"A voice is learnt from at least {FEWEST} different titles. There are "
                f"{len(titles)}."
            )
        step = max(1.0, len(titles) / _MOST)
        kept = [titles[int(step * place)] for place in range(min(len(titles), _MOST))]
        self._figures = np.stack([figures(*title) for title in kept])  # [N, F]
        self._likeness = Likeness.of(kept)
        parts = np.stack([self._left_out(place, title) for place, title in enumerate(kept)])
        self._middle, self._spread = parts.mean(0), np.maximum(parts.std(0), _LEAST_SPREAD)
        self._closeness = ((parts - self._middle) / self._spread).sum(1)  # [N]
        self._width = max(float(self._closeness.std()), 1.0) * len(kept) ** -0.2
        self._places = {title.text: place for place, title in enumerate(kept)}

    def _left_out(self, place: int, title: LikedTitle) -> Array:
        """The three parts of an example beside all others, [3]."""
        others = np.delete(self._figures, place, 0)
        style = -_distance(self._figures[place], others)
        return np.array([style, *self._likeness.to(title, among=True)])

    @classmethod
    def of_titles(cls, titles: Sequence[str]) -> Self:
        """The scorer of these titles. Raises SettingsError for fewer than ten different ones."""
        return cls(with_common_brand([LikedTitle(title) for title in titles]))

    @classmethod
    def of_file(cls, path: Path) -> Self:
        """The scorer of the titles in a text file, one a line, or of those in a feed.

        Raises FeedError when it can't be read, SettingsError for fewer than ten different titles.
        """
        titles = read_examples(path)
        try:
            return cls(titles)
        except SettingsError as error:
            raise SettingsError(f"{path}: {error} Put more into the file.") from error

    def score(
        self,
        product: Product,
        candidates: Sequence[Candidate],
        audience: str | None = None,  # noqa: ARG002 - a voice is the shop's
    ) -> list[Score]:
        brand = own_brand(product)
        return [self._score(LikedTitle(candidate.text, brand)) for candidate in candidates]

    def _score(self, title: LikedTitle) -> Score:
        if not title.text.strip():
            return Score(self.name, 0.0, ("no words",))
        row = figures(*title)
        if title.text in self._places:
            closeness = float(self._closeness[self._places[title.text]])
        else:
            parts = np.array([-_distance(row, self._figures), *self._likeness.to(title)])
            closeness = float(((parts - self._middle) / self._spread).sum())
        beyond = (closeness - self._closeness) / self._width
        ranks = beyond / (1 + np.abs(beyond))  # -1 less close .. 1 closer, without a hard edge
        return Score(self.name, float(0.5 + 0.5 * ranks.mean()), self._reasons(row))

    def _reasons(self, row: Array) -> tuple[str, ...]:
        """The figures that differ most, in words."""
        middle, spread = _summary(self._figures)
        far = np.nan_to_num((row - middle) / spread)
        order = [int(at) for at in np.argsort(-np.abs(far), kind="stable")[:_REASONS]]
        found = [
            _in_words(at, float(far[at]), float(row[at]), float(middle[at]))
            for at in order
            if abs(far[at]) > _STRIKING
        ]
        return tuple(found) or ("in the style of your examples",)


def _summary(rows: Array) -> tuple[Array, Array]:
    """Middle and spread of each figure over the titles that have it; NaN where none has."""
    known = np.isfinite(rows)
    count = known.sum(0)
    filled = np.where(known, rows, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = np.where(count > 0, filled.sum(0) / np.maximum(count, 1), np.nan)
    deviation = np.where(known, rows - middle, 0.0)
    spread = np.sqrt((deviation**2).sum(0) / np.maximum(count, 1))
    return middle, spread + np.array([figure.floor for figure in FIGURES])


def _distance(row: Array, rows: Array) -> float:
    """Mean over the figures that both have of how many spreads they are apart."""
    middle, spread = _summary(rows)
    far = np.minimum(np.abs(row - middle) / spread, _FARTHEST)
    known = np.isfinite(far)
    return float(far[known].mean()) if known.any() else _FARTHEST


def _in_words(at: int, far: float, value: float, usual: float) -> str:
    if NAMES[at] == "length":
        ratio = math.exp(value - usual)
        if ratio >= 1:
            return f"{ratio:.1f} times as long as your titles"
        return f"shorter than your titles: {100 * ratio:.0f} % of their length"
    return FIGURES[at].more if far > 0 else FIGURES[at].less
