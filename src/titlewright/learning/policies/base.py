"""What all policies that count share: shares of traffic from counts, and choosing by these shares.

A policy is a rule that turns the counts of arms into the share of traffic that each should get.
`choose` draws from the shares, so the propensity is exact: it is the share that was drawn from.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any, ClassVar, Self

from titlewright.errors import LearningError
from titlewright.learning.records import Audience, Choice, Event, Title
from titlewright.learning.tallies import Goal, Tally

if TYPE_CHECKING:
    import numpy as np
    from numpy.random import Generator
    from numpy.typing import NDArray

DRAWS = 200  # posterior draws from which the shares of a live decision are counted
FEW_DRAWS = 10  # where shares are made anew very often, as in a replay


@dataclass(frozen=True, slots=True)
class Arms:
    """Products whose titles are on offer, and how these did; all products have K titles.

    titles  [T][K]
    shown   [T, K] impressions, discounted and without those that can't be judged yet
    won     [T, K] successes among them
    worth   [T, K] what a success is worth, such as the mean value of a purchase; None: 1
    draws   posterior draws by which shares are counted, by policies that sample
    """

    titles: Sequence[Sequence[Title]]
    shown: NDArray[np.float64]
    won: NDArray[np.float64]
    worth: NDArray[np.float64] | None = None
    draws: int = DRAWS

    def rates(self) -> NDArray[np.float64]:
        """[T, K] successes (by their worth) per impression, 0 where nothing was shown."""
        import numpy as np

        found = self.won / np.maximum(self.shown, 1e-12)
        return found if self.worth is None else found * self.worth

    def valued(self, draws: NDArray[np.float64]) -> NDArray[np.float64]:
        """[T, K, D] draws of success rates as draws of what an impression brings."""
        return draws if self.worth is None else draws * self.worth[..., None]


class CountingPolicy(ABC):
    """A policy that decides by counts. Subclasses give `name` and `shares`.

    goal, half_life, delay, memory
            what counts, as in `Tally`
    floor   share of the traffic that goes to all arms equally, in [0, 1]: what is logged can then
            be evaluated off-policy
    refresh shares stay as they are until the product has this share more events (0.05: at 1,000
            events after fifty more); 0 makes them anew after every event

    Raises LearningError where an option makes no sense.
    """

    name: ClassVar[str]
    fewest_draws: ClassVar[int] = FEW_DRAWS  # by which shares may be counted

    def __init__(
        self,
        *,
        goal: Goal = "click",
        floor: float = 0.0,
        half_life: float | None = None,
        delay: float | None = None,
        refresh: float = 0.05,
        memory: int = 100_000,
    ) -> None:
        share_option("floor", floor)
        share_option("refresh", refresh)
        self.floor = floor
        self.refresh = refresh
        self.tally = Tally(goal, half_life=half_life, delay=delay, memory=memory)
        # product -> ids, shares, running sums of them, number of events at which they are made anew
        self._drawn: dict[str, tuple[tuple[str, ...], list[float], list[float], float]] = {}

    @abstractmethod
    def shares(self, arms: Arms, rng: Generator) -> NDArray[np.float64]:
        """[T, K] the share of traffic that each title should get now, 1 in sum over titles."""

    def options(self) -> dict[str, Any]:
        """What the policy was made with, as `create_policy` takes it."""
        return {
            "goal": self.tally.goal, "floor": self.floor, "half_life": self.tally.half_life,
            "delay": self.tally.delay, "refresh": self.refresh, "memory": self.tally.memory,
        }  # fmt: skip

    def choose(
        self,
        titles: Sequence[Title],
        audience: Audience,  # noqa: ARG002 - other policies look at it
        rng: Generator,
    ) -> Choice:
        _, shares, sums, _ = self._current(titles, rng)
        return drawn(titles, shares, sums, rng)

    def propensities(
        self,
        titles: Sequence[Title],
        audience: Audience,  # noqa: ARG002 - other policies look at it
        rng: Generator,
    ) -> list[float]:
        """The probability with which `choose` shows each title, [K]. LearningError without any."""
        return list(self._current(titles, rng)[1])

    def update(self, events: Sequence[Event]) -> None:
        self.tally.update(events)

    def pool(self, tables: Sequence[Arms]) -> None:  # noqa: B027 - most have nothing to pool
        """Learn from many products at once what helps to begin with others. Most don't."""

    def to_json(self) -> dict[str, Any]:
        """All that the policy knows; `policies.from_json` makes an equal one of it."""
        return {
            "policy": self.name,
            "options": self.options(),
            "tally": self.tally.to_json(),
            "drawn": {name: [ids, shares, due] for name, (ids, shares, _, due) in
                      self._drawn.items()},
        }  # fmt: skip

    @classmethod
    def from_json(cls, state: dict[str, Any], **changed: Any) -> Self:
        """`changed` are options that replace those that were saved."""
        made = cls(**state["options"] | changed)
        made.restore(state)
        if changed.keys() & state["options"].keys():  # shares are of how it was made before
            made._drawn.clear()
        return made

    def restore(self, state: dict[str, Any]) -> None:
        self.tally.restore(state["tally"])
        self._drawn = {
            name: (tuple(ids), shares, list(accumulate(shares)), due)
            for name, (ids, shares, due) in state["drawn"].items()
        }

    def _current(
        self, titles: Sequence[Title], rng: Generator
    ) -> tuple[tuple[str, ...], list[float], list[float], float]:
        product = titles[0].product_id if titles else ""
        ids = tuple([title.id for title in titles])
        events = self.tally.events.get(product, 0)
        known = self._drawn.get(product)
        if known is None or events >= known[3] or known[0] != ids:
            product_of(titles)
            shares: list[float] = self.floored(self.shares(self._arms(titles), rng))[0].tolist()
            due = events + max(1.0, self.refresh * events)
            known = self._drawn[product] = ids, shares, list(accumulate(shares)), due
        return known

    def floored(self, shares: NDArray[np.float64]) -> NDArray[np.float64]:
        return floored(shares, self.floor)

    def _arms(self, titles: Sequence[Title]) -> Arms:
        """The titles' counts as one row; they are of one product."""
        import numpy as np

        counts = self.tally.counts(titles[0].product_id, [title.id for title in titles])
        shown, won, value = np.array(counts)[:, None, :]
        worth = None
        if self.tally.goal == "revenue" and won.sum():
            # Titles with few purchases borrow the product's mean: one order's worth of it.
            worth = (value + value.sum() / won.sum()) / (won + 1)
        return Arms([titles], shown, won, worth)


