"""How much of the fitting demand a title covers.

A term is covered when the title holds all of its content words, in any order and inflection. Words
of a term that isn't covered count for something too, since search engines match those that are
there: PARTLY of what it is worth, times the share that is held.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from titlewright.scorers.demand.fitting import Fit
from titlewright.scorers.demand.units import Said

PARTLY = 0.5


@dataclass(frozen=True, slots=True)
class Coverage:
    """`share` in [0, 1] of the demand, and the fits that are covered or not, in their order."""

    share: float
    covered: tuple[Fit, ...]
    uncovered: tuple[Fit, ...]


def coverage(title: str, fits: Sequence[Fit], language: str = "en") -> Coverage:
    """Of the fits' weight, fit x ln(1 + volume) each, what the title covers; 0 of none."""
    said = Said(title, language)
    whole = kept = 0.0
    covered: list[Fit] = []
    uncovered: list[Fit] = []
    for fit in fits:
        held = said.held(fit.units)
        share = 1.0 if all(held) else PARTLY * sum(held) / len(held)
        (covered if all(held) else uncovered).append(fit)
        whole += fit.weight
        kept += share * fit.weight
    return Coverage(kept / whole if whole else 0.0, tuple(covered), tuple(uncovered))
