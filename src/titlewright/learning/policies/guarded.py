"""Guardrails around any policy: the control's share, harm stopped early, a budget per product.

A title harms when its success rate is below the control's, by a test that may be looked at after
every event: the mixture sequential probability ratio test of Johari, Pekelis and Walsh 2017
("Peeking at A/B tests", KDD), a normal mixture on the difference of two rates. Both count from the
first impression of whichever came later, as rates drift.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from titlewright.errors import LearningError
from titlewright.learning.policies.base import CountingPolicy, drawn, product_of, share_option
from titlewright.learning.records import Audience, Choice, Event, Title

if TYPE_CHECKING:
    from numpy.random import Generator

_FEWEST = 100  # impressions of both titles before harm is looked for
_TYPICAL = 0.3  # difference that the mixture expects, as a share of the control's rate


class Guarded:
    """A policy within limits.

    inner          decides within them
    control_share  the control is shown at least this often, in [0, 1]
    harm           probability of stopping, ever, a title that does no harm, in (0, 1); None: none
                   is stopped
    budget         how often titles other than the control are shown of a product in all; then the
                   control alone is; None: no limit. Counts are a title's impressions or what this
                   policy chose, whichever is more; titles that were the control once cost nothing

    Products without a control on offer are left to the inner policy. Raises LearningError where
    an option makes no sense.
    """

    def __init__(
        self,
        inner: CountingPolicy,
        *,
        control_share: float = 0.1,
        harm: float | None = 0.01,
        budget: int | None = None,
    ) -> None:
        share_option("control_share", control_share)
        if harm is not None and not 0 < harm < 1:
            raise LearningError(f"harm {harm!r} is no probability. Give one above 0, below 1.")
        if budget is not None and budget < 0:
            raise LearningError(f"budget {budget!r} can't be. Give impressions from 0, or None.")
        self.inner = inner
        self.control_share = control_share
        self.harm = harm
        self.budget = budget
        self.stopped: dict[str, set[str]] = {}  # product -> ids of titles that harmed
        self._checked: dict[str, int] = {}  # product -> events at which harm was looked for
        # product -> title -> what was known at its first impression: when, and of each other title
        # how often it was shown and won
        self._begun: dict[str, dict[str, tuple[float, dict[str, list[float]]]]] = {}
        self._chosen: dict[str, dict[str, int]] = {}  # product -> title -> decisions for it
        self._controls: dict[str, set[str]] = {}  # product -> titles that were the control

    @property
    def name(self) -> str:
        return f"guarded_{self.inner.name}"

    def choose(self, titles: Sequence[Title], audience: Audience, rng: Generator) -> Choice:
        shares = self.propensities(titles, audience, rng)
        choice = drawn(titles, shares, list(accumulate(shares)), rng)
        chosen = self._chosen.setdefault(choice.title.product_id, {})
        chosen[choice.title.id] = chosen.get(choice.title.id, 0) + 1
        return choice

    def propensities(
        self, titles: Sequence[Title], audience: Audience, rng: Generator
    ) -> list[float]:
        """The probability with which `choose` shows each title, [K]. LearningError without any."""
        product = product_of(titles)
        control = next((at for at, title in enumerate(titles) if title.control), None)
        if control is None:
            return self.inner.propensities(titles, audience, rng)
        self._controls.setdefault(product, set()).add(titles[control].id)
        if self.budget is not None and self._others_shown(product) >= self.budget:
            return [float(at == control) for at in range(len(titles))]
        stopped = self._stopped(titles, control)
        offered = [at for at, title in enumerate(titles) if title.id not in stopped]
        inner = self.inner.propensities([titles[at] for at in offered], audience, rng)
        shares = [0.0] * len(titles)
        for at, share in zip(offered, inner, strict=True):
            shares[at] = share
        if shares[control] < self.control_share:  # the others give of theirs what it lacks
            kept = (1 - self.control_share) / (1 - shares[control])
            shares = [share * kept for share in shares]
            shares[control] = self.control_share
        return shares

    def update(self, events: Sequence[Event]) -> None:
        for event in events:
            if event.kind == "impression":
                begun = self._begun.setdefault(event.product_id, {})
                if event.title_id not in begun:
                    begun[event.title_id] = self._known(event.product_id, event.title_id)
        self.inner.update(events)

    def to_json(self) -> dict[str, Any]:
        return {
            "policy": "guarded",
            "inner": self.inner.to_json(),
            "options": {"control_share": self.control_share, "harm": self.harm,
                        "budget": self.budget},
            "stopped": {name: sorted(some) for name, some in self.stopped.items()},
            "checked": dict(self._checked),
            "begun": {name: dict(titles) for name, titles in self._begun.items()},
            "chosen": {name: dict(titles) for name, titles in self._chosen.items()},
            "controls": {name: sorted(some) for name, some in self._controls.items()},
        }  # fmt: skip

    def restore(self, state: dict[str, Any]) -> None:
        self.stopped = {name: set(some) for name, some in state["stopped"].items()}
        self._checked = dict(state["checked"])
        self._begun = {
            name: {title: (float(time), counts) for title, (time, counts) in titles.items()}
            for name, titles in state["begun"].items()
        }
        self._chosen = {name: dict(titles) for name, titles in state["chosen"].items()}
        self._controls = {name: set(some) for name, some in state["controls"].items()}

    def _others_shown(self, product: str) -> int:
        shown, chosen = self.inner.tally.impressions(product), self._chosen.get(product, {})
        return sum(
            max(shown.get(title, 0), chosen.get(title, 0))
            for title in shown.keys() | chosen.keys()
            if title not in self._controls[product]
        )

    def _known(self, product: str, title: str) -> tuple[float, dict[str, list[float]]]:
        """The time, and counts of the product's titles; none where this one has been shown."""
        tally = self.inner.tally
        shown = tally.impressions(product)
        if shown.get(title):
            return tally.now, {}
        counts = zip(*tally.counts(product, list(shown))[:2], strict=True)
        return tally.now, dict(zip(shown, map(list, counts), strict=True))

    def _since(self, product: str, title: str, other: str) -> tuple[float, float]:
        """How often a title was shown and won since the other one's first impression."""
        tally = self.inner.tally
        (shown,), (won,), _ = tally.counts(product, [title])
        time, counts = self._begun.get(product, {}).get(other, (0.0, {}))
        before = counts.get(title, [0.0, 0.0])
        fade = 0.5 ** ((tally.now - time) / tally.half_life) if tally.half_life else 1.0
        won = max(won - fade * before[1], 0.0)
        return max(shown - fade * before[0], won), won

    def _stopped(self, titles: Sequence[Title], control: int) -> set[str]:
        """Ids of titles that harm; once stopped, a title stays away."""
        product = titles[control].product_id
        stopped = self.stopped.setdefault(product, set())
        events = self.inner.tally.events.get(product, 0)
        if self.harm is None or self._checked.get(product) == events:
            return stopped
        self._checked[product] = events
        name = titles[control].id
        for title in titles:
            if title.id != name and harms(
                *self._since(product, title.id, name),
                *self._since(product, name, title.id),
                self.harm / (len(titles) - 1),
            ):
                stopped.add(title.id)
        return stopped


def harms(shown: float, won: float, control_shown: float, control_won: float, error: float) -> bool:
    """Whether a title's success rate is below the control's, at any time with this error at most.

    The likelihood ratio sqrt(v / (v + t^2)) exp(t^2 d^2 / (2 v (v + t^2))) of equation 6, where d
    is the difference, v its variance and t the standard deviation of the mixture, reaches
    1 / error.
    """
    if min(shown, control_shown) < _FEWEST:
        return False
    pooled = (won + control_won) / (shown + control_shown)
    variance = pooled * (1 - pooled) * (1 / shown + 1 / control_shown)
    difference = won / shown - control_won / control_shown
    if difference >= 0 or variance <= 0:
        return False
    mixed = (_TYPICAL * pooled) ** 2
    log_ratio = 0.5 * math.log(variance / (variance + mixed))
    log_ratio += mixed * difference**2 / (2 * variance * (variance + mixed))
    return log_ratio >= -math.log(error)
