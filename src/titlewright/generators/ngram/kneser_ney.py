"""An n-gram language model with interpolated modified Kneser-Ney smoothing, whole in this file.

Chen & Goodman (1999), "An empirical study of smoothing techniques for language modeling", Computer
Speech and Language 13, section 3. For a word w after a history h, which is h' without its first:

    P(w | h) = (a(h w) - D(a(h w))) / a(h .)  +  gamma(h) P(w | h')

a(h w)    the adjusted count: at the highest order how often h w was seen; below it how many
          different words were seen before h w (its continuation count), because a lower order is
          asked only where the higher one has seen little; what begins a sentence has nothing
          before it and keeps its count (Heafield et al. 2013, section 3.2)
a(h .)    the sum of a(h w) over all w
D         D1, D2 or D3+, which are taken off a count of 1, 2, or 3 and more; see `discounts`
gamma(h)  what was taken off after h, as a share of a(h .): it goes to the lower order. Below the
          first order every word of the vocabulary has the same probability.

Words are any strings. Those that stand in too few sentences are counted as UNKNOWN, so the model
learns where names stand. What the product says has no place here: that is `title_model.py`.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from titlewright.errors import TrainingError

Array = NDArray[Any]

BEGIN, END, UNKNOWN = 0, 1, 2
_SPECIAL = ("[BEGIN]", "[END]", "[UNKNOWN]")
_ORDERS = (3, 4, 5)
_FALLBACK = (0.5, 1.0, 1.5)  # D1, D2, D3+ where too little was counted to find them


class KneserNey:
    """Probabilities of the next word, from N tables of n-grams, one an order.

    Table k (k = 1..N) holds R[k] n-grams of k words as sorted numbers: the row of its first k - 1
    words in table k - 1, times V, plus its last word. So the tables are a tree in flat arrays,
    which is searched by halves and saved as it is.

    words   the vocabulary: V words, special ones first
    keys    of each order [R[k]] int64, ascending; table 1 holds every word
    counts  of each order [R[k]] adjusted counts; BEGIN, which nothing precedes, has 0
    """

    def __init__(
        self, words: Sequence[str], keys: Sequence[Array], counts: Sequence[Array]
    ) -> None:
        self.words = tuple(words)
        self.index = _index(self.words)
        self._keys, self._counts = list(keys), list(counts)
        self._discounts = [discounts(count) for count in counts]  # of each order [4]
        self._totals: list[Array] = []  # a(h .) of each order [R[k - 1]], 1 history at order 1
        self._gammas: list[Array] = []  # the same shape
        for order, (key, count) in enumerate(zip(keys, counts, strict=True)):
            rows = len(keys[order - 1]) if order else 1
            total = np.bincount(key // len(words), count, rows)
            taken = np.bincount(key // len(words), self._taken(order, count), rows)
            self._totals.append(total)
            self._gammas.append(taken / np.maximum(total, 1))

    @property
    def order(self) -> int:
        """N, the words of the longest n-grams."""
        return len(self._keys)

    @property
    def size(self) -> int:
        """The number of n-grams, all orders together."""
        return sum(map(len, self._keys))

    # Counting

    @classmethod
    def count(cls, sentences: Sequence[Sequence[str]], *, order: int = 4, least: int = 2) -> Self:
        """The model of these sentences; words that stand in fewer than `least` are UNKNOWN.

        Raises TrainingError for an order other than 3, 4 and 5.
        """
        if order not in _ORDERS:
            raise TrainingError(f"The order must be 3, 4 or 5, not {order}.")
        words = _vocabulary(sentences, least)
        ids, places = _stream(sentences, _index(words))
        keys = [np.arange(len(words))]
        rows = ids  # [T] the row of the n-gram that ends here, in the table counted last
        raw = np.bincount(ids, minlength=len(words))
        first_in_sentence = keys[0] == BEGIN
        raw[BEGIN] = 0
        counts = []
        for length in range(2, order + 1):
            ends = np.flatnonzero(places >= length - 1)  # where n-grams of this length end
            key, example, inverse, seen = np.unique(
                rows[ends - 1] * len(words) + ids[ends],
                return_index=True, return_inverse=True, return_counts=True,
            )  # fmt: skip
            # each different n-gram is one more word before the n-gram that it ends with
            before = np.bincount(rows[ends[example]], minlength=len(raw))
            counts.append(np.where(first_in_sentence, raw, before))
            raw, first_in_sentence = seen, places[ends[example]] == length - 1
            rows = np.full(len(ids), -1)
            rows[ends] = inverse
            keys.append(key)
        return cls(words, keys, [*counts, raw])

    # Asking

    def ids(self, words: Sequence[str]) -> Array:
        """Words as numbers, UNKNOWN where the model doesn't know one: [C] int64."""
        return np.array([self.index.get(word, UNKNOWN) for word in words], np.int64)

    def probabilities(self, history: Sequence[int], ids: Array) -> Array:
        """P(w | h) of each of the words `ids` [C], after the sentence's words so far: [C].

        Over all words but BEGIN they sum to 1, whatever the history.
        """
        found = np.full(len(ids), 1 / (len(self.words) - 1))
        recent = (BEGIN, *history)[-(self.order - 1) :]
        for order in range(len(recent) + 1):
            row = self._row(recent[len(recent) - order :])
            if row is None or not self._totals[order][row]:
                break  # the longer history hasn't been seen either
            count = self._count_of(order, row * len(self.words) + ids)
            total, gamma = self._totals[order][row], self._gammas[order][row]
            found = (count - self._taken(order, count)) / total + gamma * found
        return found

    def log_probability(self, word: str, history: Sequence[str]) -> float:
        """ln P(word | history) in nats; the history is the sentence from its beginning."""
        return self._log(self.index.get(word, UNKNOWN), self.ids(history).tolist())

    def log_probabilities(self, sentence: Sequence[str]) -> list[float]:
        """ln P of each word and of the sentence's end: one more than it has words."""
        ids = self.ids(sentence).tolist()
        return [self._log(word, ids[:place]) for place, word in enumerate([*ids, END])]

    def score(self, sentence: Sequence[str]) -> float:
        """ln P of the whole sentence, its end included, in nats."""
        return math.fsum(self.log_probabilities(sentence))

    def _log(self, word: int, history: Sequence[int]) -> float:
        return math.log(self.probabilities(history, np.array([word]))[0])

    def _row(self, history: Sequence[int]) -> int | None:
        """The row of an n-gram in the table of its length; None where it hasn't been seen."""
        row = 0
        for key, word in zip(self._keys, history, strict=False):
            wanted = row * len(self.words) + word
            row = int(key.searchsorted(wanted))
            if row == len(key) or key[row] != wanted:
                return None
        return row

    def _count_of(self, order: int, keys: Array) -> Array:
        """The counts of n-grams by their keys, 0 for those that haven't been seen: [C]."""
        table = self._keys[order]
        places = np.minimum(table.searchsorted(keys), len(table) - 1)
        return np.where(table[places] == keys, self._counts[order][places], 0)

    def _taken(self, order: int, counts: Array) -> Array:
        return self._discounts[order][np.minimum(counts, 3)]

    # Keeping

    def save(self, path: Path) -> None:
        """Write one .npz file."""
        tables: dict[str, Any] = {f"keys{order}": key for order, key in enumerate(self._keys)}
        tables |= {f"counts{order}": count for order, count in enumerate(self._counts)}
        words = np.frombuffer(json.dumps(self.words).encode(), np.uint8)
        np.savez_compressed(path, words=words, **tables)

    @classmethod
    def load(cls, path: Path) -> Self:
        """The model that `save` wrote.

        Raises OSError, ValueError, KeyError or BadZipFile for what is no such file.
        """
        with np.load(BytesIO(path.read_bytes()), allow_pickle=False) as file:
            orders = sum(name.startswith("keys") for name in file.files)
            return cls(
                json.loads(file["words"].tobytes()),
                [file[f"keys{order}"] for order in range(orders)],
                [file[f"counts{order}"] for order in range(orders)],
            )


