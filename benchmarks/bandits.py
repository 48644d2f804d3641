"""How good and how quick are policies beside MABWiser and Vowpal Wabbit, on a simulated stream?

    pip install --target PEERS mabwiser vowpalwabbit
    PYTHONPATH=PEERS python benchmarks/bandits.py [--seeds 5] [--visits 5000]
    python benchmarks/bandits.py --show         what was measured last, as Markdown

Shoppers are simulated (learning.simulation): four products with five titles, click rates of 2 %
or so, two segments that like different words. All contestants see the same visits, and a title of
one visit is clicked by all or by none of them. Each is compared with its own kind:

without context   Thompson sampling and UCB1 of MABWiser; a model a product
with context      LinUCB and LinTS of MABWiser, a model a product, and Vowpal Wabbit's
                  --cb_explore_adf (epsilon-greedy, SquareCB, RegCB), one model, with the features
                  that a user would give: product, title and segment, crossed

How far LinUCB and LinTS look around: MABWiser's alpha is in units of the reward, and stands there
with its default, 1, and with 0.14; our alpha and width are 1 in standard deviations of one reward,
which at these click rates is 0.14 in units of the reward.

one by one   a decision, then what came of it, and so on: how a shop serves
by hundreds  a hundred decisions before they are learnt from, in one call where there is such a call

Regret: clicks that the best title for each visitor would have brought besides, by the true rates;
the mean over seeds and its 95 % interval (Student's t), as are differences to ours of the same
kind. Decisions a second count deciding and learning, in processor time of one core; making the
events that ours learn from counts as ours.
"""

from __future__ import annotations

import argparse
import json
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from titlewright.learning.policies import create_policy
from titlewright.learning.records import Audience, Event, Title
from titlewright.learning.replay.summary import over_seeds
from titlewright.learning.simulation import Shop, Taste

RESULTS = Path(__file__).parent / "results" / "bandits.json"
SEGMENTS = ("mobile", "desk")
WORDS = ("plain", "blue", "handmade", "mini", "gift")
TASTE = Taste(
    base=-4.0,
    words={"blue": 0.2, "handmade": 0.4, "gift": -0.3},
    segments={"mobile": {"mini": 1.0, "handmade": -0.3}, "desk": {"mini": -0.5, "handmade": 0.4}},
    traffic={"mobile": 0.5, "desk": 0.5},
)
PRODUCTS = 4
HUNDRED = 100
REWARD = 0.14  # standard deviation of a click where one in fifty clicks


@dataclass(frozen=True, slots=True)
class Stream:
    """Visits: products and segments [N], true rates and whether a title is clicked [N, K]."""

    products: list[int]
    segments: list[int]
    rates: np.ndarray
    clicked: np.ndarray


class Contestant(Protocol):
    """Decides by product and segment, [N] each; then learns what came of it."""

    def decide(self, products: Sequence[int], segments: Sequence[int]) -> list[int]: ...

    def learn(
        self, products: Sequence[int], segments: Sequence[int], chosen: Sequence[int],
        rewards: Sequence[int],
    ) -> None: ...  # fmt: skip


def titles() -> list[list[Title]]:
    return [
        [Title(f"{at}-{word}", str(at), f"{word} mug {at}") for word in WORDS]
        for at in range(PRODUCTS)
    ]


def stream(visits: int, seed: int) -> Stream:
    rng = np.random.default_rng([seed, 1])
    lift = {str(at): float(rng.normal(0, 0.4)) for at in range(PRODUCTS)}
    shop = Shop(Taste(base=TASTE.base, words=TASTE.words, segments=TASTE.segments,
                      traffic=TASTE.traffic, products=lift), rng)  # fmt: skip
    truth = np.array([
        [[shop.click_probability(title, Audience(segments=(segment,))) for title in some]
         for segment in SEGMENTS] for some in titles()
    ])  # fmt: skip
    products = rng.integers(PRODUCTS, size=visits)
    segments = np.array([SEGMENTS.index(shop.visit().segments[0]) for _ in range(visits)])
    rates = truth[products, segments]
    clicked = rng.random((visits, 1)) < rates
    return Stream(products.tolist(), segments.tolist(), rates, clicked)


class Ours:
    """A policy of Titlewright, told of events as a shop tells of them."""

    def __init__(self, name: str, seed: int, **options: Any) -> None:
        self._policy = create_policy(name, **options)
        self._rng = np.random.default_rng(seed)
        self._titles = titles()
        self._audiences = [Audience(segments=(name,)) for name in SEGMENTS]
        self._time = 0

    def decide(self, products: Sequence[int], segments: Sequence[int]) -> list[int]:
        found = []
        for product, segment in zip(products, segments, strict=True):
            offered = self._titles[product]
            choice = self._policy.choose(offered, self._audiences[segment], self._rng)
            found.append(offered.index(choice.title))
        return found

    def learn(
        self, products: Sequence[int], segments: Sequence[int], chosen: Sequence[int],
        rewards: Sequence[int],
    ) -> None:  # fmt: skip
        events = []
        for product, segment, at, reward in zip(products, segments, chosen, rewards, strict=True):
            self._time += 1
            title, name = self._titles[product][at], str(self._time)
            events.append(Event(name, "impression", self._time, title.product_id, title.id,
                                segments=self._audiences[segment].segments))  # fmt: skip
            if reward:
                events.append(Event(f"{name}-c", "click", self._time, title.product_id, title.id,
                                    impression=name))  # fmt: skip
        self._policy.update(events)


