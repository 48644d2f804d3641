"""Rows that say the same as another one, and rows that must stay on one side of the split.

A duplicate has the same title and inputs as an earlier row, a near duplicate nearly the same title
and 90 % of the words, with the same numbers, colours and sizes: both are removed. Variants are
kept, but go where their like goes: rows of one family, with nearly the same title, or with the
same inputs. One to two kilobytes a row are held.

Words are compared by the smallest of their hashes (KMV sketches: Beyer et al. 2007, "On synopses
for distinct-value estimation under multiset operations"), which is exact for short texts.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
from titlewright.training.prepare.rows import PreparedRow, input_texts, stable_hash

SHARED_WORDS = 0.9  # Jaccard similarity of all words from which rows say nearly the same
_SKETCH = 128  # hashes of words that are kept of a row; the error is then about 0.03
_TITLE = 500  # code points of a title that are compared
_TEXT = 20_000  # code points of the inputs that are compared
_INPUTS_WORDS = 8  # fewer words are shared by chance
_INPUTS_ROWS = 50  # more rows than this share a text that says nothing of any of them

FITTING, TEXT_ONLY = 1, 0
KEPT, SAME, NEARLY_SAME = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """What is compared of a chunk of rows, one entry a row; keys of shape (BANDS, rows)."""

    titles: list[str]
    title_words: list[int]  # hash of the title's words, whatever their order and case; 0 for none
    title_keys: NDArray[np.uint64]
    exact: list[int]  # hash of all texts
    inputs: list[int]  # hash of the inputs; 0 where they say too little to be compared
    words: list[array[int]]  # the smallest hashes of the words of title and inputs, ascending
    identities: list[int]  # hash of all numbers, colours and sizes
    text_keys: NDArray[np.uint64]
    families: list[int]
    fitting: list[int]


def fingerprints(rows: Sequence[PreparedRow]) -> Fingerprints:
    title_hashes, title_identities, title_words = [], [], []
    exact, inputs, words, text_hashes, identities, titles = [], [], [], [], [], []
    for row in rows:
        title = row.product.title[:_TITLE]
        found, identity = signature(title)
        title_hashes.append([word_hash(word) for word in found])
        title_identities.append(hash_of(identity))
        title_words.append(stable_hash("\0".join([*found, "\0", *identity])) if found else 0)
        text = "\n".join(input_texts(row.product))[:_TEXT].lower()
        found, identity = signature(f"{title}\n{text}")
        text_hashes.append([word_hash(word) for word in found])
        words.append(array("I", sorted(set(text_hashes[-1]))[:_SKETCH]))
        identities.append(hash_of(identity))
        exact.append(stable_hash(f"{title.lower()}\0{text}" if not row.problem else text))
        enough = len(text.split()) >= _INPUTS_WORDS or len(found) >= 3 * _INPUTS_WORDS
        inputs.append(stable_hash(text) if enough else 0)
        titles.append(title)
    return Fingerprints(
        titles=titles,
        title_words=title_words,
        title_keys=band_keys(title_hashes, title_identities),
        exact=exact,
        inputs=inputs,
        words=words,
        identities=identities,
        text_keys=band_keys(text_hashes, identities),
        families=[row.family for row in rows],
        fitting=[TEXT_ONLY if row.problem else FITTING for row in rows],
    )


class Twins:
    """Takes the fingerprints of all rows in order; rows are then known by their index."""

    def __init__(self) -> None:
        self._titles = TextBlock()
        self._words, self._word_ends = array("I"), array("Q", [0])
        self._identities = array("Q")
        self._numbers = {
            name: array("Q") for name in ("title_words", "exact", "inputs", "families")
        }
        self._fitting = array("B")
        self._title_bands = [array("Q") for _ in range(BANDS)]
        self._text_bands = [array("Q") for _ in range(BANDS)]

    def __len__(self) -> int:
        return len(self._fitting)

    def add(self, found: Fingerprints) -> None:
        for title in found.titles:
            self._titles.append(title)
        for words in found.words:
            self._words.extend(words)
            self._word_ends.append(len(self._words))
        self._identities.extend(found.identities)
        self._fitting.extend(found.fitting)
        for name, numbers in self._numbers.items():
            numbers.extend(getattr(found, name))
        for bands, keys in (
            (self._title_bands, found.title_keys),
            (self._text_bands, found.text_keys),
        ):
            for band, row in zip(bands, keys, strict=True):
                band.frombytes(row.tobytes())

    def duplicates(self) -> tuple[NDArray[np.uint8], dict[int, int]]:
        """For each row KEPT, SAME or NEARLY_SAME; and for each that isn't kept, its like."""
        kinds = np.zeros(len(self), dtype=np.uint8)
        kept_for: dict[int, int] = {}
        for fitting in (FITTING, TEXT_ONLY):
            rows = np.flatnonzero(np.frombuffer(self._fitting, dtype=np.uint8) == fitting)
            for first, *others in self._equal("exact", rows):
                kinds[others] = SAME
                kept_for |= dict.fromkeys(others, first)
        rows = np.flatnonzero(
            (kinds == KEPT) & (np.frombuffer(self._fitting, dtype=np.uint8) == FITTING)
        )
        sets = DisjointSets()
        self._unite_in_bands(self._text_bands, rows, self._says_nearly_the_same, sets)
        for first, *others in sets.sets():
            for other in others:
                if self._says_nearly_the_same(other, first):
                    kinds[other] = NEARLY_SAME
                    kept_for[other] = first
        return kinds, kept_for

    def groups(self) -> NDArray[np.uint64]:
        """For each row the hash of its group: the smallest family in it, whatever the order."""
        families = np.frombuffer(self._numbers["families"], dtype=np.uint64)
        every = np.arange(len(self))
        sets = DisjointSets()
        for members in self._equal("families", every):
            _unite_all(members, sets)
        titled = np.flatnonzero(np.frombuffer(self._numbers["title_words"], dtype=np.uint64))
        for members in self._equal("title_words", titled):
            _unite_all(members, sets)
        described = np.flatnonzero(np.frombuffer(self._numbers["inputs"], dtype=np.uint64))
        for members in self._equal("inputs", described):
            if len(members) <= _INPUTS_ROWS:
                _unite_all(members, sets)
        words = np.frombuffer(self._numbers["title_words"], dtype=np.uint64)[titled]
        distinct = titled[np.sort(np.unique(words, return_index=True)[1])]
        self._unite_in_bands(self._title_bands, distinct, self._titles_nearly_the_same, sets)
        self._unite_in_bands(self._text_bands, every, self._says_nearly_the_same, sets)
        groups = families.copy()
        for members in sets.sets():
            groups[members] = families[members].min()
        return groups

    def _equal(self, name: str, rows: NDArray[np.int64]) -> Iterator[list[int]]:
        keys = np.frombuffer(self._numbers[name], dtype=np.uint64)[rows]
        for group in groups_of_equal(keys):
            yield rows[group].tolist()

    def _unite_in_bands(
        self,
        bands: Sequence[array[int]],
        rows: NDArray[np.int64],
        similar: Callable[[int, int], bool],
        sets: DisjointSets,
    ) -> None:
        for band in bands:
            for group in groups_of_equal(np.frombuffer(band, dtype=np.uint64)[rows]):
                unite_similar(rows[group].tolist(), similar, sets)

    def _titles_nearly_the_same(self, one: int, other: int) -> bool:
        return nearly_same(self._titles[one], self._titles[other])

    def _says_nearly_the_same(self, one: int, other: int) -> bool:
        if self._identities[one] != self._identities[other]:
            return False
        here, there = self._words_of(one), self._words_of(other)
        sample = sorted(here | there)[:_SKETCH]  # of the words of both, as good as drawn by chance
        shared = sum(word in here and word in there for word in sample)
        return shared >= SHARED_WORDS * len(sample) and self._titles_nearly_the_same(one, other)

    def _words_of(self, row: int) -> set[int]:
        return set(self._words[self._word_ends[row] : self._word_ends[row + 1]])


def _unite_all(members: Sequence[int], sets: DisjointSets) -> None:
    for other in members[1:]:
        sets.unite(members[0], other)
