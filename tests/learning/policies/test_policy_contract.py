"""What holds of every policy."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from titlewright.errors import LearningError
from titlewright.learning.policies import (
    create_policy,
    load_policy,
    policy_names,
    save_policy,
)
from titlewright.learning.records import Audience, Event, Title

TITLES = [
    Title("a", "mug", "Stoneware Mug", control=True),
    Title("b", "mug", "Stoneware Mug with Lid, 350 ml"),
    Title("c", "mug", "Mug"),
]
RATES = {"a": 0.02, "b": 0.2, "c": 0.02}
NOBODY = Audience()


def shown_events(count: int, seed: int) -> list[Event]:
    """Impressions of the three titles in turn, and the clicks that came of them."""
    rng = np.random.default_rng(seed)
    events = []
    for number in range(count):
        title = TITLES[number % 3].id
        events.append(Event(f"i{number}", "impression", number, "mug", title, arms=("a", "b", "c")))
        if rng.random() < RATES[title]:
            events.append(
                Event(f"c{number}", "click", number + 5, "mug", title, impression=f"i{number}")
            )
    return events


@pytest.fixture(params=policy_names())
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def choices(policy: object, count: int, seed: int) -> list[str]:
    rng = np.random.default_rng(seed)
    return [policy.choose(TITLES, NOBODY, rng).title.id for _ in range(count)]  # type: ignore[attr-defined]


def test_the_same_seed_makes_the_same_choices(name: str) -> None:
    made = []
    for _ in range(2):
        policy = create_policy(name)
        policy.update(shown_events(300, 1))
        made.append(choices(policy, 50, 2))
    assert made[0] == made[1]


def test_the_propensity_is_how_often_a_title_is_shown(name: str) -> None:
    policy = create_policy(name, floor=0.3)
    policy.update(shown_events(90, 1))
    rng = np.random.default_rng(3)
    told = policy.propensities(TITLES, NOBODY, rng)
    assert sum(told) == pytest.approx(1)
    assert min(told) >= 0.1 - 1e-9
    seen = Counter(choices(policy, 3000, 4))
    for title, propensity in zip(TITLES, told, strict=True):
        assert seen[title.id] / 3000 == pytest.approx(propensity, abs=0.04)


def test_a_title_never_seen_is_welcome_and_none_is_an_error(name: str) -> None:
    policy = create_policy(name, floor=0.1)
    policy.update(shown_events(90, 1))
    rng = np.random.default_rng(0)
    new = [*TITLES, Title("d", "mug", "New Mug")]
    assert policy.propensities(new, NOBODY, rng)[3] > 0
    with pytest.raises(LearningError):
        policy.choose([], NOBODY, rng)


def test_an_event_that_comes_twice_counts_once(name: str) -> None:
    once, twice = create_policy(name), create_policy(name)
    events = shown_events(120, 5)
    once.update(events)
    twice.update(events)
    twice.update(events)
    assert choices(once, 40, 6) == choices(twice, 40, 6)


def test_saved_and_opened_it_is_the_same(name: str, tmp_path: Path) -> None:
    policy = create_policy(name)
    policy.update(shown_events(120, 7))
    save_policy(policy, tmp_path / "policy.json")
    opened = load_policy(tmp_path / "policy.json")
    assert choices(policy, 40, 8) == choices(opened, 40, 8)
    json.loads((tmp_path / "policy.json").read_text(encoding="utf-8"))


def test_what_learns_shows_the_better_title_more_often(name: str) -> None:
    if name == "uniform":
        pytest.skip("uniform learns nothing, and that is what it is for")
    policy = create_policy(name)
    policy.update(shown_events(6000, 9))
    assert Counter(choices(policy, 300, 10)).most_common(1)[0][0] == "b"


def test_an_unknown_name_or_option_is_named() -> None:
    with pytest.raises(LearningError, match="nonesuch"):
        create_policy("nonesuch")
    with pytest.raises(LearningError, match="colour"):
        create_policy("thompson", colour="red")
