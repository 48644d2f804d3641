"""Titles that are wrong for a product: another product's, one with a fact swapped, a spoilt one.

What a judge learns to tell from the seller's own.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from typing import Literal

import regex

from titlewright.generators.bert.reading import attributes
from titlewright.generators.spoiling import spoil
from titlewright.records import Example
from titlewright.text.tokens import words

Kind = Literal["other", "swapped", "spoilt"]
KINDS: tuple[Kind, ...] = ("other", "swapped", "spoilt")
_DRAWN = (1, 16)  # titles among which the most alike is taken: any other, or one of its kind
_TRIED = 4  # values that are drawn to find another one
_LONGEST = 40  # code points of a fact that is swapped


class WrongTitles:
    """Makes them out of the titles and facts of all examples."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self._examples = examples
        self._alike: dict[tuple[str, ...], list[str]] = defaultdict(list)  # titles by category
        self._values: dict[str, list[str]] = defaultdict(list)  # of an attribute, in any product
        for example in examples:
            self._alike[example.product.category].append(example.title)
            for name, value in attributes(example.product):
                if len(value) <= _LONGEST:
                    self._values[name].append(value)

    def make(self, example: Example, rng: random.Random) -> tuple[str, Kind] | None:
        """A wrong title of a kind drawn at random, or of the next kind that can be made of it."""
        for kind in rng.sample(KINDS, len(KINDS)):
            title = self.of_kind(kind, example, rng)
            if title and words(title) != words(example.title):
                return title, kind
        return None

    def of_kind(self, kind: Kind, example: Example, rng: random.Random) -> str:
        """A title of this kind, or "" where none can be made; it may be the right one by chance."""
        if kind == "other":
            return self._other(example, rng)
        if kind == "swapped":
            return self._swapped(example, rng)
        return spoil(example.title, rng)

    def _other(self, example: Example, rng: random.Random) -> str:
        """Another product's title of the same category: any, or the most alike of several."""
        own = words(example.title)
        near = self._alike[example.product.category]
        if len(near) < 2:
            near = [one.title for one in self._examples]
        drawn = [rng.choice(near) for _ in range(rng.choice(_DRAWN))]
        others = [title for title in drawn if words(title) != own]
        return max(others, key=lambda title: _shared(words(title), own), default="")

    def _swapped(self, example: Example, rng: random.Random) -> str:
        """The title with a brand or value that it states put as it is of another product."""
        stated = [
            (name, value, pattern)
            for name, value in attributes(example.product)
            if len(value) <= _LONGEST and (pattern := _whole(value)).search(example.title)
        ]
        rng.shuffle(stated)
        for name, value, pattern in stated:
            drawn = rng.choices(self._values[name], k=_TRIED) if self._values[name] else []
            other = next((one for one in drawn if words(one) != words(value)), "")
            swapped = pattern.sub(other.replace("\\", r"\\"), example.title, count=1)
            if other and words(swapped) != words(example.title):
                return swapped
        return ""


def _shared(one: Sequence[str], other: Sequence[str]) -> float:
    """Words in both as a share of all words of either (Jaccard)."""
    return len({*one} & {*other}) / max(len({*one} | {*other}), 1)


def _whole(value: str) -> regex.Pattern[str]:
    """A pattern for the value where it stands as whole words, in any case."""
    return regex.compile(rf"(?<!\w){regex.escape(value.strip())}(?!\w)", regex.IGNORECASE)
