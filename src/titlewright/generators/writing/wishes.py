"""What may be written of a product next, and what is asked for: lengths, words, repetition, marks.

A lane is a title in the making. These rules hold whatever the network thinks.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from titlewright.generators.writing.backing import Backing
from titlewright.generators.writing.lengths import MOST_UNITS
from titlewright.generators.writing.units import SPACE, split
from titlewright.generators.writing.vocabulary import END, Vocabulary
from titlewright.generators.writing.wording import Said, content, finished, said
from titlewright.records import Hints
from titlewright.text.casing import looks_like_code
from titlewright.text.width import Unit, count
from titlewright.text.words import fold, same_word

Array = NDArray[Any]

LENGTH_PENALTY = 0.7  # log-probability over length ** this (Wu et al. 2016, eq. 14, simplified)
FULL = 0.72  # of a wished length; before that a title doesn't end while there is something to say
NOTHING_TO_SAY = -7.0  # log-probability of the best word left
PREFERRED = 2.5  # nats in favour of a word that is asked for
WAITING = 0.7  # nats more with every word that is written without it
EQUAL = 3  # decimals of a log-probability to which two are the same
NEVER = -1e4
IMPOSSIBLE = -25.0  # log-probability of what is forbidden or isn't there
_OPENING, _CLOSING = "([【（", ")]】）"
_BEFORE_BRACKET = (SPACE, ",", "-")
_MOST_MARKS = 8
_AGAIN = 2  # how often a number or a small word may stand in a title: 12 x 12 x 4
_NOTHING = said("")


class Copyable(Protocol):
    """A product's words that can be copied, and each one's place among them by its folded form."""

    @property
    def words(self) -> Sequence[str]: ...

    @property
    def index(self) -> Mapping[str, int]: ...


class Written(NamedTuple):
    """A finished title and its log-probability in nats; `rank` orders the titles of a product."""

    text: str
    log_probability: float
    rank: float


@dataclass(slots=True)
class Lane:
    """A title in the making. `wish` is the length aimed at, None for none."""

    wish: int | None = None
    ids: list[int] = field(default_factory=list)
    used: dict[str, int] = field(default_factory=dict)
    length: int = 0
    open: str = ""  # the bracket that is open
    marks: int = 0  # punctuation so far
    score: float = 0.0  # log-probability without bonuses
    done: bool = False

    def copy(self) -> Lane:
        return replace(self, ids=[*self.ids], used={**self.used})


class Option(NamedTuple):
    id: int
    log_probability: float  # without the bonus
    weighed: float  # with it


class Wishes:
    """What may be written about one product and what is asked for."""

    def __init__(
        self, reading: Copyable, hints: Hints, vocabulary: Vocabulary, backing: Backing
    ) -> None:
        self.reading = reading
        self.backing = backing
        self.hints = hints
        self.vocabulary = vocabulary
        self.cap = hints.max_length
        self.avoided = {part for word in hints.avoid for part in content(fold(word))}
        self._said: dict[int, Said] = {}
        self._widths: dict[int, int] = {}
        units = [unit for word in hints.prefer for unit in split(word)]
        found = (self._way_to_write(unit) for unit in units if said(unit).keys)
        self.preferred = {number for number in found if number is not None}

    def _way_to_write(self, unit: str) -> int | None:
        """The id of a word that is asked for: the product's, an inflection of it, or one of the
        vocabulary that the product backs; None where there is none."""
        key, size = fold(unit), len(self.vocabulary)
        if key in self.reading.index:
            return size + self.reading.index[key]
        number = self.vocabulary.index.get(key)
        if number is not None and self.backing.backs(said(unit), _NOTHING):
            return number
        alike = (group for word, group in self.reading.index.items() if same_word(key, word))
        return next((size + group for group in alike), None)

    def bonus(self, size: int) -> tuple[Array, Array]:
        """[V + G] in favour of preferred words, against avoided ones; and what is added to it at
        each step, for the longer a preferred word waits, the more it weighs."""
        made, growth = np.zeros((2, size), np.float32)
        for number in self.preferred:
            made[number], growth[number] = PREFERRED, WAITING
        if self.avoided:
            for number in range(END + 1, len(self.vocabulary) + len(self.reading.words)):
                if self.avoided.intersection(self.said(number).keys):
                    made[number] = NEVER
        return made, growth

    def said(self, number: int) -> Said:
        found = self._said.get(number)
        if found is None:
            size = len(self.vocabulary)
            words = self.reading.words if number >= size else self.vocabulary.words
            found = self._said[number] = said(words[number - size if number >= size else number])
        return found

    def width(self, text: str) -> int:
        unit: Unit = self.hints.unit  # type: ignore[assignment]
        return math.ceil(count(text, unit, weight=self.hints.unit_weight))

    def options(
        self, lane: Lane, ids: Array, scores: Array, bonus: Array, most: int
    ) -> list[Option]:
        """At most `most` ways to go on, likeliest first."""
        last = self.said(lane.ids[-1]) if lane.ids else _NOTHING
        found: list[Option] = []
        end: Option | None = None
        for number, weighed in self._wholes_first(ids.tolist(), scores.tolist()):
            if len(found) == most:
                break
            if number == END:
                end = Option(END, weighed, weighed)
                found.append(end)
            elif number > END and self._may_write(lane, number, last):
                found.append(Option(number, weighed - float(bonus[number]), weighed))
        if end is not None and not self._may_end(lane, found):
            found.remove(end)
        return found

    def _wholes_first(self, ids: list[int], scores: list[float]) -> list[tuple[int, float]]:
        """Ids with their scores, likeliest first, and of equals the longer one.

        A compound begins where its first part does ("Li-Ion", "Li"), so that the network scores
        both alike; rounding in the last digits must not choose.
        """
        size = len(self.vocabulary)
        possible = (pair for pair in zip(ids, scores, strict=True) if pair[1] >= IMPOSSIBLE)
        return sorted(
            possible,
            key=lambda pair: (
                -round(pair[1], EQUAL),
                -len(self.said(pair[0]).text) if pair[0] >= size else 0,
            ),
        )

    def _may_end(self, lane: Lane, options: list[Option]) -> bool:
        if not lane.ids:
            return False
        more = next((one.weighed for one in options if self.said(one.id).keys), -math.inf)
        missing = self.preferred.difference(lane.ids)
        room = self.cap is None or lane.length < self.cap * 0.8
        if missing and room and len(lane.ids) < MOST_UNITS - 4:
            return more == -math.inf
        wished = lane.wish
        return wished is None or lane.length >= FULL * wished or more < NOTHING_TO_SAY

    def _may_write(self, lane: Lane, number: int, last: Said) -> bool:
        unit = self.said(number)
        if not unit.word and not self._may_punctuate(lane, unit.text, last):
            return False
        limit = self.cap if lane.wish is None else min(lane.wish, self.cap or lane.wish)
        if limit is not None and lane.length + self._added(number, unit, last) > limit:
            return False
        if unit.small:
            again = lane.used.get(unit.folded, 0) < _AGAIN
            return again and last.word and not last.small
        if last.small and number in self.preferred and looks_like_code(unit.text):
            return self.backing.joins(last, unit)
        if unit.digits:
            return lane.used.get(unit.folded, 0) < _AGAIN and unit.folded != last.folded
        if unit.keys and unit.keys.issubset(lane.used):
            return False
        if lane.wish is None or number >= len(self.vocabulary):
            return True  # what is not backed is taken out, as words that the model skips
        return self.backing.backs(unit, last)  # else a length would be reached with such words

    def _may_punctuate(self, lane: Lane, mark: str, last: Said) -> bool:
        """A mark stands between words; brackets are opened once at a time and close on a word."""
        if mark in _OPENING:
            return not lane.open and (not last.text or last.word or last.text in _BEFORE_BRACKET)
        if mark in _CLOSING:
            return lane.open == _OPENING[_CLOSING.index(mark)] and last.word
        after = last.word or (bool(last.text) and last.text in _CLOSING)
        return after and lane.marks < _MOST_MARKS

    def _added(self, number: int, unit: Said, last: Said) -> int:
        width = self._widths.get(number)
        if width is None:
            width = self._widths[number] = self.width(unit.text)
        glued = unit.unspaced or last.unspaced or unit.text in ",.)" or last.text in "(["
        return width + (not glued)

    def write(self, lane: Lane, option: Option) -> None:
        """Put the option at the lane's end; END finishes the lane."""
        lane.score += option.log_probability
        if option.id == END:
            lane.done = True
            return
        unit = self.said(option.id)
        last = self.said(lane.ids[-1]) if lane.ids else _NOTHING
        lane.length += 1 if unit.text == SPACE else self._added(option.id, unit, last)
        lane.ids.append(option.id)
        if not unit.word:
            lane.marks += 1
            if unit.text in _OPENING:
                lane.open = unit.text
            elif unit.text in _CLOSING:
                lane.open = ""
        for key in unit.keys or (unit.folded,):
            lane.used[key] = lane.used.get(key, 0) + 1

    def title(self, lane: Lane) -> Written:
        """What is asked for and missing counts more than any likelihood."""
        text = finished([self.said(number).text for number in lane.ids])
        rank = lane.score / max(len(lane.ids), 1) ** LENGTH_PENALTY
        rank += NEVER * len(self.preferred.difference(lane.ids))
        if lane.wish is not None:
            rank += min(0.0, self.width(text) - FULL * lane.wish)
        return Written(text, lane.score, rank)
