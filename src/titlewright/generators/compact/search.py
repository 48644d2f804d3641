"""Writing titles with the compact network: beams and seeded samples side by side, under wishes.

Each product has K lanes that are advanced together, one unit a step: beams that share out the
likeliest continuations, one that aims at the wished or allowed length, and samples for variety.
What would repeat a word, be too long or hold a word to avoid is never written.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from titlewright.generators.compact.lengths import MOST_UNITS, budget
from titlewright.generators.compact.reading import Reading
from titlewright.generators.compact.units import SPACE, is_unspaced, is_word
from titlewright.generators.compact.vocabulary import BEGIN, END, PAD, Vocabulary
from titlewright.generators.compact.wording import content, finished, is_small
from titlewright.records import Hints
from titlewright.text.width import count
from titlewright.text.words import fold

Array = NDArray[Any]

BEAMS = 4
LENGTH_PENALTY = 0.7  # log-probability over length ** this (Wu et al. 2016, eq. 14, simplified)
FULL = 0.72  # of a wished length; before that a title doesn't end while there is something to say
NOTHING_TO_SAY = -7.0  # log-probability of the best word left
PREFERRED = 2.5  # nats in favour of a word that is asked for
NEVER = -1e4
TEMPERATURE, NUCLEUS = 0.9, 0.92  # of the samples (Holtzman et al. 2020)
OPENING, CLOSING = "([【（", ")]】）"
MARKS_BEFORE_BRACKET = (SPACE, ",", "-")
MOST_MARKS = 8
_AGAIN = 2  # how often a number or a small word may stand in a title: 12 x 12 x 4


class Engine(Protocol):
    """A network that reads a batch once and then takes steps; numpy in and out."""

    def read(self, readings: Sequence[Reading]) -> Any:
        """What later steps need of B products."""
        ...

    def step(
        self, memory: Any, previous: Array, budgets: Array, bonus: Array, position: int
    ) -> tuple[Array, Array]:
        """The likeliest ids [B, K, C] and their log-probabilities, bonus [B, V + G] included.

        previous, budgets [B, K]. The lanes' past is kept in `memory`.
        """
        ...

    def reorder(self, memory: Any, lanes: Array) -> None:
        """Lane k of product b goes on from what was lane lanes[b, k]."""
        ...


class Written(NamedTuple):
    """A finished title, its units and its log-probability in nats."""

    text: str
    log_probability: float
    rank: float


@dataclass(slots=True)
class _Lane:
    """A title in the making. `wish` is the length aimed at, None for none."""

    wish: int | None = None
    ids: list[int] = field(default_factory=list)
    used: dict[str, int] = field(default_factory=dict)
    length: int = 0
    open: str = ""  # the bracket that is open
    marks: int = 0  # punctuation so far
    score: float = 0.0  # log-probability without bonuses
    done: bool = False

    def copy(self) -> _Lane:
        return replace(self, ids=[*self.ids], used={**self.used})


class _Option(NamedTuple):
    id: int
    log_probability: float  # without the bonus
    weighed: float  # with it


class Wishes:
    """What may be written about one product and what is asked for."""

    def __init__(self, reading: Reading, hints: Hints, vocabulary: Vocabulary) -> None:
        self.reading = reading
        self.hints = hints
        self.vocabulary = vocabulary
        self.cap = hints.max_length
        self.avoided = {part for word in hints.avoid for part in content(fold(word))}
        wanted = {fold(part) for word in hints.prefer for part in word.split()}
        self.preferred = {
            len(vocabulary) + group for word, group in reading.index.items() if word in wanted
        }

    def bonus(self, size: int) -> Array:
        """[V + G] in favour of preferred words, against avoided ones."""
        made = np.zeros(size, np.float32)
        for number in self.preferred:
            made[number] = PREFERRED
        if self.avoided:
            for number in range(END + 1, len(self.vocabulary) + len(self.reading.words)):
                if self.avoided.intersection(content(fold(self.text(number)))):
                    made[number] = NEVER
        return made

    def text(self, number: int) -> str:
        size = len(self.vocabulary)
        return (
            self.reading.words[number - size] if number >= size else self.vocabulary.words[number]
        )

    def width(self, unit: str) -> int:
        hints = self.hints
        return math.ceil(count(unit, hints.unit, weight=hints.unit_weight))  # type: ignore[arg-type]

    def options(
        self, lane: _Lane, ids: Array, log_probabilities: Array, bonus: Array
    ) -> Iterator[_Option]:
        """What may come next, likeliest first."""
        last = self.text(lane.ids[-1]) if lane.ids else ""
        best_word = next(
            (
                float(p)
                for i, p in zip(ids, log_probabilities, strict=True)
                if i > END and is_word(self.text(int(i)))
            ),
            -math.inf,
        )
        for number, weighed in zip(ids.tolist(), log_probabilities.tolist(), strict=True):
            if weighed < NEVER / 2:
                return
            if number == END:
                if self._may_end(lane, best_word):
                    yield _Option(END, weighed, weighed)
            elif number > END and self._may_write(lane, self.text(number), last):
                yield _Option(number, weighed - float(bonus[number]), weighed)

    def _may_end(self, lane: _Lane, best_word: float) -> bool:
        if not lane.ids:
            return False
        missing = self.preferred.difference(lane.ids)
        room = self.cap is None or lane.length < self.cap * 0.8
        if missing and room and len(lane.ids) < MOST_UNITS - 4:
            return False
        wished = lane.wish
        return wished is None or lane.length >= FULL * wished or best_word < NOTHING_TO_SAY

    def _may_write(self, lane: _Lane, unit: str, last: str) -> bool:
        if not is_word(unit) and not self._may_punctuate(lane, unit, last):
            return False
        limit = self.cap if lane.wish is None else min(lane.wish, self.cap or lane.wish)
        if limit is not None and lane.length + self._added(unit, last) > limit:
            return False
        if is_small(unit):
            again = lane.used.get(fold(unit), 0) < _AGAIN
            return again and is_word(last) and not is_small(last)
        keys = content(fold(unit))
        if not keys:
            return True
        if unit.isdigit():
            return lane.used.get(unit, 0) < _AGAIN and unit != last
        return any(key not in lane.used for key in keys)

    def _may_punctuate(self, lane: _Lane, unit: str, last: str) -> bool:
        """A mark stands between words; brackets are opened once at a time and close on a word."""
        if unit in OPENING:
            return not lane.open and (not last or is_word(last) or last in MARKS_BEFORE_BRACKET)
        if unit in CLOSING:
            return lane.open == OPENING[CLOSING.index(unit)] and is_word(last)
        return bool(last) and (is_word(last) or last in CLOSING) and lane.marks < MOST_MARKS

    def _added(self, unit: str, last: str) -> int:
        glued = not last or is_unspaced(unit) or is_unspaced(last) or unit in ",.)" or last in "(["
        return self.width(unit) + (not glued)

    def write(self, lane: _Lane, option: _Option) -> None:
        """Put the option at the lane's end; END finishes the lane."""
        lane.score += option.log_probability
        if option.id == END:
            lane.done = True
            return
        unit = self.text(option.id)
        last = self.text(lane.ids[-1]) if lane.ids else ""
        lane.length += 1 if unit == SPACE else self._added(unit, last)
        lane.ids.append(option.id)
        if not is_word(unit):
            lane.marks += 1
            lane.open = unit if unit in OPENING else "" if unit in CLOSING else lane.open
        for key in content(fold(unit)) or (fold(unit),):
            lane.used[key] = lane.used.get(key, 0) + 1

    def title(self, lane: _Lane) -> Written:
        """What is asked for and missing counts more than any likelihood."""
        text = finished([self.text(number) for number in lane.ids])
        rank = lane.score / max(len(lane.ids), 1) ** LENGTH_PENALTY
        rank += NEVER * len(self.preferred.difference(lane.ids))
        if lane.wish is not None:
            rank += min(0.0, self.width(text) - FULL * lane.wish)
        return Written(text, lane.score, rank)


