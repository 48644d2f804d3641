"""Fitting the product-type classifier: weights with PyTorch, the confidence with Newton's method.

One run takes about a minute on one core. Half of the examples are shown without any wording of
their type, so that the classifier learns both to recognise the type where it is named and to
infer it where it isn't; brand, fields and words are left out at random for the same reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from product_type_examples import Labelled, without_names
from titlewright.product_types.classifier import SIGNS, Classifier
from titlewright.product_types.features import GROUPS, features
from titlewright.product_types.inventory import inventory
from titlewright.product_types.stated import CLUES, clues

TABLE = 1 << 16  # rows of vectors
LEARNED_BITS = 1 << 21
LEAST_SEEN = 3  # examples in which a feature stands, to be learned
LEAST_EXAMPLES = 10  # for a type to be learned; a rarer one counts as what it is a kind of
MOST_A_SET = 8000  # examples of one data set in one epoch
_EPOCHS = 8
_BATCH = 1024
_RATE = 5e-3
_WIDTH = 64
_HIDDEN = 16
_WITHOUT_NAME = 0.35  # share of the examples that are shown without their type's names
_DROPPED = (0.05, 0.2, 0.4)  # how often a group of features is left out: words, fields, maker
_DROPPED_WORDS = 0.2
_SMOOTHING = 0.05
TYPES = {name: place for place, name in enumerate(inventory().types)}


class View(NamedTuple):
    """Examples as read: all features in one array, where each group starts and ends, the clues."""

    flat: NDArray[np.int64]
    bounds: NDArray[np.int64]  # (examples, GROUPS, 2)
    clues: NDArray[np.float32]  # (clues, CLUES)
    clue_types: NDArray[np.int64]  # (clues,) places in `TYPES`
    clue_bounds: NDArray[np.int64]  # (examples, 2)


@dataclass(frozen=True)
class Examples:
    """Labelled products with their features, whole and without their type's names."""

    items: list[Labelled]
    whole: View
    unnamed: View
    sets: NDArray[np.str_]

    @classmethod
    def read(cls, items: list[Labelled]) -> Examples:
        hidden = [
            without_names(item.product, item.types) if item.types else item.product
            for item in items
        ]
        return cls(
            items,
            _view([item.product for item in items]),
            _view(hidden),
            np.array([item.set for item in items]),
        )


def _view(products: Sequence) -> View:  # type: ignore[type-arg]
    flat: list[int] = []
    bounds = np.zeros((len(products), GROUPS, 2), np.int64)
    for row, product in enumerate(products):
        for group, rows in enumerate(features(product)):
            bounds[row, group] = len(flat), len(flat) + len(rows)
            flat += rows
    vectors: list[list[float]] = []
    types: list[int] = []
    clue_bounds = np.zeros((len(products), 2), np.int64)
    for row, product in enumerate(products):
        said = clues(product)
        clue_bounds[row] = len(types), len(types) + len(said)
        types += (TYPES[name] for name in said)
        vectors += said.values()
    return View(
        np.array(flat, np.int64),
        bounds,
        np.array(vectors, np.float32).reshape(-1, CLUES),
        np.array(types, np.int64),
        clue_bounds,
    )


class _Net(torch.nn.Module):
    """The model of `Classifier.probabilities`, trainable."""

    def __init__(self, types: int) -> None:
        super().__init__()
        self.table = torch.nn.EmbeddingBag(TABLE, _WIDTH, mode="sum")
        torch.nn.init.normal_(self.table.weight, 0, 1 / 8)
        self.output = torch.nn.Linear(GROUPS * _WIDTH, types)
        self.clue_in = torch.nn.Linear(CLUES, _HIDDEN)
        self.clue_out = torch.nn.Linear(_HIDDEN, 1)

    def forward(self, bags, where, said):  # type: ignore[no-untyped-def]
        vectors = [
            self.table(rows, starts, per_sample_weights=weights) for rows, starts, weights in bags
        ]
        logits = self.output(torch.cat(vectors, 1))  # (batch, types)
        if len(said):
            bonus = self.clue_out(torch.relu(self.clue_in(said)))[:, 0]
            logits = logits.index_put(where, bonus, accumulate=True)
        return logits


