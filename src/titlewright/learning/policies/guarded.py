"""Guardrails around any policy: the control's share, harm stopped early, a budget per product.

A title harms when its success rate is below the control's, by a test that may be looked at after
every event: the mixture sequential probability ratio test of Johari, Pekelis and Walsh 2017
("Peeking at A/B tests", KDD), a normal mixture on the difference of two rates.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from titlewright.errors import LearningError
from titlewright.learning.policies.base import CountingPolicy, drawn, no_titles, share_option
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
    budget         impressions of titles other than the control that a product gets in all; then
                   the control alone is shown; None: no limit

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

    @property
    def name(self) -> str:
        return f"guarded_{self.inner.name}"

    def choose(self, titles: Sequence[Title], audience: Audience, rng: Generator) -> Choice:
        return drawn(titles, self.propensities(titles, audience, rng), rng)

    def propensities(
        self, titles: Sequence[Title], audience: Audience, rng: Generator
    ) -> list[float]:
        """The probability with which `choose` shows each title, [K]. LearningError without any."""
        if not titles:
            raise no_titles()
        control = next((at for at, title in enumerate(titles) if title.control), None)
        if control is None:
            return self.inner.propensities(titles, audience, rng)
        if self.budget is not None and self._others_shown(titles[control]) >= self.budget:
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
        self.inner.update(events)

    def to_json(self) -> dict[str, Any]:
        return {
            "policy": "guarded",
            "inner": self.inner.to_json(),
            "options": {"control_share": self.control_share, "harm": self.harm,
                        "budget": self.budget},
            "stopped": {name: sorted(some) for name, some in self.stopped.items()},
            "checked": dict(self._checked),
        }  # fmt: skip

    def restore(self, state: dict[str, Any]) -> None:
        self.stopped = {name: set(some) for name, some in state["stopped"].items()}
        self._checked = dict(state["checked"])

    def _others_shown(self, control: Title) -> int:
        impressions = self.inner.tally.impressions(control.product_id)
        return sum(count for title, count in impressions.items() if title != control.id)

    def _stopped(self, titles: Sequence[Title], control: int) -> set[str]:
        """Ids of titles that harm; once stopped, a title stays away."""
        product = titles[control].product_id
        stopped = self.stopped.setdefault(product, set())
        events = self.inner.tally.events.get(product, 0)
        if self.harm is None or self._checked.get(product) == events:
            return stopped
        self._checked[product] = events
        shown, won, _ = self.inner.tally.counts(product, [title.id for title in titles])
        for at, title in enumerate(titles):
            if at != control and harms(
                shown[at], won[at], shown[control], won[control], self.harm / (len(titles) - 1)
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