def discounts(counts: Array) -> Array:
    """0, D1, D2 and D3+ from the adjusted counts of one order (Chen & Goodman 1999, section 3).

    With n[c] the number of n-grams that have a count of c, and Y = n[1] / (n[1] + 2 n[2]):

        D1 = 1 - 2 Y n[2] / n[1],  D2 = 2 - 3 Y n[3] / n[2],  D3+ = 3 - 4 Y n[4] / n[3]

    Where one of these n is 0, or a discount lies outside of 0 < D <= c, nothing can be estimated:
    then 0.5, 1 and 1.5.
    """
    n = np.bincount(np.minimum(counts, 5), minlength=6)
    if not n[1:5].all():
        return np.array((0.0, *_FALLBACK))
    y = n[1] / (n[1] + 2 * n[2])
    found = [c - (c + 1) * y * n[c + 1] / n[c] for c in (1, 2, 3)]
    usable = all(0 < discount <= c for c, discount in enumerate(found, 1))
    return np.array((0.0, *(found if usable else _FALLBACK)))


def _vocabulary(sentences: Sequence[Sequence[str]], least: int) -> tuple[str, ...]:
    seen_in = Counter(chain.from_iterable(map(set, sentences)))
    known = {word for word, sentences in seen_in.items() if sentences >= least}
    return (*_SPECIAL, *sorted(known.difference(_SPECIAL)))


def _index(words: Sequence[str]) -> dict[str, int]:
    """The numbers of words, but for the special ones, which no text can name."""
    return {word: number for number, word in enumerate(words) if number >= len(_SPECIAL)}


def _stream(sentences: Sequence[Sequence[str]], index: dict[str, int]) -> tuple[Array, Array]:
    """All sentences as one row of T ids, each from BEGIN to END, and each id's place in its own."""
    ids: list[int] = []
    places: list[int] = []
    for sentence in sentences:
        ids += (BEGIN, *(index.get(word, UNKNOWN) for word in sentence), END)
        places += range(len(sentence) + 2)
    return np.array(ids, np.int64), np.array(places, np.int64)
