"""Trying again: exponential backoff with full jitter, bounded; and the pause while nothing answers.

Full jitter: the wait is drawn evenly from 0 to the backoff, so that clients which failed together
don't come back together (Brooker, "Exponential Backoff and Jitter", 2015).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from random import Random
from typing import TypeVar

from titlewright.generators.llm.client import UnavailableError

_FIRST = 1.0  # seconds, the backoff after the first try; it doubles from try to try
_LONGEST = 60.0
_PAUSE = 60.0  # seconds in which nothing is sent

_Result = TypeVar("_Result")


def try_again(
    call: Callable[[], _Result],
    *,
    tries: int,
    longest_wait: float,
    rng: Random,
    sleep: Callable[[float], object],
) -> _Result:
    """What `call` gives, sooner or later. A server's Retry-After is honoured.

    Raises the last UnavailableError after so many tries, or at once where the next try would come
    after more than `longest_wait` seconds of waiting in all.
    """
    waited = 0.0
    for number in range(tries):
        try:
            return call()
        except UnavailableError as error:
            left = longest_wait - waited
            wait = _wait(number, error.retry_after, rng)
            if error.retry_after is None:  # the backoff is ours to shorten, the server's is not
                wait = min(wait, left)
            if number + 1 == tries or left <= 0 or wait > left:
                raise
            sleep(wait)
            waited += wait
    raise ValueError("tries must be at least 1")


def _wait(number: int, retry_after: float | None, rng: Random) -> float:
    """Seconds before the next try; a little later than the server asks, each client elsewhere."""
    backoff = min(_LONGEST, _FIRST * 2**number)
    if retry_after is None:
        return rng.uniform(0, backoff)
    return retry_after + rng.uniform(0, min(backoff, retry_after / 4))


class Breaker:
    """Stops asking for a while after many products in a row got no answer. Safe between threads.

    A server that is down would otherwise cost every product of a feed all of its waiting.
    """

    def __init__(
        self, limit: int, *, pause: float = _PAUSE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.limit = limit
        self._pause = pause
        self._clock = clock
        self._failed = 0
        self._until = 0.0
        self._lock = threading.Lock()

    @property
    def open(self) -> bool:
        """Whether nothing is to be sent now."""
        with self._lock:
            return self._failed >= self.limit and self._clock() < self._until

    def answered(self) -> None:
        with self._lock:
            self._failed = 0

    def failed(self) -> None:
        """A product got no answer in all of its tries."""
        with self._lock:
            self._failed += 1
            self._until = self._clock() + self._pause
