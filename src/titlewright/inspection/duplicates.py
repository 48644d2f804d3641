"""Duplicate ids and titles, and titles that are nearly the same, for feeds of a million rows.

Rows are kept as numbers in arrays (about 100 bytes a row) and the title texts as one block of
UTF-8. Near duplicates are found by MinHash over words (Broder 1997) with banding, then checked
against the real texts: the same words in another order, misspelt, or with some more around them.
Titles that differ in a number, a code, a colour or a size are variants and not near duplicates,
nor are those that swap one word for another (solid for striped).
"""

from __future__ import annotations

import zlib
from array import array
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import regex
from numpy.typing import NDArray
from rapidfuzz.fuzz import ratio

from titlewright.inspection.text_block import TextBlock
from titlewright.text.clean import fold_spaces
from titlewright.text.lexicon import load_lexicon

BANDS, ROWS = 8, 4  # two titles that share 80 % of their words meet in a band with p = 0.985
SIMILAR = 0.8  # Jaccard similarity of the word sets from which titles are nearly the same
SPELT_ALIKE = 80  # of 100: "necklace" and "neckless", "tshirt" and "tshirts"
LONGEST = 500  # code points of a title that are compared
CLUSTERS = 20  # largest clusters that are kept
_BATCH = 4096
_HEADS = 16  # clusters a title is compared with inside one bucket

_WORD = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]|[\p{L}\p{M}]+|\p{N}[\p{N}.,/]*\p{L}*"
)
_CODE = regex.compile(r"(?<![A-Za-z])[A-Z]{2,4}(?![A-Za-z])")
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]")


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
        self._pending.append(([_word_hash(word) for word in words] or [0], hash_of(identity)))
        if len(self._pending) == _BATCH:
            self._flush()

    def same_ids(self) -> Duplicates:
        ids = np.frombuffer(self._ids, dtype=np.int64)
        groups = list(_groups(ids))
        return _report(groups, self._id_rows, self._id_texts)

    def same_titles(self) -> Duplicates:
        titles = np.frombuffer(self._titles, dtype=np.int64)
        return _report(list(_groups(titles)), self._rows, self._texts)

    def near_titles(self) -> Duplicates:
        """Clusters of titles that are not all the same; each different title counts once."""
        self._flush()
        first = _first_of_each(np.frombuffer(self._titles, dtype=np.int64))
        parents = {}
        for group in _groups(np.frombuffer(self._words, dtype=np.int64)[first]):
            head, *others = first[group].tolist()
            parents.update(dict.fromkeys(others, head))
        for band in self._bands:
            keys = np.frombuffer(band, dtype=np.uint64)[first]
            for group in _groups(keys):
                self._join(first[group].tolist(), parents)
        clusters: dict[int, list[int]] = defaultdict(list)
        for member in parents:
            clusters[_root(member, parents)].append(member)
        groups = [np.array(sorted([head, *members])) for head, members in clusters.items()]
        return _report(groups, self._rows, self._texts)

    def _join(self, members: list[int], parents: dict[int, int]) -> None:
        """Unite the members of one bucket that really are similar."""
        heads: list[tuple[int, str]] = []
        for member in members:
            title = self._texts[member]
            for head, head_title in heads:
                if nearly_same(title, head_title):
                    one, other = sorted((_root(head, parents), _root(member, parents)))
                    if one != other:
                        parents[other] = one
                    break
            else:
                if len(heads) < _HEADS:
                    heads.append((member, title))

    def _flush(self) -> None:
        """MinHash a batch: the smallest of (a·h + b) over the words, for each (a, b)."""
        if not self._pending:
            return
        lengths = np.fromiter((len(hashes) for hashes, _ in self._pending), dtype=np.int64)
        starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
        hashes = np.fromiter((h for row, _ in self._pending for h in row), dtype=np.uint64)
        identity = np.fromiter((code for _, code in self._pending), dtype=np.uint64)
        for band, bucket in enumerate(self._bands):
            key = identity.copy()
            for multiplier, offset in _PERMUTATIONS[band]:
                smallest = np.minimum.reduceat(
                    (hashes * multiplier + offset) >> np.uint64(32), starts
                )
                key = (key ^ smallest) * np.uint64(0x9E3779B97F4A7C15)
            bucket.frombytes(key.tobytes())
        self._pending.clear()


_PERMUTATIONS = [
    [(np.uint64(a | 1), np.uint64(b)) for a, b in band]
    for band in np.random.default_rng(20240601).integers(
        1, 2**63, size=(BANDS, ROWS, 2), dtype=np.uint64
    )
]


def signature(title: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The title's sorted words, and those that tell variants apart (sorted, repeats kept).

    Words of a script without spaces are pairs of neighbouring characters.
    """
    found: list[str] = _WORD.findall(title.lower())
    identity = tuple(sorted(word for word in found if _tells_variants(word)))
    if not title.isascii() and _UNSPACED.search(title):
        pairs = [a + b for a, b in pairwise(found) if len(a) == len(b) == 1]
        found = pairs + [word for word in found if len(word) > 1]
    return tuple(sorted(set(found))), identity


@lru_cache(maxsize=65_536)
def _tells_variants(word: str) -> bool:
    return any(map(str.isdigit, word)) or word in _variant_words()


@lru_cache(maxsize=1)
def _variant_words() -> frozenset[str]:
    """Colours, sizes and audiences: one word of difference that matters."""
    return frozenset(
        wording.lower()
        for name in ("colours", "sizes", "audiences", "materials")
        for wordings in load_lexicon(name).values()
        for wording in wordings
        if " " not in wording
    )


@lru_cache(maxsize=65_536)
def _word_hash(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "replace"))


def hash_of(words: tuple[str, ...]) -> int:
    return zlib.crc32("\0".join(words).encode("utf-8", "replace"))


def nearly_same(one: str, other: str) -> bool:
    """Most words shared, and the rest only on one side or spelt much the same on both.

    Short codes in capitals (LC, ST) tell variants apart, as numbers do.
    """
    (words, identity), (twin_words, twin_identity) = signature(one), signature(other)
    here, there = set(words) - set(twin_words), set(twin_words) - set(words)
    alike = sum(any(_spelt_alike(word, twin) for twin in there) for word in here)
    if here and there and alike < min(len(here), len(there)):
        return False  # a word was swapped for another
    shared = len(words) - len(here) + alike
    if identity != twin_identity or shared < SIMILAR * (len(words) + len(there) - alike):
        return False
    codes = {code.lower() for title in (one, other) for code in _CODE.findall(title)}
    return not codes & (here | there)


def _spelt_alike(word: str, twin: str) -> bool:
    return word[0] == twin[0] and ratio(word, twin) >= SPELT_ALIKE


def _root(member: int, parents: dict[int, int]) -> int:
    while member in parents:
        member = parents[member]
    return member


def _first_of_each(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Indices of the first occurrence of each key, ascending."""
    return np.sort(np.unique(keys, return_index=True)[1])


def _groups(keys: NDArray[np.generic]) -> Iterator[NDArray[np.int64]]:
    """Indices of equal keys, ascending, for each key that occurs more than once."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    edges = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
    bounds = np.concatenate(([0], edges, [len(keys)]))
    for index in np.flatnonzero(np.diff(bounds) > 1):
        yield order[bounds[index] : bounds[index + 1]]


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
