"""What learning is told and what it answers.

Titles are on offer, somebody looks, a policy chooses, and events say what was shown and what came
of it. Who looks is a keyed hash, never a name or an address.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Real
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, Protocol, get_args

from titlewright.errors import RecordError

if TYPE_CHECKING:
    from numpy.random import Generator

Kind = Literal["impression", "click", "cart", "purchase", "dismiss"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_NOTHING: Mapping[str, float] = MappingProxyType({})
_LAST = 253_402_300_799  # seconds: the end of the year 9999, the last that dates know


@dataclass(frozen=True, slots=True)
class Title:
    """One wording of one product, an arm that a policy may choose.

    id        the same for the same wording of the same product
    category  the product's category, coarse to fine, that beliefs are pooled over
    control   whether it is the title that the product had before; None where nobody said, and then
              the store keeps what it was told before, as it keeps a category where none is given
    """

    id: str
    product_id: str
    text: str
    category: tuple[str, ...] = ()
    control: bool | None = False


@dataclass(frozen=True, slots=True)
class Audience:
    """Who looks, as far as a title may depend on it.

    who       a keyed hash, "" for nobody known
    segments  names of groups, such as "returning" or "mobile"
    features  numbers that contextual policies read, such as {"price_band": 0.5}
    """

    who: str = ""
    segments: tuple[str, ...] = ()
    features: Mapping[str, float] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True)
class Choice:
    """The title to show. `propensity` is the probability, in (0, 1], with which it was chosen.

    `error` is the standard error of that probability where it was estimated, 0 where it is exact.
    """

    title: Title
    propensity: float
    error: float = 0.0


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. Raises RecordError where a field makes no sense.

    id          given by whoever saw it; the same id is the same event, however often it comes
    time        when it happened, in seconds since 1970-01-01 UTC
    title_id    the title that was shown; with `product_id` it names an arm
    impression  the id of the impression that a click, cart, purchase or dismissal goes back to
    value       money of a purchase, in the shop's currency
    policy, propensity, arms, segments, features
                of an impression: what chose, how likely that was, the ids on offer, for whom.
                They can't be found out later, and off-policy evaluation needs them.
    """

    id: str
    kind: Kind
    time: float
    product_id: str
    title_id: str
    who: str = ""
    impression: str = ""
    value: float = 0.0
    policy: str = ""
    propensity: float | None = None
    arms: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    features: Mapping[str, float] = field(default_factory=lambda: _NOTHING)

    def __post_init__(self) -> None:
        if not (self.id and self.product_id and self.title_id):
            name = next(one for one in ("id", "product_id", "title_id") if not getattr(self, one))
            raise _wrong(name, "", "is missing", "Every event names it.")
        if self.kind not in KINDS:
            raise _wrong("kind", self.kind, "is unknown", f"Kinds are {', '.join(KINDS)}.")
        if not 0 <= self.time <= _LAST:  # NaN fails too
            raise _wrong("time", self.time, "is no time", "Give seconds since 1970, or ISO 8601.")
        if not (math.isfinite(self.value) and self.value >= 0):
            raise _wrong("value", self.value, "is no amount of money", "Give a number from 0.")
        if self.propensity is not None and not 0 < self.propensity <= 1:
            raise _wrong(
                "propensity", self.propensity, "is no probability", "It is above 0, at most 1."
            )
        if self.arms and self.title_id not in self.arms:
            raise _wrong("arms", self.arms, f"lacks {self.title_id}", "What is shown was on offer.")
        for name, one in self.features.items():
            if not (isinstance(one, (float, int, Real)) and abs(one) < math.inf):
                raise _wrong("features", {name: one}, "are no numbers", "Give numbers of about 1.")


class Policy(Protocol):
    """Decides which title to show, and learns from what comes of it.

    Titles come and go, so the arms come with each call; one that was never seen is welcome.
    """

    name: str

    def choose(self, titles: Sequence[Title], audience: Audience, rng: Generator) -> Choice:
        """One of the titles, with the probability of that. Raises LearningError without any."""
        ...

    def update(self, events: Sequence[Event]) -> None:
        """Learn from events, in any order; clicks may come long after their impressions."""
        ...


def _wrong(name: str, value: object, what: str, advice: str) -> RecordError:
    return RecordError(f"The event's {name} {value!r} {what}.", field=name, advice=advice)
