"""How fast a run goes and how long it will take: rates over the last steps."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple


class _Mark(NamedTuple):
    seconds: float
    examples: int
    tokens: int


class Pace:
    """Examples and tokens a second over the last `window` steps."""

    def __init__(self, window: int = 50) -> None:
        self._marks: deque[_Mark] = deque(maxlen=window + 1)

    def mark(self, seconds: float, examples: int, tokens: int) -> None:
        """Note the totals of the run after `seconds` of it."""
        self._marks.append(_Mark(seconds, examples, tokens))

    def rates(self) -> tuple[float, float]:
        """Examples and tokens a second; zeros before the second mark."""
        if len(self._marks) < 2:
            return 0.0, 0.0
        first, last = self._marks[0], self._marks[-1]
        seconds = max(last.seconds - first.seconds, 1e-9)
        return (last.examples - first.examples) / seconds, (last.tokens - first.tokens) / seconds


def seconds_left(elapsed: float, used: float) -> float:
    """Seconds until the run ends, when `elapsed` seconds used the share `used` of it."""
    return elapsed * (1 - used) / used if used > 0 else float("inf")
