"""Two means compared, such as money a shopper: once at the end, or at any time.

Fixed: Welch's interval with normal quantiles (hundreds of shoppers are assumed). At any time: the
asymptotic confidence sequence with Robbins' normal mixture of Waudby-Smith, Arbour, Sinha, Kennedy
and Ramdas 2024, "Time-uniform central limit theory and asymptotic confidence sequences", Annals of
Statistics 52(6):2613-2640. Unlike the test of click rates it is right for large samples only, so
the first look should wait for some hundred shoppers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

from titlewright.errors import LearningError
from titlewright.learning.experiments.counts import check_share, lift_over

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEWEST = 2  # shoppers of an arm
FIRST_LOOK = 1000  # shoppers of both arms for which the confidence sequence is tightest


@dataclass(frozen=True, slots=True)
class MeanComparison:
    """The arm's mean less the control's, the relative lift, and their intervals."""

    difference: float
    difference_interval: tuple[float, float]
    lift: float
    lift_interval: tuple[float, float]
    p: float


def compare_means(
    control: NDArray[Any], arm: NDArray[Any], *, level: float = 0.95, any_time: bool = False,
    tightest: int = FIRST_LOOK,
) -> MeanComparison:  # fmt: skip
    """Values a shopper, both of shape [shoppers of the arm].

    any_time  intervals and p that hold however often one looks
    tightest  shoppers of both arms at which these are narrowest, decided before looking

    The lift's interval is by the delta method on the log ratio, NaN where a mean isn't above 0; the
    lift itself is infinite where the control's isn't, with the sign of the difference.
    Raises LearningError for fewer than two shoppers in an arm.
    """
    check_share(level, "The level")
    for values in (control, arm):
        if len(values) < FEWEST:
            raise LearningError(f"{len(values)} shoppers in an arm are too few for a mean.")
    means = float(control.mean()), float(arm.mean())
    errors = [float(values.var(ddof=1)) / len(values) for values in (control, arm)]
    difference, error = means[1] - means[0], math.sqrt(sum(errors))
    wide = boundary(len(control) + len(arm), 1 - level, tightest) if any_time else _quantile(level)
    lift_interval = math.nan, math.nan
    if min(means) > 0:
        ratio = math.log(means[1] / means[0])
        spread = math.sqrt(sum(e / m**2 for e, m in zip(errors, means, strict=True)))
        lift_interval = math.expm1(ratio - wide * spread), math.expm1(ratio + wide * spread)
    return MeanComparison(
        difference,
        (difference - wide * error, difference + wide * error),
        lift_over(*means),
        lift_interval,
        _p(difference / error if error else 0.0, len(control) + len(arm), any_time, tightest),
    )


def boundary(count: int, alpha: float, tightest: int = FIRST_LOOK) -> float:
    """How many standard errors wide the confidence sequence is to each side after `count` units."""
    mixture = count * _mixture(tightest)
    return math.sqrt((mixture + 1) / mixture * 2 * math.log(math.sqrt(mixture + 1) / alpha))


def _mixture(tightest: int) -> float:
    """The paper's rho squared, which makes the 95 % interval nearly narrowest at so many units."""
    return (-2 * math.log(0.05) + math.log(-2 * math.log(0.05) + 1)) / tightest


def _p(z: float, count: int, any_time: bool, tightest: int) -> float:
    """The level at which the interval just touches 0."""
    if not any_time:
        return math.erfc(abs(z) / math.sqrt(2))
    mixture = count * _mixture(tightest)
    return min(1.0, math.sqrt(mixture + 1) * math.exp(-(z**2) / 2 * mixture / (mixture + 1)))


def _quantile(level: float) -> float:
    return NormalDist().inv_cdf((1 + level) / 2)
