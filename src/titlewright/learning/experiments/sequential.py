"""Two click rates compared at any time: looking early, often and stopping when it pleases is right.

Where each impression goes to the arm with a probability `share` and else to the control, a click
comes from the arm with the probability share * r / (share * r + 1 - share), r being the ratio of
the two click rates, however these change over the day. So the clicks alone are a coin whose bias
says the lift, and the mixture sequential probability ratio test of that coin is exact: Lindon and
Malek 2022, "Anytime-valid inference for multinomial count data", NeurIPS (arXiv 2011.03567), for
Bernoulli processes; the test and its always-valid p-value as in Johari, Koomen, Pekelis and Walsh
2022, "Always valid inference: continuous monitoring of A/B tests", Operations Research 70(3). The
mixture is a Beta distribution around "no lift": its evidence is the probability of the clicks under
it, divided by that without lift, and exceeds 1/alpha with probability alpha at most, ever (Ville).

It costs power at a given number of impressions, and none of the care about when to look. Where
shoppers are assigned, not impressions, count each once, at their first click.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from titlewright.errors import LearningError
from titlewright.learning.experiments.counts import Count, check_share, lift_over

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

EXPECTED_LIFT = 0.2  # the size of lifts that the mixture looks for: one standard deviation
_HALVINGS = 60


@dataclass(frozen=True, slots=True)
class Monitored:
    """What the clicks say so far. `evidence` is an e-value against "no lift", `p` the smaller of 1
    and 1 / evidence; `lift_interval` holds the lift at all times at once with the level asked."""

    evidence: float
    p: float
    lift: float
    lift_interval: tuple[float, float]


def monitor(
    control: Count, arm: Count, *, share: float | None = None, level: float = 0.95,
    expected: float = EXPECTED_LIFT,
) -> Monitored:  # fmt: skip
    """The arm beside the control, as of now.

    share     probability of the arm among impressions that went to one of the two; None takes the
              share that it got, which is nearly the same
    expected  lift that is thought likely, decided before looking: it makes the test no less valid,
              but quickest for lifts of about this size

    Raises LearningError for a share, level or lift that makes no sense.
    """
    if share is None:
        if not (control.impressions and arm.impressions):
            raise LearningError("An arm without impressions can't be compared. Leave it out.")
        share = arm.impressions / (arm.impressions + control.impressions)
    prior = prior_of(share, expected)
    limit = -math.log1p(-check_share(level, "The level"))
    clicks = control.clicks, arm.clicks
    log_evidence = _log_evidence(clicks, share, prior)
    return Monitored(
        math.exp(min(log_evidence, 700.0)),
        math.exp(min(0.0, -log_evidence)),
        lift_over(control.clicks * share, arm.clicks * (1 - share)),
        _lift_interval(clicks, share, prior, limit),
    )


def prior_of(share: float, expected: float = EXPECTED_LIFT) -> tuple[float, float]:
    """The Beta distribution of a click's coming from the arm: its mean is the share, its standard
    deviation what a lift of the expected size moves it by.

    Raises LearningError for a lift that is 0 or less, or so large that there is no such
    distribution: above 6.38 for even shares.
    """
    check_share(share, "The share of the arm")
    if not expected > 0:
        raise LearningError(f"The expected lift must be above 0, not {expected!r}.")
    moved = share * (1 - share) * math.log1p(expected)
    weight = share * (1 - share) / moved**2 - 1
    if weight <= 0:
        raise LearningError(
            f"The expected lift {expected!r} is more than can be looked for. Write 20 % as 0.2."
        )
    return share * weight, (1 - share) * weight


def evidence_path(
    from_arm: Sequence[bool] | NDArray[Any], share: float, *, expected: float = EXPECTED_LIFT
) -> NDArray[Any]:
    """Log evidence after each click, in the order of the clicks; shapes [..., clicks] as given.

    from_arm  whether a click came from the arm, not the control
    """
    import numpy as np

    came = np.asarray(from_arm, bool)
    first, second = prior_of(share, expected)
    before = np.cumsum(came, -1) - came  # clicks of the arm before this one
    seen = np.arange(came.shape[-1])
    predicted = (first + before) / (first + second + seen)
    ratio = np.where(came, predicted / share, (1 - predicted) / (1 - share))
    return np.asarray(np.cumsum(np.log(ratio), -1))


def _log_evidence(clicks: tuple[float, float], share: float, prior: tuple[float, float]) -> float:
    """Log of the clicks' probability under the mixture, less that under the arm's share."""
    control, arm = clicks
    first, second = prior
    mixed = _log_beta(first + arm, second + control) - _log_beta(first, second)
    return mixed - arm * math.log(share) - control * math.log1p(-share)


def _lift_interval(
    clicks: tuple[int, int], share: float, prior: tuple[float, float], limit: float
) -> tuple[float, float]:
    """The lifts against which there is less evidence than the limit (a log), around the estimate.

    Evidence is convex in the log of the ratio, so each bound is found by halving.
    """
    control, arm = clicks
    constant = _log_evidence(clicks, share, prior)
    odds = math.log(share) - math.log1p(-share)

    def against(log_ratio: float) -> float:
        moved = odds + log_ratio  # log odds of a click's coming from the arm
        log_likelihood = arm * moved - (arm + control) * _log1p_exp(moved)
        none = arm * odds - (arm + control) * _log1p_exp(odds)
        return constant - (log_likelihood - none)

    best = math.log((arm + 0.5) / (control + 0.5)) - odds
    low = -math.inf if not arm else _crossing(against, best, -1.0, limit)
    high = math.inf if not control else _crossing(against, best, 1.0, limit)
    return math.expm1(low), math.expm1(high) if math.isfinite(high) else math.inf


def _crossing(against: Callable[[float], float], best: float, side: float, limit: float) -> float:
    """Where the evidence reaches the limit on one side of the best value."""
    step = 0.1
    while against(best + side * step) < limit:
        step *= 2
        if step > 200:
            return side * math.inf
    inside, outside = 0.0, step
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        inside, outside = (
            (middle, outside) if against(best + side * middle) < limit else (inside, middle)
        )
    return best + side * outside


def _log_beta(first: float, second: float) -> float:
    return math.lgamma(first) + math.lgamma(second) - math.lgamma(first + second)


def _log1p_exp(value: float) -> float:
    return max(value, 0.0) + math.log1p(math.exp(-abs(value)))


def threshold(clicks: float, alpha: float, prior: tuple[float, float]) -> float:
    """How far the arm's share of so many clicks must be from one half for evidence of 1/alpha.

    For even shares; `clicks` need not be whole. 0.5 and more means that no share is enough.
    """
    low, high = 0.0, 0.5
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        arm = clicks * (0.5 + middle)
        enough = _log_evidence((clicks - arm, arm), 0.5, prior) >= -math.log(alpha)
        low, high = (low, middle) if enough else (middle, high)
    return high