def drawn(
    titles: Sequence[Title], shares: Sequence[float], sums: Sequence[float], rng: Generator
) -> Choice:
    """A title by its share of the traffic; `sums` are the running sums of shares."""
    at = bisect_right(sums, rng.random() * sums[-1], hi=len(sums) - 1)
    return Choice(titles[at], shares[at])


def product_of(titles: Sequence[Title]) -> str:
    """The product whose titles these are.

    Raises LearningError without titles, for those of several products, and for an id twice.
    """
    if not titles:
        raise LearningError("No title is on offer. Give the policy at least one to choose.")
    product = titles[0].product_id
    ids = {title.id for title in titles if title.product_id == product}
    if len(ids) == len(titles):
        return product
    if any(title.product_id != product for title in titles):
        raise LearningError(
            f"Titles of {product!r} and of other products are on offer together. A policy "
            "chooses among the titles of one product."
        )
    raise LearningError(
        f"Several titles of {product!r} on offer have one id, of {sorted(ids)}. Give each its own."
    )


def floored(shares: NDArray[np.float64], floor: float) -> NDArray[np.float64]:
    """[T, K] shares with the part of the traffic that all titles get equally."""
    if not floor:
        return shares
    mixed: NDArray[np.float64] = (1 - floor) * shares + floor / shares.shape[-1]
    return mixed


def share_option(name: str, value: float) -> None:
    """Raises LearningError where an option that is a share isn't in [0, 1]."""
    if not 0 <= value <= 1:
        raise LearningError(f"{name} {value!r} is no share. Give a number from 0 to 1.")


def factor_option(name: str, value: float) -> None:
    """Raises LearningError where an option isn't a finite number above 0."""
    if not (math.isfinite(value) and value > 0):
        raise LearningError(f"{name} {value!r} is no factor. Give a number above 0.")


def among_best(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """[T, K] scores as shares [T, K]: the best title gets all, those that tie share it."""
    best = scores == scores.max(axis=1, keepdims=True)
    found: NDArray[np.float64] = best / best.sum(axis=1, keepdims=True)
    return found


def with_a_chance(leads: NDArray[np.float64], draws: int) -> NDArray[np.float64]:
    """[T, K] shares of draws as shares of which none is 0: each title leads half a draw more."""
    found: NDArray[np.float64] = (leads * draws + 0.5) / (draws + leads.shape[1] / 2)
    return found


def times_best(draws: NDArray[np.float64]) -> NDArray[np.float64]:
    """[T, K, D] joint draws of what titles bring as [T, K] shares of draws in which each leads."""
    import numpy as np

    leaders = draws.argmax(axis=1)  # [T, D]
    rows, arms, count = draws.shape
    flat = (np.arange(rows)[:, None] * arms + leaders).ravel()
    leading = np.bincount(flat, minlength=rows * arms).reshape(rows, arms)
    shares: NDArray[np.float64] = leading / count
    return shares
