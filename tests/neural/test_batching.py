"""Batches: every example once an epoch, little padding, the same order for the same seed."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from titlewright.errors import TrainingError
from titlewright.neural.batching import Loaded, Stream, lengths_of, plan

lengths = st.lists(st.integers(1, 60), min_size=1, max_size=200).map(np.array)


@given(lengths, st.integers(1, 300), st.integers(0, 5), st.integers(0, 5))
def test_each_example_is_in_one_batch_that_fits(
    sizes: np.ndarray, batch_tokens: int, seed: int, epoch: int
) -> None:
    batches = plan(sizes, batch_tokens, seed, epoch)
    assert sorted(index for batch in batches for index in batch) == list(range(len(sizes)))
    for batch in batches:
        assert len(batch) == 1 or len(batch) * sizes[batch].max() <= batch_tokens


@given(lengths, st.integers(0, 5))
def test_the_order_is_the_seeds_and_the_epochs(sizes: np.ndarray, seed: int) -> None:
    assert plan(sizes, 100, seed, 1) == plan(sizes, 100, seed, 1)


def test_other_epochs_and_seeds_have_other_batches() -> None:
    sizes = np.arange(1, 200)
    first = plan(sizes, 300, 0, 0)
    assert first != plan(sizes, 300, 0, 1)
    assert first != plan(sizes, 300, 1, 0)


def test_little_is_padding() -> None:
    """A tenth at most, where batches of chance neighbours would be padded by two thirds."""
    sizes = np.random.default_rng(0).integers(10, 200, 5000)
    batches = plan(sizes, 4096, 0, 0)
    padded = sum(len(batch) * sizes[batch].max() for batch in batches)
    assert padded < 1.1 * sizes.sum()


def test_short_and_long_batches_are_mixed() -> None:
    sizes = np.random.default_rng(0).integers(1, 100, 3000)
    means = [sizes[batch].mean() for batch in plan(sizes, 500, 0, 0)]
    half = len(means) // 2
    assert abs(np.mean(means[:half]) - np.mean(means[half:])) < 5


def stream(examples: Sequence[str], epochs: float | None = 2) -> Stream[str, str]:
    return Stream(examples, len, "+".join, batch_tokens=12, seed=0, epochs=epochs)


WORDS = [letter * size for size in range(1, 7) for letter in "abc"]


def drawn(loads: list[Loaded[str]]) -> list[tuple[int, int, str]]:
    return [(load.epoch, load.index, load.batch) for load in loads]


def test_a_stream_goes_through_the_epochs() -> None:
    loads = list(stream(WORDS).start(0, 0))
    for epoch in (0, 1):
        said = [word for load in loads if load.epoch == epoch for word in load.batch.split("+")]
        assert sorted(said) == sorted(WORDS)
    assert [load.index for load in loads] == 2 * list(range(loads[0].batches))
    assert sum(load.tokens for load in loads) == 2 * sum(map(len, WORDS))
    assert sum(load.examples for load in loads) == 2 * len(WORDS)


def test_a_stream_goes_on_anywhere() -> None:
    loads = list(stream(WORDS).start(0, 0))
    for skipped, load in enumerate(loads):
        rest = list(stream(WORDS).start(load.epoch, load.index))
        assert drawn(rest) == drawn(loads[skipped:])


def test_half_an_epoch_reads_one() -> None:
    assert {load.epoch for load in stream(WORDS, epochs=0.5).start(0, 0)} == {0}


def test_without_epochs_it_never_ends() -> None:
    loads = stream(WORDS, epochs=None).start(0, 0)
    assert max(next(loads).epoch for _ in range(50)) > 3
    loads.close()


def test_examples_that_vary_are_asked_for_once_an_epoch() -> None:
    asked = []

    def varied(epoch: int) -> list[str]:
        asked.append(epoch)
        return [word + str(epoch) for word in WORDS]

    loads = list(Stream(varied, len, "+".join, batch_tokens=12, seed=0, epochs=2).start(0, 0))
    assert asked == [0, 1]
    assert all(word.endswith("1") for word in loads[-1].batch.split("+"))


def test_the_fingerprint_tells_other_data() -> None:
    one = next(iter(stream(WORDS).start(0, 0))).fingerprint
    assert one == next(iter(stream(WORDS).start(1, 2))).fingerprint
    assert one != next(iter(stream(WORDS[1:]).start(0, 0))).fingerprint


def test_collation_runs_one_batch_ahead_in_a_thread_that_ends() -> None:
    collated: list[str] = []
    ahead = threading.Event()

    def collate(words: Sequence[str]) -> str:
        collated.append(threading.current_thread().name)
        if len(collated) == 2:
            ahead.set()
        return "+".join(words)

    loads = Stream(WORDS, len, collate, batch_tokens=12, seed=0, epochs=1).start(0, 0)
    next(loads)
    assert ahead.wait(10)  # the second batch is made while the first is worked on
    assert len(collated) == 2
    assert all(name.startswith("collate") for name in collated)
    loads.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("collate")]


def test_an_error_in_collation_arrives() -> None:
    def broken(words: Sequence[str]) -> str:
        raise ValueError(f"can't read {words[0]}")

    with pytest.raises(ValueError, match="can't read"):
        next(Stream(WORDS, len, broken, batch_tokens=12, seed=0, epochs=1).start(0, 0))


def test_no_examples() -> None:
    with pytest.raises(TrainingError, match="no example to train on"):
        next(stream([]).start(0, 0))


def test_an_empty_example_counts_as_one_token() -> None:
    assert lengths_of(["", "ab"], len).tolist() == [1, 2]
