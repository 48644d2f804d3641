"""Replaying tests: what is counted, and that chance is seeded."""

from __future__ import annotations

import numpy as np
import pytest

from titlewright.errors import LearningError
from titlewright.learning.policies import create_policy
from titlewright.learning.replay import Replayed, differences, replay, summarise
from titlewright.learning.replay import Test as Trial
from titlewright.learning.replay.summary import over_tests

TESTS = [
    *(Trial(f"two {n}", ("a", "b"), (0.02, 0.06)) for n in range(30)),
    *(Trial(f"three {n}", ("a", "b", "c"), (0.04, 0.01, 0.04)) for n in range(20)),
]


def run(name: str, impressions: int = 2000, seed: int = 0, **options: object) -> Replayed:
    return replay(TESTS, lambda: create_policy(name, **options), impressions, seeds=3, seed=seed)


def test_uniform_gains_nothing_and_the_best_is_the_most() -> None:
    found = run("uniform")
    assert found.uniform.tolist() == pytest.approx([80.0] * 30 + [60.0] * 20)
    assert found.best.tolist() == pytest.approx([120.0] * 30 + [80.0] * 20)
    assert found.gain == pytest.approx([0, 0, 0], abs=0.02)
    assert found.on_best[:, 30:].mean() == pytest.approx(2 / 3, abs=0.02)  # two are the best
    assert (found.clicks <= found.best + 1e-9).all()


def test_policies_that_learn_gain_and_the_same_seed_gains_the_same() -> None:
    first, again, other = run("thompson"), run("thompson"), run("thompson", seed=1)
    assert (first.clicks == again.clicks).all()
    assert (first.clicks != other.clicks).any()
    told = summarise({"thompson": first, "uniform": run("uniform")})
    gain = told["policies"]["thompson"]["gain"]
    assert 0.15 < gain["low"] <= gain["mean"] <= gain["high"] < told["oracle"]["gain"]
    regret = (first.best - first.clicks).mean()
    assert told["policies"]["thompson"]["regret"]["mean"] == pytest.approx(regret)


def test_exploring_first_costs_what_it_must() -> None:
    """A fifth of the impressions shared equally; then the better of 2 % and 6 % is found."""
    found = run("explore_then_commit", impressions=10_000, explore=2000)
    expected = 0.2 * found.uniform[:30] + 0.8 * found.best[:30]
    assert found.clicks[:, :30].mean() == pytest.approx(expected.mean(), rel=0.01)


def test_top_two_shows_little_of_what_is_clearly_worse() -> None:
    """What never leads has half a draw's chance, which is a small one. With few draws: 25 %."""
    tests = [Trial(str(n), ("a", "b", "c"), (0.3, 0.29, 0.01)) for n in range(20)]
    found = replay(tests, lambda: create_policy("top_two_thompson"), 20_000, seeds=1, batches=50)
    assert found.clicks.mean() > 20_000 * 0.265


def test_intervals_of_many_tests_are_those_of_whole_tests_drawn_anew() -> None:
    """As by a plain bootstrap; 150 tests whose gains differ by half on average."""
    rng = np.random.default_rng(5)
    uniform = rng.uniform(50, 150, 150)
    clicks = uniform * rng.normal(1.2, 0.5, 150)
    told = over_tests(clicks, uniform)
    drawn = rng.integers(150, size=(4000, 150))
    low, high = np.percentile(clicks[drawn].sum(1) / uniform[drawn].sum(1) - 1, [2.5, 97.5])
    assert (told["low"], told["high"]) == pytest.approx((low, high), abs=0.01)


def test_differences_are_of_the_same_tests() -> None:
    one, other = run("thompson"), run("uniform")
    gap = differences({"thompson": one, "uniform": other}, "thompson")["uniform"]
    assert gap["mean"] == pytest.approx(np.mean(one.gain) - np.mean(other.gain))
    assert gap["low"] < gap["mean"] < gap["high"]


def test_replays_that_make_no_sense_are_refused() -> None:
    with pytest.raises(LearningError, match="no tests to replay"):
        replay([], lambda: create_policy("uniform"), 10)
    with pytest.raises(LearningError, match="10 impressions in 100 batches"):
        run("uniform", impressions=10)
