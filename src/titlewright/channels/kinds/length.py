"""Length: limits of the whole title, of its words, and how many words there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from titlewright.channels.case import Case
from titlewright.channels.kinds.base import Fix, Kind, Place
from titlewright.channels.limits import length, limit
from titlewright.channels.model import Channel
from titlewright.channels.options import Options
from titlewright.channels.shortening import shorten
from titlewright.errors import ChannelError
from titlewright.records import Span


@dataclass(frozen=True, slots=True)
class MaxLength(Kind):
    """The channel's limit, in its unit, with its exceptions. Fixed by dropping what is worth
    least, at word boundaries."""

    channel: Channel

    @classmethod
    def build(cls, options: Options) -> Self:
        return cls(_of_channel(options))

    def find(self, case: Case) -> Sequence[Place]:
        most = limit(self.channel, case.product)
        if most is None or length(self.channel, case.text) <= most:
            return ()
        return (Span(_last_that_fits(self.channel, case.text, most), len(case.text)),)

    def fix(self, case: Case, found: Sequence[Place]) -> Fix | None:  # noqa: ARG002
        most = limit(self.channel, case.product)
        if most is None:
            return None
        short = shorten(case, most, lambda text: length(self.channel, text))
        return Fix(short.text, short.change) if short else None

    def describe(self, message: str, case: Case, place: Place) -> str:  # noqa: ARG002
        return _with_numbers(
            message, length(self.channel, case.text), limit(self.channel, case.product)
        )


@dataclass(frozen=True, slots=True)
class RecommendedLength(Kind):
    """The length that the channel recommends: advice."""

    channel: Channel

    @classmethod
    def build(cls, options: Options) -> Self:
        channel = _of_channel(options)
        if channel.recommended_length is None:
            raise ChannelError(f"Rule {options.rule_id} needs length.recommended in the pack.")
        return cls(channel)

    def find(self, case: Case) -> Sequence[Place]:
        most = self.channel.recommended_length
        if most is None or length(self.channel, case.text) <= most:
            return ()
        return (Span(_last_that_fits(self.channel, case.text, most), len(case.text)),)

    def describe(self, message: str, case: Case, place: Place) -> str:  # noqa: ARG002
        return _with_numbers(
            message, length(self.channel, case.text), self.channel.recommended_length
        )


@dataclass(frozen=True, slots=True)
class MinLength(Kind):
    """At least `min`, in the channel's unit. Nothing can be invented to reach it."""

    channel: Channel
    least: int

    @classmethod
    def build(cls, options: Options) -> Self:
        return cls(_of_channel(options), options.integer("min"))

    def find(self, case: Case) -> Sequence[Place]:
        text = case.text
        return (None,) if text.strip() and length(self.channel, text) < self.least else ()

    def describe(self, message: str, case: Case, place: Place) -> str:  # noqa: ARG002
        return _with_numbers(message, length(self.channel, case.text), self.least)


@dataclass(frozen=True, slots=True)
class WordCount(Kind):
    """At least `min` and at most `max` words, as written between spaces; 0 is no bound."""

    least: int
    most: int

    @classmethod
    def build(cls, options: Options) -> Self:
        return cls(options.integer("min", 0), options.integer("max", 0))

    def find(self, case: Case) -> Sequence[Place]:
        words = len(case.text.split())
        wrong = 0 < words < self.least or 0 < self.most < words
        return (None,) if wrong else ()

    def describe(self, message: str, case: Case, place: Place) -> str:  # noqa: ARG002
        return _with_numbers(message, len(case.text.split()), self.least or self.most)


@dataclass(frozen=True, slots=True)
class WordLength(Kind):
    """No word of more than `max` code points. Words are never cut, so it can't be fixed."""

    most: int

    @classmethod
    def build(cls, options: Options) -> Self:
        return cls(options.integer("max"))

    def find(self, case: Case) -> Sequence[Place]:
        spans, end = [], 0
        for word in case.text.split():
            start = case.text.index(word, end)
            end = start + len(word)
            if len(word) > self.most:
                spans.append(Span(start, end))
        return spans


def _of_channel(options: Options) -> Channel:
    if options.channel is None:
        raise ChannelError(f"Rule {options.rule_id} is about length, which a law pack can't have.")
    return options.channel


def _with_numbers(message: str, measured: int, bound: int | None) -> str:
    return message.replace("{length}", str(measured)).replace("{limit}", str(bound))


def _last_that_fits(channel: Channel, text: str, most: int) -> int:
    """How many code points of the text fit, by bisection: every unit grows with the text."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if length(channel, text[:middle]) <= most:
            low = middle
        else:
            high = middle - 1
    return low
