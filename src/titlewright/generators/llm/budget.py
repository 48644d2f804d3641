"""The money that a run may spend, kept by all of its requests together."""

from __future__ import annotations

import threading


class Budget:
    """Lets a request go only while the most that it can cost still fits. Safe between threads.

    What is under way is held back until its cost is known, so the limit is never passed.
    """

    def __init__(self, limit: float | None, spent: float = 0.0) -> None:
        self.limit = limit
        self.spent = spent
        self._held = 0.0
        self._under_way = 0
        self._changed = threading.Condition()

    def hold(self, most: float) -> bool:
        """Keep so much back for a request; False when the budget is used up.

        Waits while requests under way may yet turn out cheaper than what is held for them.
        """
        with self._changed:
            while not self._fits(most):
                if not self._under_way:
                    return False
                self._changed.wait()
            self._held += most
            self._under_way += 1
            return True

    def settle(self, most: float, cost: float) -> None:
        """A request for which `most` was held is over and did cost so much."""
        with self._changed:
            self._held = max(0.0, self._held - most)
            self._under_way -= 1
            self.spent += cost
            self._changed.notify_all()

    def _fits(self, most: float) -> bool:
        # a hair's breadth for sums of fractions
        return self.limit is None or self.spent + self._held + most <= self.limit * (1 + 1e-9)