class MabWiser:
    """One MAB a product, as its models know no products."""

    def __init__(self, name: str, seed: int, *, context: bool, **options: Any) -> None:
        from mabwiser.mab import MAB, LearningPolicy

        self._context = np.eye(len(SEGMENTS)) if context else None
        arms = list(range(len(WORDS)))
        self._models = [
            MAB(arms, getattr(LearningPolicy, name)(**options), seed=seed * PRODUCTS + at)
            for at in range(PRODUCTS)
        ]
        for model in self._models:  # it can't be asked before it was told something
            given = (np.eye(len(SEGMENTS))[np.zeros(len(arms), int)],) if context else ()
            model.fit(np.array(arms), np.zeros(len(arms), int), *given)

    def decide(self, products: Sequence[int], segments: Sequence[int]) -> list[int]:
        found = [0] * len(products)
        for product, places in _by_product(products):
            found_here = self._models[product].predict(*self._given(segments, places))
            if not isinstance(found_here, list):
                found_here = [found_here]
            if len(found_here) < len(places):  # without context it decides one by one
                rest = len(places) - len(found_here)
                found_here += [self._models[product].predict() for _ in range(rest)]
            for place, arm in zip(places, found_here, strict=True):
                found[place] = arm
        return found

    def learn(
        self, products: Sequence[int], segments: Sequence[int], chosen: Sequence[int],
        rewards: Sequence[int],
    ) -> None:  # fmt: skip
        for product, places in _by_product(products):
            self._models[product].partial_fit(
                np.array([chosen[at] for at in places]), np.array([rewards[at] for at in places]),
                *self._given(segments, places),
            )  # fmt: skip

    def _given(self, segments: Sequence[int], places: Sequence[int]) -> tuple[np.ndarray, ...]:
        if self._context is None:
            return ()
        return (self._context[[segments[at] for at in places]],)


class VowpalWabbit:
    """--cb_explore_adf: a line for who looks, and one for each title; products in all features."""

    def __init__(self, exploration: str, seed: int) -> None:
        from vowpalwabbit import Workspace

        self._model = Workspace(
            f"--cb_explore_adf {exploration} -q SA --cubic SPA -q PA --random_seed {seed} --quiet"
        )
        self._rng = np.random.default_rng(seed)
        self._lines = {
            (product, segment): [f"shared |S {SEGMENTS[segment]} |P p{product}"]
            + [f"|A {word}" for word in WORDS]
            for product in range(PRODUCTS)
            for segment in range(len(SEGMENTS))
        }
        self._likely: dict[int, list[float]] = {}

    def decide(self, products: Sequence[int], segments: Sequence[int]) -> list[int]:
        found, self._likely = [], {}
        for at, key in enumerate(zip(products, segments, strict=True)):
            likely = self._model.predict(self._lines[key])
            sums = list(accumulate(likely))
            found.append(bisect_right(sums, self._rng.random() * sums[-1], hi=len(sums) - 1))
            self._likely[at] = likely
        return found

    def learn(
        self, products: Sequence[int], segments: Sequence[int], chosen: Sequence[int],
        rewards: Sequence[int],
    ) -> None:  # fmt: skip
        for at, key in enumerate(zip(products, segments, strict=True)):
            lines = list(self._lines[key])
            label = f"0:{-rewards[at]}:{self._likely[at][chosen[at]]:.6f} "
            lines[chosen[at] + 1] = label + lines[chosen[at] + 1]
            self._model.learn(lines)


