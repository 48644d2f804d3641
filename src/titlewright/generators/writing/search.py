"""Writing titles with any engine: beams and seeded samples side by side, under wishes.

Each product has K lanes that are advanced together, one unit a step: beams that share out the
likeliest continuations, one that aims at the wished or allowed length, and samples for variety.
What would repeat a word, be too long or hold a word to avoid is never written.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from titlewright.generators.writing.backing import Backing
from titlewright.generators.writing.lengths import MOST_UNITS, budget
from titlewright.generators.writing.vocabulary import BEGIN, PAD, Vocabulary
from titlewright.generators.writing.wishes import (
    EQUAL,
    LENGTH_PENALTY,
    Copyable,
    Lane,
    Option,
    Wishes,
    Written,
)
from titlewright.records import Hints

Array = NDArray[Any]
Likeliest = tuple[Array, Array]  # ids and their log-probabilities

BEAMS = 4
NEXT = 3  # titles that were searched for and stand first
BESIDE = 2  # samples that come right behind them
TEMPERATURE, NUCLEUS = 0.9, 0.92  # of the samples (Holtzman et al. 2020)
SAMPLED_FROM = 24  # options that a sample looks at
_ROOMY = 60  # characters, of a title that has time for its brand first
_NOISE = 1  # tells the seed of a lane's noise from that of its choices
PATIENCE = 3  # words after which a word that is asked for begins to weigh more: brands come first


class Engine(Protocol):
    """A model that reads a batch once and then takes steps; numpy in and out."""

    def read(self, readings: Sequence[Any]) -> Any:
        """What later steps need of B products, each as the engine's network reads it."""
        ...

    def step(
        self, memory: Any, previous: Array, budgets: Array, bonus: Array, position: int
    ) -> Likeliest:
        """The likeliest ids [B, K, C] and their log-probabilities, bonus [B, V + G] included.

        previous, budgets [B, K]. The lanes' past is kept in `memory`.
        """
        ...

    def reorder(self, memory: Any, lanes: Array) -> None:
        """Lane k of product b goes on from what was lane lanes[b, k]."""
        ...


@runtime_checkable
class Varying(Protocol):
    """An Engine that varies the titles itself, by noise of each lane's own."""

    varied: int  # sample lanes that take the likeliest way that their noise leads to

    def vary(self, memory: Any, seeds: Sequence[Sequence[Sequence[int] | None]]) -> None:
        """Before the first step: the seed of the noise of each of K lanes of B products.

        None for the lanes that search the likeliest title: they get no noise.
        """
        ...


class _Writing:
    """The lanes of one product: beams, one that aims at a length, samples.

    The first `varied` samples take the likeliest units: their engine varies them.
    """

    def __init__(
        self,
        wishes: Wishes,
        beams: int,
        samples: int,
        seed: Sequence[int],
        patient: bool,
        varied: int = 0,
    ) -> None:
        hints = wishes.hints
        self.wishes = wishes
        self.patient = patient
        self.varied = varied
        self.noise = [None] * (beams + 1) + [(*seed, lane, _NOISE) for lane in range(samples)]
        self.rngs = [np.random.default_rng((*seed, lane)) for lane in range(samples)]
        self.beams = [Lane(hints.target_length)]
        self.most_beams = beams
        aim = hints.target_length or min(hints.max_length or 80, 90)
        self.singles = [Lane(aim)] + [Lane(hints.target_length) for _ in range(samples)]
        self.ended: list[Lane] = []
        self.lanes = beams + 1 + samples

    @property
    def done(self) -> bool:
        return not self.beams and all(lane.done for lane in self.singles)

    def inputs(self) -> tuple[list[int], list[int]]:
        """Previous ids and budgets of the K lanes; finished ones idle on PAD."""
        lanes: list[Lane | None] = [*self.beams]
        lanes += [None] * (self.most_beams - len(lanes))
        lanes += self.singles
        previous, budgets = [], []
        for lane in lanes:
            if lane is None or lane.done:
                previous.append(PAD)
                budgets.append(0)
                continue
            previous.append(lane.ids[-1] if lane.ids else BEGIN)
            budgets.append(0 if lane.wish is None else budget(lane.wish - lane.length))
        return previous, budgets

    def advance(self, ids: Array, scores: Array, bonus: Array) -> list[int]:
        """Take one step from [K, C] options; returns which lane each goes on from."""
        origins = list(range(self.lanes))
        if self.beams:
            origins[: self.most_beams] = self._advance_beams(ids, scores, bonus)
        for number, lane in enumerate(self.singles, self.most_beams):
            if not lane.done:
                options = self.wishes.options(
                    lane, ids[number], scores[number], bonus, SAMPLED_FROM
                )
                option = self._pick(options, number - self.most_beams - 1)
                self._take(lane, option)
        return origins

    def _advance_beams(self, ids: Array, scores: Array, bonus: Array) -> list[int]:
        found: list[tuple[float, int, Option]] = []
        for number, lane in enumerate(self.beams):
            most = self.most_beams * 2
            options = self.wishes.options(lane, ids[number], scores[number], bonus, most)
            found += [(lane.score + option.weighed, number, option) for option in options]
        found.sort(key=lambda item: -round(item[0], EQUAL))  # of equals the earlier lane's
        after: list[Lane] = []
        origins: list[int] = []
        for _, number, option in found:
            if len(after) == self.most_beams:
                break
            lane = self.beams[number].copy()
            self._take(lane, option)
            if lane.done:
                self.ended.append(lane)
            else:
                after.append(lane)
                origins.append(number)
        enough = len(self.ended) >= self.most_beams
        if enough and self.patient:
            enough = max(map(_pace, after), default=-math.inf) <= max(map(_pace, self.ended))
        self.beams = [] if enough else after
        return origins + [0] * (self.most_beams - len(origins))

    def _take(self, lane: Lane, option: Option | None) -> None:
        if option is None:
            lane.done = True
            return
        self.wishes.write(lane, option)
        if len(lane.ids) >= MOST_UNITS:
            lane.done = True

    def _pick(self, options: list[Option], sample: int) -> Option | None:
        """The likeliest; or, for a sample that isn't varied, one of those that make up NUCLEUS."""
        if not options:
            return None
        if sample < self.varied:
            return options[0]
        weights = np.array([option.weighed for option in options]) / TEMPERATURE
        weights = np.exp(weights - weights.max())
        weights /= weights.sum()
        kept = np.arange(int(np.searchsorted(np.cumsum(weights), NUCLEUS)) + 1)[: len(options)]
        return options[int(self.rngs[sample].choice(kept, p=weights[kept] / weights[kept].sum()))]

    def titles(self) -> list[Written]:
        """The likeliest of all, those that are varied, the next likeliest, then samples.

        Those that are varied are always as many. A few samples stand before what else the search
        ended with: they differ more from the likeliest, so there is more to choose from. Not where
        there are varied ones, which do as well, nor for a length, which is found by searching.
        """
        searched = [self.wishes.title(lane) for lane in self.ended + self.beams + self.singles[:1]]
        searched.sort(key=lambda title: -round(title.rank, EQUAL))
        searched = [title for title in searched if title.text]
        sampled = [self.wishes.title(lane) for lane in self.singles[1:]]
        varied, sampled = sampled[: self.varied], sampled[self.varied :]
        beside = 0 if self.varied or self.wishes.hints.target_length else BESIDE
        first, next_, rest = searched[:1], searched[1:NEXT], searched[NEXT:]
        rest = varied + next_ + sampled[:beside] + rest + sampled[beside:]
        return [*first, *(title for title in rest if title.text)]


