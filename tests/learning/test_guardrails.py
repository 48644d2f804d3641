"""Guardrails: the control's share, titles that harm, budgets."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from learning_shop import MUGS, NOBODY, generator, happened

from titlewright.errors import LearningError
from titlewright.learning.policies import create_policy, from_json
from titlewright.learning.policies.guarded import Guarded, harms


def guarded(name: str = "thompson", **limits: object) -> Guarded:
    return Guarded(create_policy(name), **limits)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["thompson", "ucb1", "explore_then_commit", "epsilon_greedy"])
def test_the_control_keeps_its_share_however_bad_it_is(name: str) -> None:
    policy = guarded(name, control_share=0.25)
    policy.update(happened({"plain": (3000, 3), "blue": (3000, 600), "hand": (3000, 3)}))
    shares = policy.propensities(MUGS, NOBODY, generator())
    assert shares[0] == pytest.approx(0.25, abs=0.05)
    assert shares[0] >= 0.25
    assert sum(shares) == pytest.approx(1)


def test_a_title_that_harms_is_stopped_and_stays_so() -> None:
    policy = guarded("uniform", harm=0.05)
    policy.update(happened({"plain": (4000, 200), "blue": (4000, 60), "hand": (4000, 190)}))
    assert policy.propensities(MUGS, NOBODY, generator())[1] == 0
    policy.update(happened({"blue": (4000, 4000)}, start=50_000))
    again = from_json(json.loads(json.dumps(policy.to_json())))
    for one in (policy, again):
        assert one.propensities(MUGS, NOBODY, generator()) == pytest.approx([0.5, 0, 0.5])


def test_harm_is_seen_long_before_the_end() -> None:
    """Half the control's rate of 4 %: stopped within 4,000 of the impressions that it could get."""
    stopped = []
    for seed in range(20):
        rng = generator(seed)
        clicks = rng.random((10_000, 2)) < [0.04, 0.02]
        won = clicks.cumsum(axis=0)
        stopped.append(next(
            (at for at in range(100, 10_000, 50)
             if harms(at, int(won[at - 1, 1]), at, int(won[at - 1, 0]), 0.01)), 10_000,
        ))  # fmt: skip
    assert np.median(stopped) < 4000


@pytest.mark.parametrize("rate", [0.005, 0.02, 0.1])
def test_harmless_titles_are_stopped_no_more_often_than_was_said(rate: float) -> None:
    """400 A/A products, looked at 100 times each; 5 % may be stopped, and 1.1 % more by chance."""
    rng, wrong = generator(7), 0
    for _ in range(400):
        won = rng.binomial(100, rate, (100, 2)).cumsum(axis=0).tolist()
        wrong += any(
            harms(100 * at, title, 100 * at, control, 0.05)
            for at, (control, title) in enumerate(won, 1)
        )
    assert wrong / 400 <= 0.05 + 0.011


def test_a_title_isnt_blamed_for_what_drifted_before_it_came() -> None:
    """6 % are clicked until a second title comes, then 4 % of either."""
    policy = guarded("uniform", harm=0.05)
    policy.update(happened({"plain": (10_000, 600)}))
    both = {"plain": (3000, 120), "blue": (3000, 120)}
    policy.update(happened(both, start=20_000))
    again = from_json(json.loads(json.dumps(policy.to_json())))
    for one in (policy, again):
        assert one.propensities(MUGS[:2], NOBODY, generator()) == [0.5, 0.5]
    # Nor is the former control when it is compared with a title that came later.
    turned = [replace(MUGS[0], control=False), replace(MUGS[1], control=True)]
    again.update(happened({"plain": (3000, 125), "blue": (3000, 125)}, start=40_000))
    assert again.propensities(turned, NOBODY, generator()) == [0.5, 0.5]
    again.update(happened({"plain": (3000, 30), "blue": (3000, 125)}, start=60_000))
    assert again.propensities(turned, NOBODY, generator()) == [0, 1]


def test_what_faded_is_taken_off_as_it_has_faded() -> None:
    day = 86_400.0
    policy = Guarded(create_policy("uniform", half_life=day), harm=0.05)
    policy.update(happened({"plain": (4000, 400)}))
    both = [replace(one, time=one.time + day) for one in
            happened({"plain": (2000, 60), "blue": (2000, 60)}, start=10_000)]  # fmt: skip
    policy.update(both)
    assert policy.propensities(MUGS[:2], NOBODY, generator()) == [0.5, 0.5]
    shown, won = policy._since("mug", "plain", "blue")
    assert (shown, won) == (pytest.approx(2000, rel=0.05), pytest.approx(60, rel=0.05))


def test_a_budget_holds_before_any_event_has_come() -> None:
    policy, rng = guarded("uniform", budget=50), generator()
    chosen = [policy.choose(MUGS, NOBODY, rng).title for _ in range(200)]
    assert sum(not title.control for title in chosen) == 50
    again = from_json(json.loads(json.dumps(policy.to_json())))
    assert again.propensities(MUGS, NOBODY, rng) == [1, 0, 0]


def test_a_former_control_costs_no_budget() -> None:
    policy, rng = guarded("uniform", budget=50), generator()
    policy.propensities(MUGS[:2], NOBODY, rng)
    policy.update(happened({"plain": (1000, 20), "blue": (20, 1)}))
    newer = [replace(MUGS[0], control=False), replace(MUGS[1], control=True), MUGS[2]]
    assert policy.propensities(newer, NOBODY, rng) == pytest.approx([1 / 3] * 3)


def test_a_budget_is_what_other_titles_get_in_all() -> None:
    policy, rng = guarded("uniform", budget=60), generator()
    events = {title.id: happened({title.id: (500, 0)}) for title in MUGS}
    shown = dict.fromkeys(events, 0)
    for _ in range(400):
        title = policy.choose(MUGS, NOBODY, rng).title.id
        policy.update([events[title][shown[title]]])
        shown[title] += 1
    assert shown["blue"] + shown["hand"] == 60
    assert policy.propensities(MUGS, NOBODY, rng) == [1, 0, 0]
    # A budget of one product is none of another's.
    lamp = [replace(one, product_id="lamp") for one in MUGS]
    assert min(policy.propensities(lamp, NOBODY, rng)) > 0.2


def test_without_a_control_on_offer_there_is_nothing_to_guard() -> None:
    policy = guarded("uniform", control_share=0.9, budget=0)
    assert policy.propensities(MUGS[1:], NOBODY, generator()) == [0.5, 0.5]


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"control_share": 1.5}, "control_share 1.5 is no share"),
        ({"harm": 0}, "harm 0 is no probability"),
        ({"budget": -1}, "budget -1 can't be"),
    ],
)
def test_limits_that_make_no_sense_are_refused(limits: dict[str, float], said: str) -> None:
    with pytest.raises(LearningError, match=said):
        guarded(**limits)