class _Writing:
    """The lanes of one product."""

    def __init__(self, wishes: Wishes, beams: int, samples: int, seed: Sequence[int]) -> None:
        hints = wishes.hints
        self.wishes = wishes
        self.rng = np.random.default_rng(seed)
        self.beams = [_Lane(hints.target_length)]
        self.most_beams = beams
        aim = hints.target_length or min(hints.max_length or 80, 90)
        self.singles = [_Lane(aim)] + [_Lane(hints.target_length) for _ in range(samples)]
        self.ended: list[_Lane] = []
        self.lanes = beams + 1 + samples

    @property
    def done(self) -> bool:
        return not self.beams and all(lane.done for lane in self.singles)

    def inputs(self) -> tuple[list[int], list[int]]:
        """Previous ids and budgets of the K lanes; finished ones idle on PAD."""
        lanes: list[_Lane | None] = [*self.beams]
        lanes += [None] * (self.most_beams - len(lanes))
        lanes += self.singles
        previous, budgets = [], []
        for lane in lanes:
            idle = lane is None or lane.done
            previous.append(PAD if idle else lane.ids[-1] if lane and lane.ids else BEGIN)
            wish = None if lane is None else lane.wish
            budgets.append(0 if wish is None or lane is None else budget(wish - lane.length))
        return previous, budgets

    def advance(self, ids: Array, scores: Array, bonus: Array) -> list[int]:
        """Take one step from [K, C] options; returns which lane each goes on from."""
        origins = list(range(self.lanes))
        if self.beams:
            origins[: self.most_beams] = self._advance_beams(ids, scores, bonus)
        for number, lane in enumerate(self.singles, self.most_beams):
            if not lane.done:
                options = list(self.wishes.options(lane, ids[number], scores[number], bonus))
                option = self._pick(options, sampled=number > self.most_beams)
                self._take(lane, option)
        return origins

    def _advance_beams(self, ids: Array, scores: Array, bonus: Array) -> list[int]:
        found: list[tuple[float, int, _Option]] = []
        for number, lane in enumerate(self.beams):
            options = self.wishes.options(lane, ids[number], scores[number], bonus)
            for option, _ in zip(options, range(self.most_beams * 2), strict=False):
                found.append((lane.score + option.weighed, number, option))
        found.sort(key=lambda item: -item[0])
        after: list[_Lane] = []
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
        self.beams = [] if enough else after
        return origins + [0] * (self.most_beams - len(origins))

    def _take(self, lane: _Lane, option: _Option | None) -> None:
        if option is None:
            lane.done = True
            return
        self.wishes.write(lane, option)
        if len(lane.ids) >= MOST_UNITS:
            lane.done = True

    def _pick(self, options: list[_Option], *, sampled: bool) -> _Option | None:
        """The likeliest, or one drawn from the likeliest that make up NUCLEUS of the rest."""
        if not options:
            return None
        if not sampled:
            return max(options, key=lambda option: option.weighed)
        weights = np.array([option.weighed for option in options]) / TEMPERATURE
        weights = np.exp(weights - weights.max())
        weights /= weights.sum()
        order = np.argsort(-weights, kind="stable")
        kept = order[: int(np.searchsorted(np.cumsum(weights[order]), NUCLEUS)) + 1]
        return options[int(self.rng.choice(kept, p=weights[kept] / weights[kept].sum()))]

    def titles(self) -> list[Written]:
        lanes = self.ended + self.beams + self.singles
        written = [self.wishes.title(lane) for lane in lanes if lane.ids]
        return sorted((title for title in written if title.text), key=lambda title: -title.rank)


def write(
    engine: Engine,
    vocabulary: Vocabulary,
    readings: Sequence[Reading],
    hints: Sequence[Hints],
    *,
    n: int,
    seeds: Sequence[Sequence[int]],
) -> list[list[Written]]:
    """Titles of each of B products, likeliest first; more than n where lanes found more.

    `seeds` makes each product's samples its own, whatever stands beside it in the batch.
    """
    beams = min(BEAMS, max(n, 2))
    samples = 0 if n == 1 else max(2, math.ceil(1.4 * (n - 3)))
    size = len(vocabulary) + max(len(reading.words) for reading in readings)
    writings = [
        _Writing(Wishes(reading, hint, vocabulary), beams, samples, seed)
        for reading, hint, seed in zip(readings, hints, seeds, strict=True)
    ]
    bonus = np.stack([writing.wishes.bonus(size) for writing in writings])
    memory = engine.read(readings)
    for position in range(MOST_UNITS + 1):
        inputs = [writing.inputs() for writing in writings]
        previous = np.array([row[0] for row in inputs])
        budgets = np.array([row[1] for row in inputs])
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
