"""What a replay of Upworthy's tests may believe beforehand: appeal and priors from other stories.

Stories are dealt into five folds. Appeal, as in `scorers.appeal.training`, learns without the folds
that it is asked about, and only from weeks with sound randomisation. The pieces, factors and
embeddings of all wordings are counted once; which pieces are kept, their rarity and all means are
those of the stories learnt from.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from datasets import data_folder
from titlewright.generators.compact import embedding
from titlewright.learning.prior import Counts, Prior, fit
from titlewright.scorers.appeal.features import factor_row, pieces
from titlewright.scorers.appeal.training import DECIDED, folds
from titlewright.scorers.appeal.trials import Arm, Pair, pairs, stories
from upworthy import read_arms

_START = Prior(rate=-4.0, spread=1.0, concentration=10.0, effects=(0.0,))
_FEWEST_TEXTS = 3  # as in training: in which a piece must stand


@dataclass(frozen=True, slots=True)
class Told:
    """A test's titles with [impressions, clicks] each, and whether its weeks were sound."""

    counts: dict[str, list[int]]
    sound: bool


def read() -> dict[str, Told]:
    """Tests with two titles or more and a click."""
    data = data_folder()
    sound = {arm.test for arm in read_arms(data)}
    counts: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for arm in read_arms(data, all_weeks=True):
        told = counts[arm.test][" ".join(arm.text.split())]
        told[0] += arm.impressions
        told[1] += arm.clicks
    return {
        name: Told(dict(some), name in sound)
        for name, some in counts.items()
        if len(some) > 1 and any(clicks for _, clicks in some.values())
    }


class Beliefs:
    """By fold: the tests held out, strengths of their wordings, and the prior for them.

    fold    of each test
    """

    def __init__(self, told: Mapping[str, Told]) -> None:
        self.told = told
        names = list(told)
        shown = [Arm(name, text, max(count, 100), clicks) for name in names
                 for text, (count, clicks) in told[name].counts.items()]  # fmt: skip
        found = list(pairs(shown))  # max: tests hardly shown have a story as well
        number = dict(zip((pair.test for pair in found), stories(found), strict=True))
        story = np.array([number[name] for name in names])
        self.stories = len(set(story.tolist()))
        self.fold = {
            names[at]: fold for fold, (_, held) in enumerate(folds(story, seed=1)) for at in held
        }
        self._models: dict[frozenset[int], dict[str, float]] = {}

    def held(self, fold: int) -> list[str]:
        return [name for name, of in self.fold.items() if of == fold]

    def learnt(self, *without: int) -> list[str]:
        return [name for name, of in self.fold.items()
                if of not in without and self.told[name].sound]  # fmt: skip

    def strengths(self, *without: int) -> dict[str, float]:
        """Of all wordings, by appeal that hasn't learnt from these folds; not calibrated."""
        key = frozenset(without)
        if key not in self._models:
            self._models[key] = self._wordings.strengths(self._pairs(self.learnt(*without)))
        return self._models[key]

    def crossed(self, *without: int) -> dict[str, float]:
        """Of wordings outside of these folds, each by appeal that hasn't learnt from its story."""
        return {
            text: self.strengths(*without, self.fold[name])[text]
            for name in self.learnt(*without)
            for text in self.told[name].counts
        }

    def slope(self, *without: int) -> float:
        """By what strengths are multiplied so that margins are log odds, as the model's that ships
        are: by decided pairs outside of these folds (Platt 1999)."""
        from sklearn.linear_model import LogisticRegression

        strength = self.crossed(*without)
        decided = [pair for pair in self._pairs(self.learnt(*without)) if abs(pair.z) > DECIDED]
        margins = np.array([strength[pair.first] - strength[pair.second] for pair in decided])
        won = np.array([pair.z > 0 for pair in decided])
        model = LogisticRegression(C=1e6, fit_intercept=False).fit(margins[:, None], won)
        return float(model.coef_[0, 0])

    def prior(self, *without: int) -> tuple[Prior, float]:
        """Learnt from all stories outside of these folds, and the slope that it was learnt with."""
        slope, crossed = self.slope(*without), self.crossed(*without)
        scaled = {text: slope * strength for text, strength in crossed.items()}
        return fit(tables(self.told, self.learnt(*without), scaled), _START), slope

    @cached_property
    def _wordings(self) -> _Wordings:
        return _Wordings(sorted({text for one in self.told.values() for text in one.counts}))

    def _pairs(self, names: Iterable[str]) -> list[Pair]:
        return list(pairs(Arm(name, text, *counts) for name in names
                          for text, counts in self.told[name].counts.items()))  # fmt: skip


