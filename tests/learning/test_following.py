"""A policy that follows a store: every event once, in order of arrival, and on from a place."""

from __future__ import annotations

from pathlib import Path

import pytest

from titlewright.errors import LearningError
from titlewright.learning.following import STEP, Follower
from titlewright.learning.policies.thompson import Thompson
from titlewright.learning.records import Event
from titlewright.learning.store import EventStore


def impressions(first: int, count: int) -> list[Event]:
    return [Event(f"i{n}", "impression", 1.7e9, "mug", "red") for n in range(first, first + count)]


def test_each_event_reaches_the_policy_once_late_ones_too(tmp_path: Path) -> None:
    with EventStore(tmp_path / "learning.sqlite") as store:
        store.append(impressions(0, 3 * STEP))
        follower = Follower(store, Thompson())
        assert follower.step() == STEP
        assert follower.catch_up() == 2 * STEP
        assert follower.step() == 0
        store.append([Event("c", "click", 1.6e9, "mug", "red", impression="i1")])  # long ago
        store.append(impressions(0, 10))  # known
        assert follower.step() == 1
        assert follower.policy.tally.counts("mug", ["red"])[:2] == ([3.0 * STEP], [1.0])


def test_another_goes_on_from_its_place(tmp_path: Path) -> None:
    with EventStore(tmp_path / "learning.sqlite") as store:
        store.append(impressions(0, 70))
        first = Follower(store, Thompson())
        first.catch_up()
        store.append(impressions(70, 5))
        second = Follower(store, Thompson(), first.place)
        assert second.catch_up() == 5


def test_a_policy_that_fails_is_given_the_same_events_again(tmp_path: Path) -> None:
    class Failing(Thompson):
        def update(self, events: object) -> None:
            del events
            raise LearningError("no")

    with EventStore(tmp_path / "learning.sqlite") as store:
        store.append(impressions(0, 3))
        follower = Follower(store, Failing())
        with pytest.raises(LearningError, match="no"):
            follower.step()
        follower.policy = Thompson()
        assert follower.catch_up() == 3
