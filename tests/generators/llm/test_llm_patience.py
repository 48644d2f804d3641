"""Trying again: how long, how often, when not; and the pause when nothing answers."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random

import pytest

from titlewright.generators.llm import patience
from titlewright.generators.llm.budget import Budget
from titlewright.generators.llm.client import RefusedError, UnavailableError, _seconds
from titlewright.generators.llm.patience import Breaker, try_again


class Flaky:
    """Fails so often, then answers."""

    def __init__(self, failures: int, retry_after: float | None = None) -> None:
        self.failures = failures
        self.retry_after = retry_after
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.calls <= self.failures:
            raise UnavailableError("busy", self.retry_after)
        return "answer"


def waits(
    flaky: Flaky, *, tries: int = 5, longest_wait: float = 1000, seed: int = 0
) -> list[float]:
    slept: list[float] = []
    try_again(flaky, tries=tries, longest_wait=longest_wait, rng=Random(seed), sleep=slept.append)
    return slept


@pytest.fixture(autouse=True)
def whole_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "_FIRST", 1.0)


def test_each_wait_is_drawn_from_a_doubling_backoff() -> None:
    drawn = [waits(Flaky(4), seed=seed) for seed in range(300)]
    for number in range(4):
        column = [one[number] for one in drawn]
        assert 0 <= min(column) < 0.1 * 2**number
        assert 0.9 * 2**number < max(column) <= 2**number


def test_the_same_seed_waits_the_same() -> None:
    assert waits(Flaky(4), seed=1) == waits(Flaky(4), seed=1) != waits(Flaky(4), seed=2)


def test_so_many_tries_and_no_more() -> None:
    flaky = Flaky(99)
    with pytest.raises(UnavailableError):
        waits(flaky, tries=3)
    assert flaky.calls == 3


def test_all_waiting_together_is_bounded() -> None:
    slept: list[float] = []
    with pytest.raises(UnavailableError):
        try_again(Flaky(99), tries=20, longest_wait=30, rng=Random(0), sleep=slept.append)
    assert 29 < sum(slept) <= 30.000001


def test_a_server_that_says_when_is_asked_no_sooner() -> None:
    assert all(7 <= wait <= 7 * 1.25 for wait in waits(Flaky(3, 7)))
    assert waits(Flaky(1, 0)) == [0]


def test_a_server_that_says_not_for_long_is_given_up_at_once() -> None:
    flaky = Flaky(99, 3600)
    with pytest.raises(UnavailableError):
        waits(flaky, longest_wait=60)
    assert flaky.calls == 1


def test_a_refusal_is_not_tried_again() -> None:
    calls = []

    def refuse() -> None:
        calls.append(1)
        raise RefusedError("no")

    with pytest.raises(RefusedError):
        try_again(refuse, tries=5, longest_wait=9, rng=Random(0), sleep=calls.append)
    assert calls == [1]


def test_retry_after_in_seconds_or_as_a_date() -> None:
    assert _seconds("3") == 3
    assert _seconds("0.5") == 0.5
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert 55 < (_seconds(later) or 0) <= 60
    assert _seconds(format_datetime(datetime(2001, 1, 1, tzinfo=UTC), usegmt=True)) == 0
    for odd in ("", "soon", "-1", "١", "1e9", "nan"):
        assert _seconds(odd) in (None, 1)


def test_many_failures_in_a_row_pause_the_asking() -> None:
    now = [0.0]
    breaker = Breaker(3, pause=60, clock=lambda: now[0])
    breaker.failed(), breaker.failed(), breaker.answered()
    for _ in range(2):
        breaker.failed()
    assert not breaker.open
    breaker.failed()
    assert breaker.open
    now[0] = 61
    assert not breaker.open, "asked again after the pause"
    breaker.failed()
    assert breaker.open
    breaker.answered()
    assert not breaker.open


def test_a_budget_lets_through_what_fits() -> None:
    budget = Budget(1.0)
    assert budget.hold(0.6)
    budget.settle(0.6, 0.5)
    assert budget.hold(0.5)
    budget.settle(0.5, 0.5)
    assert not budget.hold(0.01)
    assert budget.spent == 1.0
    assert Budget(None).hold(1e9)
    assert not Budget(1.0, spent=1.0).hold(0.1)


def test_a_budget_waits_for_what_is_under_way() -> None:
    budget = Budget(1.0)
    assert budget.hold(0.9)
    found: list[bool] = []
    waiting = threading.Thread(target=lambda: found.append(budget.hold(0.5)))
    waiting.start()
    time.sleep(0.05)
    assert found == []
    budget.settle(0.9, 0.1)
    waiting.join(5)
    assert found == [True]


def test_a_budget_is_never_passed_whatever_the_threads_do() -> None:
    budget = Budget(1.0)

    def spend(seed: int) -> None:
        rng = Random(seed)
        for _ in range(40):
            if budget.hold(0.05):
                budget.settle(0.05, rng.uniform(0, 0.05))

    threads = [threading.Thread(target=spend, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert 0.95 < budget.spent <= 1.0
