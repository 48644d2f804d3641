"""Randomised tests of wordings: arms with counts, pairs of arms, tests that tell the same story."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from titlewright.errors import SettingsError

_FEWEST = 100  # impressions of an arm that is compared
_OPENING = 4  # first words that make two headlines one story's


@dataclass(frozen=True, slots=True)
class Arm:
    """One wording in one test, in which nothing else differs; counts of impressions and clicks."""

    test: str
    text: str
    impressions: int
    clicks: int

    def __post_init__(self) -> None:
        if not 0 <= self.clicks <= self.impressions:
            raise SettingsError(
                f"Test {self.test!r}: {self.clicks} clicks of {self.impressions} impressions can't "
                "be. Count each impression once and a click on it at most once."
            )


@dataclass(frozen=True, slots=True)
class Pair:
    """Two wordings of a test and z, by how many standard errors the first was clicked more."""

    test: str
    first: str
    second: str
    z: float


def pairs(arms: Iterable[Arm]) -> Iterator[Pair]:
    """All pairs within tests. Arms of one text count as one; those hardly shown are left out."""
    counts: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for arm in arms:
        told = counts[arm.test][" ".join(arm.text.split())]
        told[0] += arm.impressions
        told[1] += arm.clicks
    for test, texts in counts.items():
        shown = {text: told for text, told in sorted(texts.items()) if told[0] >= _FEWEST}
        for first, second in combinations(shown, 2):
            z = difference(*shown[first], *shown[second])
            if z is not None:
                yield Pair(test, first, second, z)


def difference(shown: int, clicked: int, others_shown: int, others_clicked: int) -> float | None:
    """z of the difference of two click rates with a pooled standard error; None without clicks."""
    pooled = (clicked + others_clicked) / (shown + others_shown)
    error = math.sqrt(pooled * (1 - pooled) * (1 / shown + 1 / others_shown))
    return (clicked / shown - others_clicked / others_shown) / error if error else None


def stories(pairs: Sequence[Pair]) -> list[int]:
    """For each pair the number of its story: tests that share a text, or the beginning of one, are
    one story, so that what is learnt of a story isn't measured on it."""
    root: dict[tuple[str, str], tuple[str, str]] = {}

    def find(node: tuple[str, str]) -> tuple[str, str]:
        while root.setdefault(node, node) != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for pair in pairs:
        for text in (pair.first, pair.second):
            opening = " ".join(re.findall(r"\w+", text.casefold())[:_OPENING])
            root[find(("opening", opening))] = find(("test", pair.test))
    numbers: dict[tuple[str, str], int] = {}
    return [numbers.setdefault(find(("test", pair.test)), len(numbers)) for pair in pairs]
