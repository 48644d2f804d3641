"""Which arm a unit of an experiment gets: by a keyed hash, the same whenever it is asked.

A unit is a shopper (their keyed hash), a product, or a cluster of products that shoppers choose
between. Nothing is stored: experiment, unit and key decide. A feed carries one title an item, so
there each product changes its arm from period to period: in the order of a Williams design, in
which every arm follows every other equally often and what one period leaves behind for the next
weighs on all arms alike.

E. J. Williams 1949, "Experimental designs balanced for the estimation of residual effects of
treatments", Australian Journal of Scientific Research A 2:149-168.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass

from titlewright.errors import LearningError
from titlewright.learning.records import Title

_DIGEST = 8  # bytes: the share of a unit has 53 bits that count


@dataclass(frozen=True, slots=True)
class Experiment:
    """An experiment: its name, its arms and their shares of the units (even where not given).

    `key` keeps outsiders from telling who is in which arm; the same experiment needs the same key.
    Raises LearningError for fewer than two arms, arms of one name, or shares that make no sense.
    """

    name: str
    arms: tuple[str, ...]
    shares: tuple[float, ...] = ()
    key: bytes = b""

    def __post_init__(self) -> None:
        if len(self.arms) < 2 or len(set(self.arms)) < len(self.arms):
            raise LearningError(
                f"An experiment needs two arms or more with different names, not {self.arms!r}."
            )
        if self.shares and (
            len(self.shares) != len(self.arms)
            or min(self.shares) <= 0
            or not math.isclose(sum(self.shares), 1, abs_tol=1e-6)
        ):
            raise LearningError(
                f"The shares {self.shares!r} don't fit {len(self.arms)} arms: give one above 0 "
                "for each, adding up to 1."
            )
        if len(self.key) > hashlib.blake2b.MAX_KEY_SIZE:
            raise LearningError(
                f"The key has {len(self.key)} bytes; at most {hashlib.blake2b.MAX_KEY_SIZE} count."
            )

    def arm(self, unit: str) -> str:
        """The arm of a unit, for as long as the experiment runs."""
        place = _uniform(self, f"arm {unit}")
        reached = 0.0
        for arm, share in zip(self.arms, self.shares or [1 / len(self.arms)] * len(self.arms),
                              strict=True):  # fmt: skip
            reached += share
            if place < reached:
                return arm
        return self.arms[-1]

    def arm_in_period(self, unit: str, period: int) -> str:
        """The arm of a unit in a period, counted from 0; in each one the arms are even.

        Raises LearningError for a negative period, or for shares, which crossing over can't keep.
        """
        if self.shares and max(self.shares) - min(self.shares) > 1e-9:
            raise LearningError("Units that change arms have all arms equally often: leave shares.")
        if period < 0:
            raise LearningError(f"Periods are counted from 0, not {period}.")
        sequences = williams(len(self.arms))
        sequence = sequences[int(_uniform(self, f"sequence {unit}") * len(sequences))]
        return self.arms[sequence[period % len(self.arms)]]


def williams(arms: int) -> list[list[int]]:
    """Sequences in which each arm comes once, and follows each other one equally often.

    `arms` sequences for an even number, twice as many for an odd one.
    """
    first = [0]
    low, high = 1, arms - 1
    while len(first) < arms:
        first.append(low if len(first) % 2 else high)
        low, high = (low + 1, high) if len(first) % 2 == 0 else (low, high - 1)
    square = [[(arm + shift) % arms for arm in first] for shift in range(arms)]
    return square if arms % 2 == 0 else square + [sequence[::-1] for sequence in square]


def clusters(titles: Iterable[Title]) -> dict[str, str]:
    """For each product the name of its cluster: its category, or itself where that isn't known.

    Shoppers choose between products of one category: were some of them to get better titles and
    others not, what the ones gain the others would lose, and the gain would be counted twice.
    """
    return {
        title.product_id: "category " + " > ".join(title.category)
        if title.category
        else f"product {title.product_id}"
        for title in titles
    }


def _uniform(experiment: Experiment, text: str) -> float:
    """A number in [0, 1) that experiment and text decide."""
    hashed = hashlib.blake2b(digest_size=_DIGEST, key=experiment.key)
    for part in (experiment.name, text):
        coded = part.encode("utf-8", "surrogatepass")
        hashed.update(len(coded).to_bytes(8, "big") + coded)
    return (int.from_bytes(hashed.digest(), "big") >> 11) / 2**53