def contestants() -> dict[str, dict[str, Callable[[int], Contestant]]]:
    """By kind: a name, and how one is made from a seed; ours stands first."""
    even = {"prior": (1.0, 1.0)}  # MABWiser's
    return {
        "Thompson": {
            "titlewright thompson": lambda seed: Ours("thompson", seed),
            "titlewright thompson, prior (1, 1)": lambda seed: Ours("thompson", seed, **even),
            "MABWiser ThompsonSampling":
                lambda seed: MabWiser("ThompsonSampling", seed, context=False),
        },
        "UCB1": {
            "titlewright ucb1": lambda seed: Ours("ucb1", seed),
            "MABWiser UCB1": lambda seed: MabWiser("UCB1", seed, context=False, alpha=1.0),
        },
        "epsilon-greedy": {
            "titlewright epsilon_greedy": lambda seed: Ours("epsilon_greedy", seed),
            "MABWiser EpsilonGreedy":
                lambda seed: MabWiser("EpsilonGreedy", seed, context=False, epsilon=0.1),
        },
        "LinUCB": {
            "titlewright linucb": lambda seed: Ours("linucb", seed, dimensions=3),
            "MABWiser LinUCB, alpha 1":
                lambda seed: MabWiser("LinUCB", seed, context=True, alpha=1.0),
            f"MABWiser LinUCB, alpha {REWARD:g}":
                lambda seed: MabWiser("LinUCB", seed, context=True, alpha=REWARD),
        },
        "linear Thompson": {
            "titlewright linear_thompson":
                lambda seed: Ours("linear_thompson", seed, dimensions=3),
            "MABWiser LinTS, alpha 1":
                lambda seed: MabWiser("LinTS", seed, context=True, alpha=1.0),
            f"MABWiser LinTS, alpha {REWARD:g}":
                lambda seed: MabWiser("LinTS", seed, context=True, alpha=REWARD),
            "Vowpal Wabbit, epsilon 0.1": lambda seed: VowpalWabbit("--epsilon 0.1", seed),
            "Vowpal Wabbit, SquareCB": lambda seed: VowpalWabbit("--squarecb", seed),
            "Vowpal Wabbit, RegCB": lambda seed: VowpalWabbit("--regcbopt", seed),
        },
    }  # fmt: skip


def play(contestant: Contestant, visits: Stream, together: int) -> tuple[float, float]:
    """Regret in clicks, and decisions a second of processor time."""
    chosen: list[int] = []
    count = len(visits.products)
    clicked = visits.clicked.astype(int).tolist()
    began = time.process_time()
    for start in range(0, count, together):
        products = visits.products[start : start + together]
        segments = visits.segments[start : start + together]
        arms = contestant.decide(products, segments)
        rewards = [clicked[start + at][arm] for at, arm in enumerate(arms)]
        contestant.learn(products, segments, arms, rewards)
        chosen += arms
    seconds = time.process_time() - began
    got = visits.rates[np.arange(count), chosen]
    return float((visits.rates.max(axis=1) - got).sum()), count / seconds


def measure(seeds: int, visits: int) -> dict[str, Any]:
    streams = [stream(visits, seed) for seed in range(seeds)]
    report: dict[str, Any] = {"kind": "simulated", "visits": visits, "seeds": seeds, "modes": {}}
    for one in streams:  # the first to play would else be measured on a cold processor
        play(Ours("thompson", 0), one, 1)
    for mode, together in (("one by one", 1), ("by hundreds", HUNDRED)):
        report["modes"][mode] = kinds = {}
        for kind, some in contestants().items():
            played: dict[str, list[tuple[float, float]]] = {name: [] for name in some}
            for seed, one in enumerate(
                streams
            ):  # in turn: a machine is quicker now and slower then
                for name, make in some.items():
                    played[name].append(play(make(seed), one, together))
            regrets = {name: np.array(told)[:, 0] for name, told in played.items()}
            ours = next(iter(regrets.values()))
            rows = {
                name: {
                    "regret": over_seeds(regret),
                    "more than ours": over_seeds(regret - ours),
                    "decisions a second": round(float(np.median(np.array(played[name])[:, 1]))),
                }
                for name, regret in regrets.items()
            }
            print(mode, kind, rows, flush=True)
            kinds[kind] = rows
    nobody = [one.rates.max(axis=1).sum() - one.rates.mean(axis=1).sum() for one in streams]
    return report | {"regret of uniform": float(np.mean(nobody))}


def show(report: dict[str, Any]) -> None:
    for mode, kinds in report["modes"].items():
        print(f"| {mode} | regret, clicks | 95 % | more than ours | 95 % | decisions a second "
              "| ours is so many times as quick |")  # fmt: skip
        print("|---|---:|---:|---:|---:|---:|---:|")
        for rows in kinds.values():
            quick = next(iter(rows.values()))["decisions a second"]
            for name, one in rows.items():
                gap, speed = one["more than ours"], one["decisions a second"]
                cells = [f"{one['regret']['mean']:.0f}", span(one["regret"], "{:.0f}")]
                cells += [f"{gap['mean']:+.0f}", span(gap, "{:+.0f}")] if one is not rows[
                    next(iter(rows))] else ["", ""]  # fmt: skip
                print(f"| {name} | {' | '.join(cells)} | {speed:,} | {quick / speed:.1f} |")
        print()
    print(f"{report['visits']:,} visits, {report['seeds']} seeds; showing all titles equally: "
          f"{report['regret of uniform']:.0f} clicks")  # fmt: skip


def span(one: dict[str, float], form: str) -> str:
    return f"{form.format(one['low'])} … {form.format(one['high'])}"


def _by_product(products: Sequence[int]) -> Iterator[tuple[int, list[int]]]:
    places: dict[int, list[int]] = {}
    for at, product in enumerate(products):
        places.setdefault(product, []).append(at)
    yield from places.items()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--visits", type=int, default=5_000)
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    if not options.show:
        report = measure(options.seeds, options.visits)
        RESULTS.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    show(json.loads(RESULTS.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
