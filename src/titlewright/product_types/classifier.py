"""The classifier: hashed features and what the text names, to a probability for each product type.

A linear model over three bags of features, each weighted by how rare a feature is (idf), scaled to
unit length and projected by one table of vectors (as fastText does: Joulin et al. 2016,
arXiv:1607.01759); to that is added, for types the text names, what the places say where it names
them. A type's probability includes that of its kinds. How sure to be of an answer is then read by
a logistic regression on the probability and on signs that the product is unlike those learned
from, fitted on brands and data sets that the classifier had not seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from titlewright.product_types.features import GROUPS, Features, features
from titlewright.product_types.inventory import inventory
from titlewright.product_types.stated import CLUES, clues
from titlewright.records import Product

Floats = NDArray[np.float32]
SIGNS = 9  # numbers that the confidence is read from, see `Classifier.signs`
_BATCH = 512


class Answer(NamedTuple):
    """A product type, the probability that it is the right one, and whether a text names it."""

    type: str
    confidence: float
    named: bool


class Bag(NamedTuple):
    """What is known of a product: rows of the table and share known by group, and its brand."""

    rows: tuple[NDArray[np.int64], ...]
    shares: tuple[float, ...]
    brand: bool


@dataclass(frozen=True)
class Classifier:
    """The trained numbers. T types, D numbers a vector, R rows of the feature table.

    table    (R, D) int8, and `scale` (R,) its rows' unit; a feature's row is its hash modulo R
    rarity   (R,)   idf of the features of each row
    learned  (2^N / 8,) uint8, a bit for each hash modulo 2^N: whether the feature was learned.
             Others are left out, so that what is foreign doesn't fall on a learned row
    output   (T, 3 D), `bias` (T,)
    clue_in  (H, CLUES + 1), `clue_out` (H + 1,)  two layers, the biases last
    gate     (2, SIGNS + 1) the confidence's weights for types the text doesn't and does name
    """

    types: tuple[str, ...]
    table: NDArray[np.int8]
    scale: Floats
    rarity: Floats
    learned: NDArray[np.uint8]
    output: Floats
    bias: Floats
    clue_in: Floats
    clue_out: Floats
    gate: Floats

    @classmethod
    def load(cls, path: Path) -> Classifier:
        """Read a model that `save` wrote."""
        with np.load(path) as file:
            arrays: dict[str, Any] = {name: file[name] for name in file.files}
        types = tuple(str(name) for name in arrays.pop("types"))
        integers = {name: arrays.pop(name) for name in ("table", "learned")}
        floats = {name: array.astype(np.float32) for name, array in arrays.items()}
        return cls(types=types, **integers, **floats)

    def save(self, path: Path) -> None:
        """Write the model as a compressed .npz, floats at half precision."""
        halves = {
            name: getattr(self, name).astype(np.float16)
            for name in ("scale", "rarity", "output", "bias", "clue_in", "clue_out")
        }
        np.savez_compressed(
            path, types=np.array(self.types), table=self.table,
            learned=self.learned, gate=self.gate,
            **halves,
        )  # fmt: skip

    @cached_property
    def index(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.types)}

    @cached_property
    def _lineages(self) -> list[list[int]]:
        """For each type the places of itself and of what it is a kind of."""
        lineage = inventory().lineage
        return [[self.index[a] for a in lineage(name) if a in self.index] for name in self.types]

    @cached_property
    def _includes(self) -> Floats:
        """(T, T): 1 where the row's type is the column's or a kind of it."""
        includes = np.zeros((len(self.types), len(self.types)), np.float32)
        for row, columns in enumerate(self._lineages):
            includes[row, columns] = 1
        return includes

    @cached_property
    def _kinds(self) -> list[list[int]]:
        """For each type the places of the types right below it."""
        below: list[list[int]] = [[] for _ in self.types]
        for place, lineage in enumerate(self._lineages):
            if len(lineage) > 1:
                below[lineage[1]].append(place)
        return below

    @cached_property
    def _roots(self) -> NDArray[np.int64]:
        return np.array([place for place, line in enumerate(self._lineages) if len(line) == 1])

    def answers(self, products: Sequence[Product]) -> list[list[Answer]]:
        """For each product the likeliest type and what it is a kind of, the most specific first.

        Empty for a product that says nothing.
        """
        found: list[list[Answer]] = []
        for start in range(0, len(products), _BATCH):
            found += self._answers(products[start : start + _BATCH])
        return found

    def _answers(self, products: Sequence[Product]) -> list[list[Answer]]:
        paths, signs = self.signs(products)
        flat = [sign for path in signs for sign in path]
        if not flat:
            return [[] for _ in products]
        rows = np.array(flat, np.float32)
        weights = self.gate[rows[:, 0].astype(int)]
        scores = (rows[:, 1:] * weights[:, :-1]).sum(1) + weights[:, -1]
        sure = iter(1 / (1 + np.exp(-scores)))
        return [
            [
                Answer(self.types[node], float(next(sure)), bool(sign[0]))
                for node, sign in zip(path, numbers, strict=True)
            ]
            for path, numbers in zip(paths, signs, strict=True)
        ]

    def signs(self, products: Sequence[Product]) -> tuple[list[list[int]], list[list[list[float]]]]:
        """For each product the path of types and, for each of these, SIGNS + 1 numbers.

        In order: whether the text names the type or a kind of it; log odds of its probability; of
        the best rival outside its lineage; how many kinds deep it is; whether the first type that
        the description names is it; how many others the text names (log); share of the words that
        are known; their number (log); share of the fields that are known; whether the brand is.
        """
        bags = [self._known(features(product)) for product in products]
        named = [clues(product) for product in products]
        wide = self._probabilities(bags, named) @ self._includes
        paths: list[list[int]] = []
        signs: list[list[list[float]]] = []
        for row, (bag, said) in enumerate(zip(bags, named, strict=True)):
            if not (said or any(len(group) for group in bag.rows)):
                paths.append([])
                signs.append([])
                continue
            path = self._path(wide[row])
            places = [self.index[name] for name in said if name in self.index]
            first = [self.index.get(name, -1) for name, clue in said.items() if clue[5]]
            rivals = wide[row][self._roots[self._roots != path[-1]]]
            found = []
            for node in path:
                mine = [place for place in places if node in self._lineages[place]]
                begun = any(place >= 0 and node in self._lineages[place] for place in first)
                found.append([
                    float(bool(mine)), _log_odds(wide[row][node]), _log_odds(rivals.max()),
                    float(len(self._lineages[node]) - 1), float(begun),
                    float(np.log1p(len(said) - len(mine))), bag.shares[0],
                    float(np.log1p(len(bag.rows[0]))), bag.shares[1], float(bag.brand),
                ])  # fmt: skip
            paths.append(path)
            signs.append(found)
        return paths, signs

    def _known(self, read: Features) -> Bag:
        """The rows of the features that were learned, and how much of the product these are."""
        rows, shares = [], []
        for group in read:
            hashes = np.array(group, np.int64)
            known = self.knows(hashes)
            rows.append(hashes[known] % len(self.table))
            shares.append(float(known.mean()) if group else 0.0)
        brand = bool(read.maker) and bool(self.knows(np.array(read.maker[:1], np.int64))[0])
        return Bag(tuple(rows), tuple(shares), brand)

    def knows(self, hashes: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether each feature was learned; about one foreign feature in ten is taken for known."""
        bits = hashes % (8 * len(self.learned))
        return np.asarray((self.learned[bits >> 3] >> (bits & 7).astype(np.uint8)) & 1, np.bool_)

    def _path(self, wide: Floats) -> list[int]:
        """From the likeliest root down, each time to the likeliest kind; most specific first."""
        node = int(self._roots[wide[self._roots].argmax()])
        path = [node]
        while self._kinds[node]:
            node = max(self._kinds[node], key=lambda place: wide[place])
            path.append(node)
        return path[::-1]

    def _probabilities(
        self, bags: Sequence[Bag], named: Sequence[Mapping[str, list[float]]]
    ) -> Floats:
        """(products, T): the probability of each type, its kinds not included."""
        vectors = [self._sums([bag.rows[group] for bag in bags]) for group in range(GROUPS)]
        logits = np.concatenate(vectors, axis=1) @ self.output.T + self.bias
        for row, said in enumerate(named):
            places = [self.index[name] for name in said if name in self.index]
            if places:
                clue = np.array([said[self.types[place]] for place in places], np.float32)
                hidden = np.maximum(clue @ self.clue_in[:, :CLUES].T + self.clue_in[:, CLUES], 0)
                logits[row, places] += hidden @ self.clue_out[:-1] + self.clue_out[-1]
        logits -= logits.max(axis=1, keepdims=True)
        raised = np.exp(logits)
        return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)

    def _sums(self, bags: Sequence[NDArray[np.int64]]) -> Floats:
        """(products, D): the weighted vectors of each product's features, summed."""
        flat = np.concatenate(bags)
        lengths = np.array([len(bag) for bag in bags])
        sums = np.zeros((len(bags), self.table.shape[1]), np.float32)
        if not len(flat):
            return sums
        filled = lengths > 0  # reduceat would give an empty bag its neighbour's first vector
        starts = (np.cumsum(lengths) - lengths)[filled]
        weights = self.rarity[flat]
        length = np.sqrt(np.add.reduceat(weights * weights, starts))
        vectors = self.table[flat] * (self.scale[flat] * weights)[:, None]
        sums[filled] = np.add.reduceat(vectors, starts, axis=0) / length[:, None]
        return sums


def _log_odds(probability: float) -> float:
    bounded = min(max(float(probability), 1e-6), 1 - 1e-6)
    return float(np.log(bounded / (1 - bounded)))
