"""Learning relevance from people's judgments of queries and titles.

Projections of the reader's meaning are learnt so that the cosine tells the judgment (squared
error) and a query is nearest to the titles judged relevant to it among those of its batch
(contrastive: InfoNCE, van den Oord et al. 2018). Trees (LightGBM, Ke et al. 2017) then learn the
judgment from that cosine and the words' figures. The trees see cosines of projections that hadn't
learnt from the same queries: folds are by query. Needs torch, LightGBM and onnx.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from titlewright.errors import SettingsError
from titlewright.generators.compact import embedding
from titlewright.neural.extras import train_extra
from titlewright.scorers.relevance.features import Rarity
from titlewright.scorers.relevance.model import Array, Projections, RelevanceModel, figures
from titlewright.scorers.relevance.trees import to_onnx

_FOLDS = 4
_WIDTH = 64  # D
_EPOCHS, _BATCH, _RATE, _DECAY = 4, 512, 2e-3, 1e-2
_TEMPERATURE, _CONTRAST, _RELEVANT = 0.05, 0.05, 0.6
_FEWEST_TITLES = 2  # in which a term must stand to be remembered
_FEWEST_QUERIES = 100
_TREES = {
    "objective": "regression", "num_trees": 500, "learning_rate": 0.03, "num_leaves": 31,
    "min_data_in_leaf": 60, "bagging_fraction": 0.8, "bagging_freq": 1, "feature_fraction": 0.7,
    "verbosity": -1, "deterministic": True, "force_col_wise": True,
    "seed": 0, "num_threads": 1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judged:
    """A title judged for a query: relevance in [0, 1], and what the judgment weighs."""

    query: str
    title: str
    relevance: float
    weight: float = 1.0

    def __post_init__(self) -> None:
        if not (0 <= self.relevance <= 1 and self.weight > 0):
            raise SettingsError(
                f"{self.query!r}, {self.title!r}: relevance must be from 0 to 1 and weight above "
                f"0, not {self.relevance} and {self.weight}. Grades from 1 to 4, say, are "
                "(grade - 1) / 3."
            )


def learn(judged: Sequence[Judged], known: dict[str, Array] | None = None) -> RelevanceModel:
    """`known`: embeddings [E] of all queries and titles, where they are there already.

    Raises SettingsError for fewer than a hundred queries, MissingExtraError without the extra
    `train`.
    """
    with train_extra():
        return _learn(judged, known)


def _learn(judged: Sequence[Judged], known: dict[str, Array] | None) -> RelevanceModel:
    queries_judged = len({one.query for one in judged})
    if queries_judged < _FEWEST_QUERIES:
        raise SettingsError(
            f"Relevance is learnt from judgments of at least {_FEWEST_QUERIES} queries. There are "
            f"{queries_judged}."
        )
    import lightgbm

    folds = np.array([fold_of(one.query, _FOLDS) for one in judged])
    known = embeddings(judged) if known is None else known
    of_query = np.stack([known[one.query] for one in judged])
    of_title = np.stack([known[one.title] for one in judged])
    middle, spread = of_title.mean(0), of_title.std(0) + np.float32(1e-6)
    queries, titles = (
        np.asarray((each - middle) / spread, np.float32) for each in (of_query, of_title)
    )
    wanted = np.array([one.relevance for one in judged], np.float32)
    names = _numbered([one.query for one in judged])
    made, cosines = [], np.zeros(len(judged), np.float32)
    for fold in range(_FOLDS):
        rest, held = folds != fold, folds == fold
        pair = _project(queries[rest], titles[rest], wanted[rest], names[rest], seed=fold)
        one = Projections(middle, spread, pair[0][None], pair[1][None])
        cosines[held] = one.cosines(of_query[held], of_title[held])
        made.append(pair)
    projections = Projections(
        middle, spread, np.stack([one for one, _ in made]), np.stack([other for _, other in made])
    )
    rarity = Rarity.of(sorted({one.title for one in judged}), fewest=_FEWEST_TITLES)
    rows = figures([one.query for one in judged], [one.title for one in judged], rarity)
    rows = np.column_stack([rows, cosines])
    weights = [one.weight for one in judged]
    data = lightgbm.Dataset(rows, wanted, weight=weights, free_raw_data=False)
    booster = lightgbm.train(_TREES, data)
    return RelevanceModel(rarity, projections, to_onnx(booster.dump_model(), rows.shape[1]))


def embeddings(judged: Sequence[Judged]) -> dict[str, Array]:
    texts = sorted({text for one in judged for text in (one.query, one.title)})
    return dict(zip(texts, embedding.embed(texts), strict=True))


def fold_of(query: str, folds: int) -> int:
    """Of a query, however it is written; the same on every machine."""
    plain = " ".join(query.lower().split())
    return int(hashlib.sha256(plain.encode()).hexdigest()[:12], 16) % folds


def _numbered(names: Sequence[str]) -> NDArray[np.int64]:
    return np.unique(names, return_inverse=True)[1]


def _project(
    queries: Array, titles: Array, wanted: Array, names: NDArray[np.int64], seed: int
) -> tuple[Array, Array]:
    """One projection of queries and one of titles, [E, D] each."""
    import torch
    from torch.nn import functional

    random = torch.Generator().manual_seed(seed)
    size = queries.shape[1]
    first = torch.randn(size, _WIDTH, generator=random) * size**-0.5
    of_query, of_title = (torch.nn.Parameter(first.clone()) for _ in range(2))
    slope, level = torch.nn.Parameter(torch.tensor(4.0)), torch.nn.Parameter(torch.tensor(0.0))
    optimizer = torch.optim.AdamW(
        [{"params": [of_query, of_title], "weight_decay": _DECAY},
         {"params": [slope, level], "weight_decay": 0.0}], lr=_RATE,
    )  # fmt: skip
    steps = max(_EPOCHS * (len(wanted) // _BATCH), 1)
    falling = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, steps)
    given: Any = [torch.from_numpy(each) for each in (queries, titles, wanted, names)]
    for step in range(steps):
        if step % max(len(wanted) // _BATCH, 1) == 0:
            order = torch.randperm(len(wanted), generator=random)
        start = step % max(len(wanted) // _BATCH, 1) * _BATCH
        query, title, target, name = (each[order[start : start + _BATCH]] for each in given)
        one = functional.normalize(_dropped(query, random) @ of_query, dim=-1)
        other = functional.normalize(_dropped(title, random) @ of_title, dim=-1)
        cosines = one @ other.T
        judgment = torch.sigmoid(slope * cosines.diagonal() + level)
        loss = functional.mse_loss(judgment, target)
        # other titles of the same query are no wrong answers
        same = (name[:, None] == name[None]) & ~torch.eye(len(name), dtype=torch.bool)
        scores = (cosines / _TEMPERATURE).masked_fill(same, -1e4)
        right = (target > _RELEVANT).float()
        contrast = functional.cross_entropy(scores, torch.arange(len(name)), reduction="none")
        loss = loss + _CONTRAST * (contrast * right).sum() / right.sum().clamp(min=1)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        falling.step()
    return of_query.detach().numpy(), of_title.detach().numpy()


def _dropped(rows: Any, random: Any) -> Any:
    """A tenth of the values left out, the others larger for it."""
    import torch

    return rows * (torch.rand(rows.shape, generator=random) > 0.1) / 0.9