def write(
    engine: Engine,
    vocabulary: Vocabulary,
    readings: Sequence[Copyable],
    hints: Sequence[Hints],
    backings: Sequence[Backing],
    *,
    n: int,
    seeds: Sequence[Sequence[int]],
    patient: bool = False,
) -> list[list[Written]]:
    """Titles of each of B products, likeliest first; more than n where lanes found more.

    `seeds` makes each product's samples its own, whatever stands beside it in the batch. A
    `patient` search goes on past BEAMS finished titles while one in the making is likelier, for
    its length, than all of them: a network whose beams end early finds longer titles so.
    """
    varied = engine.varied if isinstance(engine, Varying) else 0
    # those that are varied even for one title: the likeliest may say nothing
    samples = varied if n == 1 else max(varied or BESIDE, math.ceil(1.4 * (n - 3)))
    size = len(vocabulary) + max(len(reading.words) for reading in readings)
    writings = [
        _Writing(Wishes(reading, hint, vocabulary, backing), BEAMS, samples, seed, patient, varied)
        for reading, hint, backing, seed in zip(readings, hints, backings, seeds, strict=True)
    ]
    bonuses = [writing.wishes.bonus(size) for writing in writings]
    begun = np.stack([first for first, _ in bonuses])
    growth = np.stack([more for _, more in bonuses])
    patience = np.array([[_patience(hint)] for hint in hints])
    memory = engine.read(readings)
    if isinstance(engine, Varying):
        engine.vary(memory, [writing.noise for writing in writings])
    for position in range(MOST_UNITS + 1):
        inputs = [writing.inputs() for writing in writings]
        previous = np.array([row[0] for row in inputs])
        budgets = np.array([row[1] for row in inputs])
        bonus = begun + np.maximum(0, position - patience).astype(np.float32) * growth
        ids, scores = engine.step(memory, previous, budgets, bonus, position)
        origins = [
            writing.advance(ids[row], scores[row], bonus[row])
            if not writing.done
            else list(range(writing.lanes))
            for row, writing in enumerate(writings)
        ]
        if all(writing.done for writing in writings):
            break
        engine.reorder(memory, np.array(origins))
    return [writing.titles() for writing in writings]


def _patience(hint: Hints) -> int:
    """Words before one that is asked for begins to weigh more; short titles have no time."""
    return PATIENCE if hint.max_length is None or hint.max_length >= _ROOMY else 0


def _pace(lane: Lane) -> float:
    """How likely a lane is for its length."""
    return float(lane.score / max(len(lane.ids), 1) ** LENGTH_PENALTY)
