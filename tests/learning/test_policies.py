"""The contract of every policy: seeds, propensities, events that come twice or out of order."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from learning_shop import MUGS, NOBODY, generator, happened, lengths

from titlewright.errors import LearningError
from titlewright.learning.policies import (
    create_policy,
    from_json,
    load_policy,
    policy_names,
    save_policy,
)
from titlewright.learning.policies.guarded import Guarded
from titlewright.learning.policies.linear_thompson import likely_best
from titlewright.learning.records import Audience, Event, Title

STRENGTHS = {name: {"strengths": lengths} for name in ("prior_thompson", "horizon_thompson")}
OWN: dict[str, dict[str, Any]] = {**STRENGTHS, "explore_then_commit": {"explore": 150}}
SEEN = {"plain": (400, 8), "blue": (300, 15), "hand": (100, 2)}
ODD = Audience("who:1", ("mobile", "手机"), {"price_band": 0.5, "": math.pi})


@pytest.fixture(params=[*policy_names(), "guarded"])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def make(name: str, **options: Any) -> Any:
    if name == "guarded":
        return Guarded(make("thompson", **options), control_share=0.2)
    return create_policy(name, **OWN.get(name, {}) | options)


def choices(policy: Any, seed: int, number: int = 30) -> list[tuple[str, float]]:
    rng = generator(seed)
    found = (policy.choose(MUGS, ODD, rng) for _ in range(number))
    return [(one.title.id, one.propensity) for one in found]


def test_the_same_seed_makes_the_same_choices(name: str) -> None:
    first, second = make(name), make(name)
    for policy in (first, second):
        policy.update(happened(SEEN))
    assert choices(first, 1) == choices(second, 1)


def test_propensities_are_how_often_titles_are_shown(name: str) -> None:
    policy, rng, number = make(name, floor=0.05), generator(2), 4000
    policy.update(happened(SEEN))
    shown: Counter[str] = Counter()
    for _ in range(number):
        told = policy.choose(MUGS, NOBODY, rng)
        shown[told.title.id] += 1
        assert 0 < told.propensity <= 1
    expected = policy.propensities(MUGS, NOBODY, rng)
    frequencies = np.array([shown[title.id] for title in MUGS]) / number
    assert frequencies == pytest.approx(expected, abs=4 * 0.5 / math.sqrt(number))
    assert sum(expected) == pytest.approx(1)


def test_the_floor_is_given_to_all(name: str) -> None:
    policy = make(name, floor=0.3)
    policy.update(happened({"plain": (3000, 3), "blue": (3000, 300), "hand": (3000, 3)}))
    given = 0.08 if name == "guarded" else 0.1  # the control's share is taken from the others
    assert min(policy.propensities(MUGS, NOBODY, generator())) >= given - 1e-12


def test_events_count_once_in_any_order(name: str) -> None:
    events = happened(SEEN)
    turned = [events[at] for at in generator(3).permutation(len(events))]
    straight, other = make(name), make(name)
    straight.update(events)
    other.update([*turned, *turned])
    other.update(turned[:50])
    for seed in range(3):
        # Sums of another order differ in their last digits.
        ours, theirs = choices(straight, seed), choices(other, seed)
        assert [title for title, _ in ours] == [title for title, _ in theirs]


def test_titles_nobody_has_seen_are_welcome(name: str) -> None:
    policy = make(name)
    policy.update(happened(SEEN))
    new = [*MUGS, Title("new", "mug", "杯子 🫖"), Title("空", "mug", "")]
    assert policy.choose(new, NOBODY, generator()).title in new
    told = policy.choose([Title("only", "lamp", "A lamp")], NOBODY, generator())
    assert (told.title.id, told.propensity) == ("only", pytest.approx(1))


def test_events_of_what_isnt_on_offer_do_no_harm(name: str) -> None:
    policy = make(name)
    policy.update(happened({"gone": (50, 40)}))
    policy.update(happened({"x": (5, 1)}, product="elsewhere"))
    policy.update([Event("early", "click", 5, "mug", "blue", impression="never came")])
    policy.update([Event("no", "dismiss", 5, "mug", "blue"), Event("c", "cart", 6, "mug", "blue")])
    assert policy.choose(MUGS, NOBODY, generator()).title in MUGS


def test_no_titles_are_refused(name: str) -> None:
    with pytest.raises(LearningError, match="No title is on offer"):
        make(name).choose([], NOBODY, generator())


def test_what_is_saved_is_what_is_opened(name: str, tmp_path: Path) -> None:
    policy, own = make(name, floor=0.02), STRENGTHS.get(name, {})
    policy.update(happened(SEEN))
    choices(policy, 1)
    policy.update(happened({"blue": (3, 1)}, start=5000))
    again = from_json(json.loads(json.dumps(policy.to_json())), **own)
    assert choices(again, 4) == choices(policy, 4)
    more = happened({"hand": (200, 30)}, start=9000) + happened(SEEN)  # the latter are known
    for one in (policy, again):
        one.update(more)
    assert choices(again, 5) == choices(policy, 5)
    save_policy(policy, tmp_path / "policy.json")
    assert choices(load_policy(tmp_path / "policy.json", **own), 6) == choices(policy, 6)


def test_the_better_title_gets_more(name: str) -> None:
    policy = make(name)
    policy.update(happened({"plain": (4000, 40), "blue": (4000, 400), "hand": (4000, 40)}))
    plain, blue, hand = policy.propensities(MUGS, NOBODY, generator())
    if name == "uniform":
        assert plain == blue == hand
    else:
        assert blue >= 0.45
        assert blue > max(plain, hand)


@pytest.mark.parametrize("goal", ["cart", "purchase", "revenue"])
def test_other_goals(name: str, goal: str) -> None:
    policy = make(name, goal=goal)
    policy.update(happened({"plain": (2000, 1000), "blue": (2000, 2)}))
    kind: Any = "cart" if goal == "cart" else "purchase"
    sold = {"plain": (2000, 10), "hand": (4000, 300), "blue": (2000, 10)}
    policy.update(happened(sold, kind=kind, start=90_000))
    shares = policy.propensities(MUGS, NOBODY, generator())
    assert shares[2] == max(shares)


def test_revenue_prefers_the_dearer_of_two_that_sell_alike() -> None:
    policy = create_policy("thompson", goal="revenue")
    for title, value in (("plain", 10.0), ("blue", 30.0)):
        for number in range(2000):
            at = f"{title}-{number}"
            policy.update([Event(at, "impression", number, "mug", title)])
            if number < 60:
                policy.update(
                    [Event(f"{at}-b", "purchase", number, "mug", title, impression=at, value=value)]
                )
    assert policy.propensities(MUGS[:2], NOBODY, generator())[1] > 0.95


def test_several_clicks_on_one_impression_are_one() -> None:
    policy = create_policy("epsilon_greedy")
    policy.update([Event("i", "impression", 1, "mug", "blue")])
    policy.update([Event(f"c{n}", "click", 2, "mug", "blue", impression="i") for n in range(9)])
    assert policy.tally.counts("mug", ["blue"])[:2] == ([1.0], [1.0])


def test_old_events_fade_by_their_age() -> None:
    old = [Event(f"o{n}", "impression", 0, "mug", "blue") for n in range(8)]
    new = [Event(f"n{n}", "impression", 200, "mug", "blue") for n in range(3)]
    for events in (old + new, new + old):
        policy = create_policy("thompson", half_life=100.0)
        policy.update(events)
        assert policy.tally.counts("mug", ["blue"])[0] == [pytest.approx(8 / 4 + 3)]


def test_years_of_fading_stay_finite() -> None:
    policy = create_policy("thompson", half_life=3600.0, delay=60.0)
    for day in range(1500):
        policy.update([Event(str(day), "impression", day * 86_400.0, "mug", "blue")])
    policy.update([Event("x", "impression", 1500 * 86_400.0, "mug", "plain")])
    shown, won, _ = policy.tally.counts("mug", ["blue", "plain"])
    # A day is 24 half-lives; the last one can't be judged yet.
    assert shown == [pytest.approx(2.0**-24, rel=1e-3), pytest.approx(0, abs=1e-9)]
    assert won == [0.0, 0.0]


def test_impressions_wait_for_their_clicks() -> None:
    policy = create_policy("thompson", delay=100.0)
    policy.update([Event("a", "impression", 0, "mug", "blue")])
    policy.update([Event("b", "impression", 100, "mug", "plain")])
    shown = policy.tally.counts("mug", ["blue", "plain"])[0]
    assert shown == [pytest.approx(1 - math.exp(-1)), pytest.approx(0)]


@pytest.mark.parametrize("name", ["linucb", "linear_thompson"])
def test_linear_policies_learn_who_likes_what(name: str) -> None:
    rng, policy = generator(5), create_policy(name)
    mobile, desk = Audience(segments=("mobile",)), Audience(segments=("desk",))
    for number in range(2000):
        audience = mobile if number % 2 else desk
        title, at = MUGS[1 + number // 2 % 2], str(number)
        events = [Event(at, "impression", number, "mug", title.id, segments=audience.segments)]
        if rng.random() < (0.3 if (title.id == "blue") == (audience is mobile) else 0.05):
            click = Event(at + "c", "click", number, "mug", title.id, impression=at)
            events.insert(number % 2, click)  # also before its impression
        policy.update(events)
    assert policy.propensities(MUGS[1:], mobile, rng)[0] > 0.9
    assert policy.propensities(MUGS[1:], desk, rng)[1] > 0.9


def test_explore_then_commit_keeps_its_word() -> None:
    policy = create_policy("explore_then_commit", explore=300)
    policy.update(happened({"plain": (100, 5), "blue": (100, 10), "hand": (100, 1)}))
    assert policy.propensities(MUGS, NOBODY, generator()) == [0, 1, 0]
    policy.update(happened({"plain": (100, 90)}, start=1000))
    assert policy.propensities(MUGS, NOBODY, generator()) == [0, 1, 0]
    new = Title("new", "mug", "A mug")
    assert policy.propensities([MUGS[1], new], NOBODY, generator()) == [1, 0]


def test_explore_then_commit_explores_anew_when_its_title_is_gone() -> None:
    policy = create_policy("explore_then_commit", explore=300)
    policy.update(happened({"plain": (400, 20), "blue": (400, 40)}))
    assert policy.propensities(MUGS[:2], NOBODY, generator()) == [0, 1]
    left = [MUGS[0], MUGS[2]]
    assert policy.propensities(left, NOBODY, generator()) == [0.5, 0.5]
    policy.update(happened({"plain": (100, 1), "hand": (150, 3)}, start=5000))
    again = from_json(json.loads(json.dumps(policy.to_json())))
    assert again.propensities(left, NOBODY, generator()) == [0.5, 0.5]
    again.update(happened({"plain": (60, 0)}, start=6000))
    assert again.propensities(left, NOBODY, generator()) == [0, 1]  # by what came since


def test_explore_then_commit_stays_when_what_it_saw_has_faded() -> None:
    policy = create_policy("explore_then_commit", explore=300, half_life=86_400.0)
    policy.update(happened({"plain": (200, 5), "blue": (200, 10)}))
    assert policy.propensities(MUGS[:2], NOBODY, generator()) == [0, 1]
    policy.update([Event("late", "impression", 3 * 86_400.0, "mug", "blue")])
    for offered in (MUGS[:2], MUGS):
        assert policy.propensities(offered, NOBODY, generator())[1] == 1


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("nobody", {}, "Policy 'nobody' is unknown. Policies are uniform"),
        ("thompson", {"floor": 2}, "floor 2 is no share"),
        ("thompson", {"prior": (0, 1)}, "prior .* is no Beta prior"),
        ("thompson", {"goal": "fame"}, "Goal 'fame' is unknown"),
        ("thompson", {"half_life": -1}, "half_life -1 is no time"),
        ("thompson", {"memory": 0}, "memory 0 can't be"),
        ("thompson", {"colour": 1}, "can't be made with"),
        ("epsilon_greedy", {"epsilon": -0.1}, "epsilon -0.1 is no share"),
        ("ucb1", {"width": float("nan")}, "width nan is no factor"),
        ("explore_then_commit", {"explore": 0}, "explore 0 is too little"),
        ("linucb", {"delay": 5.0}, "no half-life and no delay"),
        ("linear_thompson", {"ridge": 0}, "ridge 0 can't be"),
        ("thompson", {"variance": float("inf")}, "variance inf is no factor"),
        ("prior_thompson", {"variance": 0}, "variance 0 is no factor"),
        ("prior_thompson", {"prior": {"rate": 1}}, "is no prior"),
        ("horizon_thompson", {"horizon": 0}, "horizon 0 is too little"),
    ],
)
def test_what_makes_no_sense_is_refused(name: str, options: dict[str, Any], said: str) -> None:
    with pytest.raises(LearningError, match=said):
        create_policy(name, **options)


def test_titles_of_two_products_are_no_choice(name: str) -> None:
    with pytest.raises(LearningError, match="other products are on offer together"):
        make(name).choose([MUGS[0], Title("x", "lamp", "L")], NOBODY, generator())


def test_titles_with_one_id_are_no_choice(name: str) -> None:
    with pytest.raises(LearningError, match="have one id"):
        make(name).choose([*MUGS, replace(MUGS[1], text="Another mug")], NOBODY, generator())


@pytest.mark.parametrize("name", ["linucb", "linear_thompson"])
@pytest.mark.parametrize("value", [1e200, float("nan"), -float("inf")])
def test_a_feature_that_cant_be_learnt_from_changes_nothing(name: str, value: float) -> None:
    policy = create_policy(name)
    policy.update(happened(SEEN))
    before = json.dumps(policy.to_json())
    with pytest.raises(LearningError, match=r"feature 'age' of .* can't be learnt from"):
        policy.choose(MUGS, Audience(features={"age": value}), generator())
    good = Event("good", "impression", 1e6, "mug", "blue")
    if math.isfinite(value):  # others are no events
        bad = Event("bad", "impression", 1e6, "mug", "blue", features={"age": value})
        with pytest.raises(LearningError, match=r"feature 'age' of .* can't be learnt from"):
            policy.update([good, bad])
    assert json.loads(json.dumps(policy.to_json())) | {"places": {}} == json.loads(before) | {
        "places": {}
    }
    policy.update([good])
    assert sum(policy.propensities(MUGS, NOBODY, generator())) == pytest.approx(1)


@pytest.mark.parametrize("name", ["linucb", "linear_thompson"])
def test_linear_policies_wait_for_successes_as_long_as_memory_says(name: str) -> None:
    policy: Any = create_policy(name, memory=50)
    policy.update(happened({"blue": (200, 0)}))
    orphans = [Event(f"c{n}", "click", 5, "mug", "blue", impression=f"i{n}") for n in range(200)]
    policy.update(orphans)
    assert len(policy._shown) == len(policy._early) == 50
    late = Event("late", "click", 900, "mug", "blue", impression="mug-blue-0-199")
    sums = policy._sums["mug", "blue"].copy()
    policy.update([late])
    assert policy._sums["mug", "blue"][0] == sums[0] + 1


def test_the_propensity_of_a_weak_title_is_small_and_not_none() -> None:
    """By the normal distribution: two means that lie two standard deviations apart."""
    mean, spread = np.array([[0.0, 0.1]]), np.array([[0.03, 0.04]])
    assert likely_best(mean, spread)[0] == pytest.approx([0.0228, 0.9772], abs=0.001)
    draws = generator().normal([0.01, 0.02, 0.03, 0.0], [0.02, 0.001, 0.01, 0.03], (100_000, 4))
    expected = np.bincount(draws.argmax(axis=1), minlength=4) / len(draws)
    three = likely_best(np.array([[0.01, 0.02, 0.03, 0.0]]), np.array([[0.02, 0.001, 0.01, 0.03]]))
    assert three[0] == pytest.approx(expected, abs=0.006)
    policy = create_policy("linear_thompson")
    policy.update(happened({"plain": (3000, 60), "blue": (3000, 100)}))
    weak = [policy.propensities(MUGS[:2], NOBODY, generator(seed))[0] for seed in range(20)]
    assert min(weak) == max(weak)
    assert 0 < weak[0] < 0.01


def test_the_horizon_counts_old_impressions_and_those_of_titles_that_are_gone() -> None:
    options: dict[str, Any] = {"horizon": 2000, "strengths": lengths}
    fresh = create_policy("horizon_thompson", **options)
    faded = create_policy("horizon_thompson", half_life=1000.0, **options)
    for policy in (fresh, faded):
        policy.update(happened({"gone": (2000, 0)}))
        policy.update(happened({"plain": (100, 2), "blue": (100, 4)}, start=50_000))
        shares = policy.propensities(MUGS[:2], NOBODY, generator())
        assert shares[1] > 0.99  # the end is reached: nothing more is tried


def test_narrowed_thompson_tries_less() -> None:
    seen = happened({"plain": (500, 5), "blue": (500, 9)})
    shares = []
    for variance in (1.0, 0.1):
        policy = create_policy("thompson", variance=variance)
        policy.update(seen)
        again = from_json(json.loads(json.dumps(policy.to_json())))
        shares.append(again.propensities(MUGS[:2], NOBODY, generator())[0])
    assert shares[0] > 0.1
    assert shares[1] < 0.02


def test_files_that_are_no_policies_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    with pytest.raises(LearningError, match="can't be read"):
        load_policy(path)
    for text in ("[]", '{"version": 1}', '{"version": 1, "policy": "thompson", "options": {}}'):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(LearningError, match=r"no policy|no saved policy"):
            load_policy(path)


def test_titles_shown_a_moment_ago_arent_blamed_for_clicks_to_come() -> None:
    """Clicks take an hour; of the new title none can have come yet."""
    told = [Event(f"o{n}", "impression", n, "mug", "plain") for n in range(2000)]
    told += [Event(f"c{n}", "click", n, "mug", "plain", impression=f"o{n}") for n in range(40)]
    told += [Event(f"n{n}", "impression", 90_000, "mug", "blue") for n in range(500)]
    shares = {}
    for delay in (None, 3600.0):
        policy = create_policy("thompson", delay=delay)
        policy.update(told)
        shares[delay] = policy.propensities(MUGS[:2], NOBODY, generator())[1]
    assert shares[None] < 0.05
    assert shares[3600.0] > 0.15


def test_fading_follows_a_taste_that_turns() -> None:
    """The better title of the first day is the worse one from the second on."""
    shares = {}
    for half_life in (None, 20_000.0):
        policy = create_policy("thompson", half_life=half_life)
        policy.update(happened({"plain": (3000, 120), "blue": (3000, 30)}))
        policy.update(happened({"plain": (600, 6), "blue": (600, 24)}, start=86_400))
        shares[half_life] = policy.propensities(MUGS[:2], NOBODY, generator())[1]
    assert shares[None] < 0.05
    assert shares[20_000.0] > 0.9
