"""Batches of examples of like length, in an order that only the seed and the epoch decide.

An epoch is shuffled, cut into windows, each window sorted by length and cut into batches, and the
batches shuffled: little padding, yet other neighbours each epoch. The order is computed anew after
a kill, so a position (epoch, batch) is all that a checkpoint needs to hold.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from titlewright.errors import TrainingError

E = TypeVar("E")
B = TypeVar("B")
Source = Sequence[E] | Callable[[int], Sequence[E]]

_WINDOW = 64  # batches' worth of examples sorted together


def plan(lengths: NDArray[np.int64], batch_tokens: int, seed: int, epoch: int) -> list[list[int]]:
    """Indices of the examples of each batch of one epoch; `lengths` in tokens, (examples,)."""
    random = np.random.default_rng((seed, epoch))
    order = random.permutation(len(lengths))
    mean = max(float(lengths.mean()), 1.0)
    window = max(int(_WINDOW * batch_tokens / mean), 1)
    batches: list[list[int]] = []
    for start in range(0, len(order), window):
        part = order[start : start + window]
        part = part[np.argsort(lengths[part], kind="stable")]
        batches += cut(part, lengths, batch_tokens)
    return [batches[index] for index in random.permutation(len(batches))]


def cut(order: NDArray[np.int64], lengths: NDArray[np.int64], batch_tokens: int) -> list[list[int]]:
    """The order cut into batches whose size times longest example is at most `batch_tokens`."""
    batches: list[list[int]] = []
    longest = 0
    for index in order.tolist():
        longest = max(longest, int(lengths[index]))
        if not batches or longest * (len(batches[-1]) + 1) > batch_tokens:
            batches.append([])
            longest = int(lengths[index])
        batches[-1].append(index)
    return batches


@dataclass(frozen=True, slots=True)
class Loaded(Generic[B]):
    """A batch, where it stands (`index` of `batches` in `epoch`), and what it holds."""

    batch: B
    epoch: int
    index: int
    batches: int
    examples: int
    tokens: int
    fingerprint: str  # of the epoch's lengths: the same data has the same


class Stream(Generic[E, B]):
    """The batches of a run from a position on, epoch after epoch; collated one batch ahead."""

    def __init__(
        self,
        source: Source[E],
        length: Callable[[E], int],
        collate: Callable[[Sequence[E]], B],
        *,
        batch_tokens: int,
        seed: int,
        epochs: float | None,
    ) -> None:
        self._source = source
        self._length = length
        self._collate = collate
        self._batch_tokens = batch_tokens
        self._seed = seed
        self._epochs = epochs
        self._fixed: tuple[Sequence[E], NDArray[np.int64]] | None = None

    def start(self, epoch: int, index: int) -> Generator[Loaded[B]]:
        """Batches from number `index` of `epoch` on; close the iterator to stop the thread."""
        with ThreadPoolExecutor(1, thread_name_prefix="collate") as thread:
            waiting = None
            for job in self._jobs(epoch, index):
                ahead = thread.submit(job)
                if waiting is not None:
                    yield waiting.result()
                waiting = ahead
            if waiting is not None:
                yield waiting.result()

    def _jobs(self, epoch: int, index: int) -> Iterator[Callable[[], Loaded[B]]]:
        while self._epochs is None or epoch < self._epochs:
            examples, lengths = self._examples(epoch)
            batches = plan(lengths, self._batch_tokens, self._seed, epoch)
            fingerprint = hashlib.sha256(lengths.tobytes()).hexdigest()[:16]
            for number in range(index, len(batches)):
                yield self._job(
                    examples, lengths, batches[number], epoch, number, len(batches), fingerprint
                )
            epoch, index = epoch + 1, 0

    def _job(
        self,
        examples: Sequence[E],
        lengths: NDArray[np.int64],
        chosen: list[int],
        epoch: int,
        number: int,
        batches: int,
        fingerprint: str,
    ) -> Callable[[], Loaded[B]]:
        def load() -> Loaded[B]:
            batch = self._collate([examples[index] for index in chosen])
            tokens = int(lengths[chosen].sum())
            return Loaded(batch, epoch, number, batches, len(chosen), tokens, fingerprint)

        return load

    def _examples(self, epoch: int) -> tuple[Sequence[E], NDArray[np.int64]]:
        if self._fixed is not None:
            return self._fixed
        examples = self._source(epoch) if callable(self._source) else self._source
        if not len(examples):
            raise TrainingError("There is no example to train on. Check the data and its filters.")
        measured = examples, lengths_of(examples, self._length)
        if not callable(self._source):
            self._fixed = measured
        return measured


def lengths_of(examples: Sequence[E], length: Callable[[E], int]) -> NDArray[np.int64]:
    """The length of each example in tokens, at least 1: (examples,)."""
    found = np.fromiter((length(example) for example in examples), np.int64, len(examples))
    return np.maximum(found, 1)
