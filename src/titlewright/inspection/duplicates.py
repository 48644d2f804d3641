"""Duplicate ids and titles, and titles that are nearly the same, for feeds of a million rows.

Rows are kept as numbers in arrays (about 100 bytes a row) and the title texts as one block of
UTF-8. What nearly the same means is `titlewright.text.near_duplicates`.
"""

from __future__ import annotations

from array import array
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from titlewright.text.clean import fold_spaces
from titlewright.text.near_duplicates import (
    BANDS,
    DisjointSets,
    band_keys,
    groups_of_equal,
    hash_of,
    nearly_same,
    signature,
    unite_similar,
    word_hash,
)
from titlewright.text.text_block import TextBlock

LONGEST = 500  # code points of a title that are compared
CLUSTERS = 20  # largest clusters that are kept
_BATCH = 4096


class Cluster(NamedTuple):
    """Rows that share an id or a title, or whose titles are nearly the same; first rows first."""

    size: int
    rows: tuple[int, ...]
    texts: tuple[str, ...]


class Duplicates(NamedTuple):
    """`rows` are all rows in clusters, `clusters` how many there are, `largest` some of them."""

    rows: array[int]
    clusters: int
    largest: tuple[Cluster, ...]


class DuplicateFinder:
    """Takes rows one by one; the answers come at the end."""

    def __init__(self) -> None:
        self._rows = array("I")
        self._titles = array("q")  # hash of the title as it stands
        self._words = array("q")  # hash of its words, whatever their order and case
        self._bands = [array("Q") for _ in range(BANDS)]
        self._texts = TextBlock()
        self._pending: list[tuple[list[int], int]] = []
        self._id_rows, self._ids = array("I"), array("q")
        self._id_texts = TextBlock()

    def add_id(self, row: int, product_id: str) -> None:
        self._id_rows.append(row)
        self._ids.append(hash(product_id))
        self._id_texts.append(product_id[:100])

    def add_title(self, row: int, title: str) -> None:
        title = fold_spaces(title[:LONGEST])
        words, identity = signature(title)
        self._rows.append(row)
        self._titles.append(hash(title))
        self._words.append(hash((words, identity)))
        self._texts.append(title)
        self._pending.append(([word_hash(word) for word in words], hash_of(identity)))
        if len(self._pending) == _BATCH:
            self._flush()

    def same_ids(self) -> Duplicates:
        ids = np.frombuffer(self._ids, dtype=np.int64)
        return _report(list(groups_of_equal(ids)), self._id_rows, self._id_texts)

    def same_titles(self) -> Duplicates:
        titles = np.frombuffer(self._titles, dtype=np.int64)
        return _report(list(groups_of_equal(titles)), self._rows, self._texts)

    def near_titles(self) -> Duplicates:
        """Clusters of titles that are not all the same; each different title counts once."""
        self._flush()
        first = _first_of_each(np.frombuffer(self._titles, dtype=np.int64))
        sets = DisjointSets()
        for group in groups_of_equal(np.frombuffer(self._words, dtype=np.int64)[first]):
            head, *others = first[group].tolist()
            for other in others:
                sets.unite(head, other)
        for band in self._bands:
            for group in groups_of_equal(np.frombuffer(band, dtype=np.uint64)[first]):
                unite_similar(first[group].tolist(), self._nearly_same, sets)
        return _report([np.array(found) for found in sets.sets()], self._rows, self._texts)

    def _nearly_same(self, one: int, other: int) -> bool:
        return nearly_same(self._texts[one], self._texts[other])

    def _flush(self) -> None:
        if not self._pending:
            return
        keys = band_keys(*zip(*self._pending, strict=True))
        for bucket, band in zip(self._bands, keys, strict=True):
            bucket.frombytes(band.tobytes())
        self._pending.clear()


def _first_of_each(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Indices of the first occurrence of each key, ascending."""
    return np.sort(np.unique(keys, return_index=True)[1])


def _report(groups: list[NDArray[np.int64]], rows: array[int], texts: TextBlock) -> Duplicates:
    groups.sort(key=lambda group: (-len(group), int(group[0])))
    numbers = np.frombuffer(rows, dtype=np.uint32)
    largest = tuple(
        Cluster(
            size=len(group),
            rows=tuple(numbers[group[:10]].tolist()),
            texts=tuple(dict.fromkeys(texts[int(index)] for index in group[:4])),
        )
        for group in groups[:CLUSTERS]
    )
    every = np.sort(numbers[np.concatenate(groups)]) if groups else numbers[:0]
    return Duplicates(array("I", every.tobytes()), len(groups), largest)
