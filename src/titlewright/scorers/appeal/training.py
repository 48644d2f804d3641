"""Learning appeal from pairs of randomised tests: a Bradley-Terry model over features.

Bradley and Terry 1952, with each wording's strength a linear function of its features: logistic
regression on differences of features, a pair weighing as its z squared, so that tests that were
decided count and the many that weren't add little noise. The probabilities are calibrated on
predictions for stories that were left out (Platt 1999, with a slope alone: swapping the two
wordings must turn p into 1 - p). Needs scikit-learn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from titlewright.errors import SettingsError
from titlewright.generators.compact import embedding
from titlewright.neural.extras import train_extra
from titlewright.scorers.appeal.features import factor_row, pieces
from titlewright.scorers.appeal.model import AppealModel, Array, Features
from titlewright.scorers.appeal.trials import Pair, stories

DECIDED = 3.0  # |z| from which on a test is taken for decided
_FEWEST_TEXTS = 3  # in which a piece must stand
_MOST_Z = 5.0
_INVERSE_PENALTY = 0.3  # C of the logistic regression
_FOLDS = 5
_FEWEST_STORIES, _FEWEST_DECIDED = 50, 20


def learn(pairs: Sequence[Pair], embedded: dict[str, Array] | None = None) -> AppealModel:
    """A calibrated model. `embedded`: of each text, where it is known already ([E] each).

    Raises SettingsError for fewer than fifty stories or twenty decided pairs, MissingExtraError
    without the extra `train`.
    """
    with train_extra():
        return _learn(pairs, embedded)


def _learn(pairs: Sequence[Pair], embedded: dict[str, Array] | None) -> AppealModel:
    story = np.array(stories(pairs))
    decided = np.array([abs(pair.z) > DECIDED for pair in pairs], bool)
    told = len(set(story.tolist()))
    if told < _FEWEST_STORIES or decided.sum() < _FEWEST_DECIDED:
        raise SettingsError(
            f"Appeal is learnt from tests of at least {_FEWEST_STORIES} different stories, with "
            f"{_FEWEST_DECIDED} pairs of wordings or more decided (|z| > {DECIDED:g}). There are "
            f"{told} stories and {decided.sum()} decided pairs."
        )
    known = embeddings(pairs) if embedded is None else embedded
    left_out = np.zeros(len(pairs))
    for train, held in folds(story, seed=0):
        left_out[held] = margins(
            _fit([pairs[at] for at in train], known), [pairs[at] for at in held], known
        )
    slope = _slope(left_out[decided], np.array([pair.z > 0 for pair in pairs])[decided])
    model = _fit(pairs, known)
    model = replace(
        model, of_pieces=model.of_pieces * slope, of_meaning=model.of_meaning * slope,
        of_factors=model.of_factors * slope,
    )  # fmt: skip
    texts = _texts(pairs)
    strengths = model.strengths(texts, np.stack([known[text] for text in texts]))
    return replace(model, typical=float(strengths.mean()))


def embeddings(pairs: Sequence[Pair]) -> dict[str, Array]:
    texts = _texts(pairs)
    return dict(zip(texts, embedding.embed(texts), strict=True))


def folds(story: NDArray[Any], seed: int) -> Any:
    """(train, held out) indices, whole stories in each."""
    from sklearn.model_selection import GroupKFold

    return GroupKFold(_FOLDS, shuffle=True, random_state=seed).split(story, groups=story)


def margins(model: AppealModel, pairs: Sequence[Pair], known: dict[str, Array]) -> NDArray[Any]:
    """By how much the first wording of each pair is the stronger one."""
    texts = _texts(pairs)
    found = model.strengths(texts, np.stack([known[text] for text in texts]))
    strength = dict(zip(texts, found, strict=True))
    return np.array([strength[pair.first] - strength[pair.second] for pair in pairs])


def _fit(pairs: Sequence[Pair], known: dict[str, Array]) -> AppealModel:
    """Weights by penalised likelihood, not yet calibrated."""
    from scipy.sparse import csr_matrix, hstack

    texts = _texts(pairs)
    features = _features(texts, known)
    rows = hstack(
        [
            _sparse(features, texts),
            csr_matrix(features.meaning(np.stack([known[text] for text in texts]))),
            csr_matrix(np.stack([features.figures(text) for text in texts])),
        ]
    ).tocsr()
    place = {text: row for row, text in enumerate(texts)}
    first = rows[[place[pair.first] for pair in pairs]]
    second = rows[[place[pair.second] for pair in pairs]]
    z = np.array([pair.z for pair in pairs])
    weights = _regression(
        first - second, z > 0, np.minimum(abs(z), _MOST_Z) ** 2 / 3, _INVERSE_PENALTY
    )
    of_pieces, of_meaning, of_factors = np.split(
        weights, np.cumsum([len(features.pieces), len(features.middle)])
    )
    return AppealModel(features, of_pieces, of_meaning, of_factors)


def _features(texts: Sequence[str], known: dict[str, Array]) -> Features:
    standing = Counter(piece for text in texts for piece in set(pieces(text)))
    kept = sorted(piece for piece, count in standing.items() if count >= _FEWEST_TEXTS)
    counts = np.array([standing[piece] for piece in kept])
    figures = np.stack([factor_row(text) for text in texts])
    return Features(
        pieces={piece: place for place, piece in enumerate(kept)},
        rarity=np.asarray(np.log((1 + len(texts)) / (1 + counts)) + 1, np.float32),
        middle=np.stack([known[text] for text in texts]).mean(0),
        mean=figures.mean(0),
        spread=10 * (figures.std(0) + np.float32(1e-6)),
    )


def _sparse(features: Features, texts: Sequence[str]) -> Any:
    from scipy.sparse import csr_matrix

    found = [features.frequencies(text) for text in texts]
    ends = np.cumsum([0, *(len(places) for places, _ in found)])
    columns = np.concatenate([np.array(places, np.int64) for places, _ in found])
    values = np.concatenate([weights for _, weights in found])
    return csr_matrix((values, columns, ends), (len(texts), len(features.pieces)))


def _slope(margin: NDArray[Any], won: NDArray[Any]) -> float:
    """By what margins are multiplied to be log odds; by the likelihood of what was left out."""
    return float(_regression(margin[:, None], won, np.ones(len(won)), 1e6)[0])


def _regression(rows: Any, won: NDArray[Any], weight: NDArray[Any], penalty: float) -> Array:
    """Weights w of P(first wins) = 1 / (1 + exp(-w . row)); `penalty` is the inverse of ridge's.

    Every second pair is turned round. That changes nothing, but both outcomes then occur, even
    where the pairs are told with the winner first.
    """
    from scipy.sparse import csr_matrix, diags
    from sklearn.linear_model import LogisticRegression

    turn = np.where(np.arange(len(won)) % 2, -1.0, 1.0)
    regression = LogisticRegression(C=penalty, fit_intercept=False, max_iter=500)
    regression.fit(diags(turn) @ csr_matrix(rows), won == (turn > 0), sample_weight=weight)
    return np.asarray(regression.coef_[0], np.float32)


def _texts(pairs: Sequence[Pair]) -> list[str]:
    return sorted({text for pair in pairs for text in (pair.first, pair.second)})
