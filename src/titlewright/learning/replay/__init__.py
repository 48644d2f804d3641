"""Replay: what policies would have earned on randomised tests that were run, by their counts.

Not a live experiment: each title's measured rate is taken for the truth, the errors in it too.
"""

from titlewright.learning.replay.comparing import compare
from titlewright.learning.replay.reading import Test, Tests, read_tests
from titlewright.learning.replay.running import Replayed, replay
from titlewright.learning.replay.summary import differences, summarise

__all__ = [
    "Replayed",
    "Test",
    "Tests",
    "compare",
    "differences",
    "read_tests",
    "replay",
    "summarise",
]
