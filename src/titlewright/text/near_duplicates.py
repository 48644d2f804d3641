"""Texts that are nearly the same, found among a million without comparing all with all.

MinHash over words (Broder 1997, "On the resemblance and containment of documents") with banding
proposes pairs; `nearly_same` then compares the real titles: the same words in another order,
misspelt, or with some more around them. Titles that differ in a number, a code, a colour or a size
are variants and not near duplicates, nor are those that swap one word for another (solid for
striped). Every hash is stable: the same texts give the same keys in every process and run.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
import regex
from numpy.typing import NDArray
from rapidfuzz.fuzz import ratio

from titlewright.text.lexicon import load_lexicon

BANDS, ROWS = 8, 4  # two texts that share 80 % of their words meet in a band with p = 0.985
SIMILAR = 0.8  # Jaccard similarity of the word sets from which titles are nearly the same
SPELT_ALIKE = 80  # of 100: "necklace" and "neckless", "tshirt" and "tshirts"
_HEADS = 16  # clusters a text is compared with inside one bucket

_WORD = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]|[\p{L}\p{M}]+|\p{N}[\p{N}.,/]*\p{L}*"
)
_CODE = regex.compile(r"(?<![A-Za-z])[A-Z]{2,4}(?![A-Za-z])")
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]")


class DisjointSets:
    """Which rows belong together; the smallest row of a set stands for it."""

    def __init__(self) -> None:
        self._parents: dict[int, int] = {}

    def root(self, member: int) -> int:
        root = member
        while (parent := self._parents.get(root)) is not None:
            root = parent
        while member != root:  # the next search from here takes one step
            self._parents[member], member = root, self._parents[member]
        return root

    def unite(self, one: int, other: int) -> None:
        first, second = sorted((self.root(one), self.root(other)))
        if first != second:
            self._parents[second] = first

    def sets(self) -> Iterator[list[int]]:
        """Every set of two rows or more, ascending, the set with the smallest row first."""
        members: dict[int, list[int]] = defaultdict(list)
        for member in sorted(self._parents):
            members[self.root(member)].append(member)
        for root in sorted(members):
            yield [root, *members[root]]


def word_tokens(text: str) -> list[str]:
    """The words as they are compared here: lower case, unspaced scripts by character."""
    found: list[str] = _WORD.findall(text.lower())
    return found


def signature(title: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The text's sorted words, and those that tell variants apart (sorted, repeats kept).

    Words of a script without spaces are pairs of neighbouring characters.
    """
    found = word_tokens(title)
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
def word_hash(word: str) -> int:
    """A stable 32-bit hash."""
    return zlib.crc32(word.encode("utf-8", "replace"))


def hash_of(words: Iterable[str]) -> int:
    """A stable 32-bit hash of words in their order."""
    return zlib.crc32("\0".join(words).encode("utf-8", "replace"))


def band_keys(hashes: Sequence[Sequence[int]], identities: Sequence[int]) -> NDArray[np.uint64]:
    """MinHash of many texts: keys of shape (BANDS, texts); similar texts share one in some band.

    `hashes` holds the `word_hash` of each text's words; texts of different `identities` (hashes
    too) share none. The minimum is over a·h + b, for a fixed (a, b) per row of a band.
    """
    filled = [row or (0,) for row in hashes]
    lengths = np.fromiter(map(len, filled), dtype=np.int64, count=len(filled))
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    flat = np.fromiter((h for row in filled for h in row), dtype=np.uint64)
    identity = np.fromiter(identities, dtype=np.uint64)
    keys = np.empty((BANDS, len(filled)), dtype=np.uint64)
    for band, permutations in enumerate(_PERMUTATIONS):
        key = identity.copy()
        for multiplier, offset in permutations:
            smallest = np.minimum.reduceat((flat * multiplier + offset) >> np.uint64(32), starts)
            key = (key ^ smallest) * np.uint64(0x9E3779B97F4A7C15)
        keys[band] = key
    return keys


_PERMUTATIONS = [
    [(np.uint64(a | 1), np.uint64(b)) for a, b in band]
    for band in np.random.default_rng(20240601).integers(
        1, 2**63, size=(BANDS, ROWS, 2), dtype=np.uint64
    )
]


def groups_of_equal(keys: NDArray[np.generic]) -> Iterator[NDArray[np.int64]]:
    """Indices of equal keys, ascending, for each key that occurs more than once."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    edges = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
    bounds = np.concatenate(([0], edges, [len(keys)]))
    for index in np.flatnonzero(np.diff(bounds) > 1):
        yield order[bounds[index] : bounds[index + 1]]


def unite_similar(
    bucket: Sequence[int], similar: Callable[[int, int], bool], sets: DisjointSets
) -> None:
    """Unite the members of one bucket that really are similar.

    Each is compared with the first member of every set that the bucket has so far.
    """
    heads: list[int] = []
    for member in bucket:
        for head in heads:
            if similar(member, head):
                sets.unite(member, head)
                break
        else:
            if len(heads) < _HEADS:
                heads.append(member)


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