def fit(examples: Examples, chosen: NDArray[np.bool_], *, seed: int = 0) -> Classifier:
    """Train on the chosen examples. The confidence is not fitted yet: see `fit_gate`."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    counts = Counter(examples.items[i].types[0] for i in np.flatnonzero(chosen))
    types = tuple(name for name in inventory().types if counts[name] >= LEAST_EXAMPLES)
    index = {name: place for place, name in enumerate(types)}
    labels = np.array([_label(item, index) for item in examples.items])
    rows = np.flatnonzero(chosen & (labels >= 0))
    places = np.array([index.get(name, -1) for name in TYPES])
    rarity, learned = _learned(examples.whole, rows)
    whole, unnamed = (_narrowed(view, learned) for view in (examples.whole, examples.unnamed))
    net = _Net(len(types))
    optimizer = torch.optim.Adam(net.parameters(), _RATE)
    loss_of = torch.nn.CrossEntropyLoss(label_smoothing=_SMOOTHING)
    by_set = [rows[examples.sets[rows] == name] for name in sorted(set(examples.sets[rows]))]
    steps = _EPOCHS * (sum(min(len(some), MOST_A_SET) for some in by_set) // _BATCH)
    step = 0
    for _ in range(_EPOCHS):
        epoch = np.concatenate([rng.permutation(some)[:MOST_A_SET] for some in by_set])
        rng.shuffle(epoch)
        for start in range(0, len(epoch) - _BATCH + 1, _BATCH):
            for group in optimizer.param_groups:
                group["lr"] = _RATE * max(0.02, 1 - step / steps)
            step += 1
            batch = epoch[start : start + _BATCH]
            hide = rng.random(_BATCH) < _WITHOUT_NAME
            logits = torch.cat([
                net(*_inputs(view, some, places, rarity, rng))
                for view, some in ((unnamed, batch[hide]), (whole, batch[~hide]))
            ])  # fmt: skip
            wanted = np.concatenate([labels[batch[hide]], labels[batch[~hide]]])
            loss = loss_of(logits, torch.from_numpy(wanted))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return _frozen(net, types, rarity, learned)


def _label(item: Labelled, index: dict[str, int]) -> int:
    lineage = inventory().lineage(item.types[0]) if item.types else ()
    return next((index[name] for name in lineage if name in index), -1)


def _learned(view: View, rows: NDArray[np.int64]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """idf of the rows, a unit being 8, and for each hash modulo LEARNED_BITS: seen enough."""
    seen = np.zeros(LEARNED_BITS, np.int64)
    for row in rows:
        bounds = view.bounds[row]
        seen[np.unique(view.flat[bounds[0, 0] : bounds[-1, 1]] % LEARNED_BITS)] += 1
    learned = seen >= LEAST_SEEN
    by_row = np.bincount(np.flatnonzero(learned) % TABLE, seen[learned], minlength=TABLE)
    rarity = np.maximum(np.log((len(rows) + 1) / (by_row + 1)), 0.3) / 8
    return rarity.astype(np.float32), learned


def _narrowed(view: View, learned: NDArray[np.bool_]) -> View:
    """The view with the learned features only, as rows of the table."""
    kept = learned[view.flat % LEARNED_BITS]
    before = np.append(0, np.cumsum(kept))
    return view._replace(flat=view.flat[kept] % TABLE, bounds=before[view.bounds])


def _inputs(view, rows, places, rarity, rng):  # type: ignore[no-untyped-def]
    bags = []
    for group in range(GROUPS):
        bounds = view.bounds[rows, group]
        lengths = np.where(rng.random(len(rows)) < _DROPPED[group], 0, np.diff(bounds)[:, 0])
        owner, at = _spread(lengths, bounds[:, 0])
        kept = rng.random(len(owner)) > _DROPPED_WORDS
        features_kept, owner = view.flat[at[kept]], owner[kept]
        lengths = np.bincount(owner, minlength=len(rows))
        weights = rarity[features_kept]
        norm = np.sqrt(np.bincount(owner, weights * weights, minlength=len(rows))) + 1e-6
        bags.append((
            torch.from_numpy(features_kept.astype(np.int64)),
            torch.from_numpy(np.cumsum(lengths) - lengths),
            torch.from_numpy((weights / norm[owner]).astype(np.float32)),
        ))  # fmt: skip
    bounds = view.clue_bounds[rows]
    owner, at = _spread(np.diff(bounds)[:, 0], bounds[:, 0])
    types = places[view.clue_types[at]]
    learned = types >= 0
    where = (torch.from_numpy(owner[learned]), torch.from_numpy(types[learned]))
    return bags, where, torch.from_numpy(view.clues[at[learned]])


def _spread(
    lengths: NDArray[np.int64], starts: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For ranges of these lengths and starts: of each element the range's number and its place."""
    owner = np.repeat(np.arange(len(lengths)), lengths)
    first = np.cumsum(lengths) - lengths
    return owner, np.arange(len(owner)) - first[owner] + starts[owner]


def _frozen(
    net: _Net,
    types: tuple[str, ...],
    rarity: NDArray[np.float32],
    learned: NDArray[np.bool_],
) -> Classifier:
    with torch.no_grad():
        table = net.table.weight.numpy().copy()
        scale = np.maximum(np.abs(table).max(axis=1), 1e-6) / 127
        return Classifier(
            types=types,
            table=np.round(table / scale[:, None]).astype(np.int8),
            scale=scale.astype(np.float32),
            rarity=rarity,
            learned=np.packbits(learned, bitorder="little"),
            output=net.output.weight.numpy().copy(),
            bias=net.output.bias.numpy().copy(),
            clue_in=np.concatenate(
                [net.clue_in.weight.numpy(), net.clue_in.bias.numpy()[:, None]], axis=1
            ),
            clue_out=np.append(net.clue_out.weight.numpy()[0], net.clue_out.bias.numpy()),
            gate=np.zeros((2, SIGNS + 1), np.float32),
        )


def fit_gate(signs: NDArray[np.float32], right: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Weights (2, SIGNS + 1) of two logistic regressions: the text names the type not, or does.

    `signs` is (answers, SIGNS + 1) as Classifier.signs gives them. Newton's method with a small
    ridge, which keeps it defined where a sign never varies.
    """
    weights = []
    for named in (0, 1):
        rows = signs[:, 0] == named
        inputs = np.column_stack([signs[rows, 1:], np.ones(rows.sum())]).astype(np.float64)
        wanted = right[rows].astype(np.float64)
        weight = np.zeros(inputs.shape[1])
        for _ in range(30):
            found = 1 / (1 + np.exp(-inputs @ weight))
            gradient = inputs.T @ (found - wanted) + 1.0 * weight
            curve = (inputs * (found * (1 - found))[:, None]).T @ inputs
            weight -= np.linalg.solve(curve + np.eye(len(weight)), gradient)
        weights.append(weight)
    return np.array(weights, np.float32)