class _Wordings:
    """Features of all wordings before they are weighted: those of appeal, counted once."""

    def __init__(self, texts: Sequence[str]) -> None:
        from scipy.sparse import csr_matrix

        self._place = {text: at for at, text in enumerate(texts)}
        columns: dict[str, int] = {}
        entries = [
            (row, columns.setdefault(piece, len(columns)), 1 + np.log(count))
            for row, text in enumerate(texts)
            for piece, count in Counter(pieces(text)).items()
        ]
        rows, places, weights = (np.array(some) for some in zip(*entries, strict=True))
        self._pieces = csr_matrix((weights.astype(np.float32), (rows, places)))
        self._factors = np.stack([factor_row(text) for text in texts])
        self._meaning = embedding.embed(texts)

    def strengths(self, some: Sequence[Pair]) -> dict[str, float]:
        """Of all wordings, by a Bradley-Terry model of these pairs."""
        from scipy.sparse import csr_matrix, diags, hstack
        from sklearn.linear_model import LogisticRegression

        place = self._place
        learnt = sorted({place[text] for pair in some for text in (pair.first, pair.second)})
        standing = np.diff(self._pieces[learnt].tocsc().indptr)
        kept = standing >= _FEWEST_TEXTS
        rarity = np.log((1 + len(learnt)) / (1 + standing[kept])) + 1
        weighted = self._pieces[:, np.flatnonzero(kept)] @ diags(rarity)
        length = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
        meaning = self._meaning - self._meaning[learnt].mean(0)
        meaning /= np.maximum(np.linalg.norm(meaning, axis=1, keepdims=True), 1e-9)
        factors = self._factors - self._factors[learnt].mean(0)
        factors /= 10 * (self._factors[learnt].std(0) + 1e-6)
        rows = hstack([diags(1 / np.maximum(length, 1e-9)) @ weighted, csr_matrix(meaning),
                       csr_matrix(factors)]).tocsr()  # fmt: skip
        first, second = ([place[getattr(pair, which)] for pair in some]
                         for which in ("first", "second"))  # fmt: skip
        z = np.array([pair.z for pair in some])
        turn = np.where(np.arange(len(z)) % 2, -1.0, 1.0)
        model = LogisticRegression(C=0.3, fit_intercept=False, max_iter=500, tol=1e-3)
        model.fit(diags(turn) @ (rows[first] - rows[second]), (z > 0) == (turn > 0),
                  sample_weight=np.minimum(abs(z), 5) ** 2 / 3)  # fmt: skip
        return dict(zip(place, (rows @ model.coef_[0]).tolist(), strict=True))


def tables(
    told: Mapping[str, Told], names: Sequence[str], strength: Mapping[str, float]
) -> list[Counts]:
    """The counts of tests, those with equally many titles together."""
    alike: dict[int, list[dict[str, list[int]]]] = defaultdict(list)
    for name in names:
        alike[len(told[name].counts)].append(told[name].counts)
    found = []
    for some in alike.values():
        counts = np.array([list(one.values()) for one in some], float)
        known: Any = np.array([[strength[text] for text in one] for one in some])
        known -= known.mean(axis=1, keepdims=True)
        found.append(Counts(counts[:, :, 0], counts[:, :, 1], known[:, :, None]))
    return found
