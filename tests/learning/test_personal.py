"""Titles for an audience: learnt from groups, pooled towards all, and nothing personal told."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from itertools import count
from typing import Any

import numpy as np
import pytest
from learning_shop import generator
from numpy.random import Generator

from titlewright.errors import LearningError
from titlewright.learning.asking import ask, learn_tastes
from titlewright.learning.personal import Personal
from titlewright.learning.records import Audience, Event, Title
from titlewright.learning.words.effects import EVERYWHERE
from titlewright.records import Hints

WARM, CHEAP = "warm wool hat", "bargain wool hat"
TITLES = [Title("warm", "hat", WARM, control=True), Title("cheap", "hat", CHEAP)]
RATES = {("cosy", "warm"): 0.06, ("cosy", "cheap"): 0.02,
         ("thrifty", "warm"): 0.02, ("thrifty", "cheap"): 0.06}  # fmt: skip


def events_of(
    rng: Generator, segment: str, titles: list[Title], clicks: dict[str, float], number: int, *,
    shoppers: int = 400, start: int = 0,
) -> list[Event]:  # fmt: skip
    """Impressions of titles in turn, to shoppers of a segment, and the clicks on them."""
    told: list[Event] = []
    for at in range(number):
        title = titles[at % len(titles)]
        name = f"{segment}-{title.product_id}-{start + at}"
        told.append(Event(name, "impression", 0.0, title.product_id, title.id,
                          who=f"{segment} {at % shoppers}", segments=(segment,)))  # fmt: skip
        if rng.random() < clicks[title.id]:
            told.append(Event(f"c-{name}", "click", 1.0, title.product_id, title.id,
                              impression=name))  # fmt: skip
    return told


def learnt(rng: Generator, policy: Personal, number: int = 3000, **shoppers: int) -> Personal:
    for segment in ("cosy", "thrifty"):
        rates = {title.id: RATES[segment, title.id] for title in TITLES}
        policy.update(events_of(rng, segment, TITLES, rates, number, **shoppers))
    return policy


def share(policy: Personal, audience: Audience) -> float:
    """The share of the warm title."""
    return float(policy.propensities(TITLES, audience, np.random.default_rng(1))[0])


def test_each_segment_gets_the_title_that_it_likes(rng: Generator) -> None:
    policy = learnt(rng, Personal())
    assert share(policy, Audience(segments=("cosy",))) > 0.95
    assert share(policy, Audience(segments=("thrifty",))) < 0.05
    assert 0.05 < share(policy, Audience()) < 0.95  # everybody likes both alike


def test_segments_that_are_alike_are_treated_alike(rng: Generator) -> None:
    policy = Personal()
    for segment in ("a", "b", "c", "d"):
        for product in range(10):
            titles = [Title(f"t{n}", f"p{product}", "") for n in range(3)]
            rates = {title.id: float(rate) for title, rate in
                     zip(titles, (0.04, 0.06, 0.08), strict=True)}  # fmt: skip
            policy.update(events_of(rng, segment, titles, rates, 1200))
    assert policy.narrowness > 30  # clicks: little of a segment's noise is taken for taste
    different = learnt(rng, Personal())
    assert different.narrowness < 15


def test_a_cold_start_and_a_small_group_fall_back_to_everybody(rng: Generator) -> None:
    policy = learnt(rng, Personal(), shoppers=99)
    assert not policy.is_large("cosy")
    everybody = share(policy, Audience())
    assert share(policy, Audience(segments=("cosy",))) == everybody
    assert share(policy, Audience(segments=("never seen",))) == everybody
    assert learnt(rng, policy, 200, shoppers=100, start=10_000).is_large("cosy")


def test_order_and_repetition_change_nothing(rng: Generator) -> None:
    events = events_of(rng, "cosy", TITLES, {"warm": 0.3, "cheap": 0.1}, 500)
    one, other = Personal(), Personal()
    one.update(events)
    shuffled = [events[at] for at in rng.permutation(len(events))]
    other.update(shuffled + shuffled)
    told = [(policy._everybody, policy._parts["cosy"]) for policy in (one, other)]
    assert told[0] == told[1]


def test_features_make_segments_where_they_are_cut() -> None:
    policy = Personal(cuts={"price_band": (0.3, 0.7)})
    audience = Audience(segments=("mobile",), features={"price_band": 0.5, "age": 31})
    assert policy.segments(audience) == ("mobile", "price_band 1")


def test_what_is_chosen_comes_with_its_probability(rng: Generator) -> None:
    policy = learnt(rng, Personal(floor=0.1))
    choice = policy.choose(TITLES, Audience(segments=("cosy",)), np.random.default_rng(3))
    shares = policy.propensities(TITLES, Audience(segments=("cosy",)), np.random.default_rng(3))
    assert choice.propensity == shares[TITLES.index(choice.title)]
    assert shares.sum() == pytest.approx(1)
    assert shares.min() >= 0.05
    assert choice.title in TITLES
    with pytest.raises(LearningError, match="No title"):
        policy.choose([], Audience(), rng)
    one_id = [TITLES[0], replace(TITLES[1], id="warm")]
    with pytest.raises(LearningError, match="have one id"):
        policy.choose(one_id, Audience(), rng)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"smallest": 1}, "smallest 1 is too little"),
        ({"goal": "revenue"}, "Goal 'revenue' is unknown"),
        ({"goal": "clik"}, "Goal 'clik' is unknown"),
        ({"prior": (float("nan"), 1.0)}, "is no Beta prior"),
        ({"prior": (1.0, 0.0)}, "is no Beta prior"),
        ({"floor": 1.5}, r"floor 1\.5 is no share"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(LearningError, match=said):
        Personal(**options)


def test_no_title_is_left_without_any_chance(rng: Generator) -> None:
    policy = learnt(rng, Personal(floor=0.0))
    for seed in range(20):
        shares = policy.propensities(TITLES, Audience(segments=("cosy",)), generator(seed))
        assert shares.min() > 0


def test_a_click_without_its_impression_counts_by_itself() -> None:
    policy = Personal(smallest=2)
    clicks = [Event(f"c{n}", "click", 1.0, "hat", "cheap") for n in range(100)]
    policy.update([*clicks, *clicks])
    assert policy._everybody["hat", "cheap"] == [0, 100]
    assert share(policy, Audience()) < 0.05
    assert [(one.impressions, one.clicks) for one in policy.shown_to_all(TITLES)] == [(100, 100)]


def test_what_is_remembered_has_a_bound(rng: Generator) -> None:
    policy = Personal(memory=50)
    policy.update(events_of(rng, "cosy", TITLES, {"warm": 0.3, "cheap": 0.1}, 500))
    orphans = [Event(f"o{n}", "click", 1.0, "hat", "warm", impression=f"i{n}") for n in range(500)]
    policy.update(orphans)
    assert len(policy._impressions) == len(policy._early) == 50
    late = [Event("i499", "impression", 0.0, "hat", "warm"),
            Event("late", "click", 1.0, "hat", "cheap", impression="cosy-hat-499")]  # fmt: skip
    part = policy._parts["cosy"]["hat", "cheap"]
    before = part[1]
    policy.update(late)
    assert part[1] == before + 1
    assert policy._parts[""]["hat", "warm"] == [1, 1]  # its click came before it


def test_a_shopper_of_three_segments_is_one_shopper_everywhere(rng: Generator) -> None:
    """Intervals of words everywhere are those of as many impressions as there were."""
    reports = []
    for segments in (("mobile",), ("mobile", "returning", "gifts")):
        policy, titles, chance = Personal(), [], np.random.default_rng(3)
        for product in range(12):
            some = [Title(f"{product} {n}", f"p{product}", text)
                    for n, text in enumerate(("warm hat", "hat"))]  # fmt: skip
            titles += some
            rates = {title.id: 0.1 if "warm" in title.text else 0.06 for title in some}
            told = events_of(chance, "mobile", some, rates, 600)
            policy.update([replace(one, segments=segments) for one in told])
        reports.append(learn_tastes(policy, titles))
    (once,), (thrice,) = ([one for one in report.of(EVERYWHERE) if one.name == "warm"]
                          for report in reports)  # fmt: skip
    assert thrice.impressions == once.impressions == 12 * 300
    assert (thrice.low, thrice.high) == (once.low, once.high)
    assert "gifts" in reports[1].categories


@pytest.fixture
def tastes(rng: Generator) -> tuple[Personal, list[Title]]:
    """Twenty products; the cosy like "warm" and dislike "bargain", the thrifty the other way, and
    all of them like "red"."""
    policy, titles, number = Personal(), [], count()
    for product in range(20):
        words = ("warm red hat", "warm hat", "bargain red hat", "red hat")
        some = [Title(str(next(number)), f"p{product}", text) for text in words]
        titles += some
        for segment, liked in (("cosy", "warm"), ("thrifty", "bargain")):
            rates = {
                title.id: 0.06
                * (1.7 if liked in title.text else 1.0)
                * (1.5 if "red" in title.text else 1.0)
                for title in some
            }
            policy.update(events_of(rng, segment, some, rates, 2400))
    return policy, titles


def test_an_audience_asks_for_what_it_cares_about(tastes: tuple[Personal, list[Title]]) -> None:
    policy, titles = tastes
    report = learn_tastes(policy, titles)
    cosy = ask(policy, report, Audience(segments=("cosy",)))
    thrifty = ask(policy, report, Audience(segments=("thrifty",)))
    assert "warm" in cosy.prefer
    assert "red" in cosy.prefer
    assert "bargain" not in cosy.prefer
    assert "bargain" in thrifty.prefer
    assert "warm" not in thrifty.prefer
    everybody = ask(policy, report, Audience())
    assert set(everybody.prefer) == {"red", "warm", "bargain"}  # on average each earns clicks


def test_nothing_personal_reaches_a_hint_or_a_title(tastes: tuple[Personal, list[Title]]) -> None:
    policy, titles = tastes
    secret = Audience(
        who="who:0123456789abcdef0123456789abcdef",
        segments=("cosy", "ada@example.com", "pregnant"),
        features={"+49 170 1234567": 1.0, "years old": 41.0},
    )
    base = Hints(style="short", prefer=("hat",))
    hints = ask(policy, learn_tastes(policy, titles), secret, base=base)
    told = json.dumps(asdict(hints))
    for word in (secret.who, *secret.segments, *secret.features, "41"):
        assert word not in told
    assert (hints.style, hints.audience, hints.prefer[0]) == ("short", "", "hat")
    shown = {word for title in titles for word in title.text.split()}
    assert set(hints.prefer) | set(hints.avoid) <= shown
    choice = policy.choose(titles[:4], secret, np.random.default_rng(0))
    assert choice.title in titles[:4]


def test_a_small_group_gets_no_hints_of_its_own(rng: Generator) -> None:
    policy = Personal()
    titles = []
    for product in range(10):
        some = [Title(f"{product} {text}", f"p{product}", text) for text in ("warm hat", "hat")]
        titles += some
        for segment, shoppers, gain in (("many", 200, 1.0), ("few", 20, 3.0)):
            rates = {title.id: 0.05 * (gain if "warm" in title.text else 1) for title in some}
            policy.update(events_of(rng, segment, some, rates, 1000, shoppers=shoppers))
    report = learn_tastes(policy, titles)
    assert "few" not in report.categories
    assert ask(policy, report, Audience(segments=("few",))) == ask(policy, report, Audience())
