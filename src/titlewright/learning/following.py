"""Keeps a policy up to date with what arrives in a store, a little at a time, between decisions.

In a thread beside them every decision would wait until that thread lets go of the interpreter. A
step is short instead, and whoever decides takes one when there is nothing to decide:

follower = Follower(store, policy)
follower.catch_up()
...
while True:  # a task of an asyncio server
    more = follower.step() == STEP
    await asyncio.sleep(0 if more else 0.05)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from titlewright.learning.records import Policy
    from titlewright.learning.store import EventStore

STEP = 50  # events: about a millisecond's work
_CATCHING_UP = 5000  # events at once while nobody waits for a decision


class Follower:
    """Hands events on to a policy in the order in which they arrived, each once.

    place  where to go on: that of another follower whose policy was saved, 0 for the beginning
    """

    def __init__(self, store: EventStore, policy: Policy, place: int = 0) -> None:
        self.policy = policy
        self.place = place
        self._store = store

    def step(self, most: int = STEP) -> int:
        """Learn from the next events, so many at most; says from how many.

        Raises LearningError where the store fails; the next step goes on where this one began.
        """
        found, place = self._store.arrivals(self.place, most)
        if found:
            self.policy.update(found)
        self.place = place
        return len(found)

    def catch_up(self) -> int:
        """Learn from all events that are there; says from how many."""
        told = 0
        while count := self.step(_CATCHING_UP):
            told += count
        return told
