"""Search terms: what people type, and how often."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from titlewright.errors import SettingsError
from titlewright.text.words import fold


@dataclass(frozen=True, slots=True)
class Term:
    """A search term. `volume` counts searches (or impressions, or products that hold a mined
    phrase) in whatever time its source covers; `clicks` are those that came of them, if known.
    """

    query: str
    volume: float
    clicks: float = 0.0

    def __post_init__(self) -> None:
        for name in ("volume", "clicks"):
            if not 0 <= getattr(self, name) < math.inf:
                raise SettingsError(
                    f"{self.query!r}: {name} must be a number from 0, not {getattr(self, name)!r}."
                )

    @property
    def weight(self) -> float:
        """ln(1 + volume): ten times the searches are worth one step more, not ten."""
        return math.log1p(self.volume)


def merged(terms: Iterable[Term]) -> list[Term]:
    """The terms, those that differ only in case or spaces added up.

    Written as in its most frequent form; the most demanded first, equals by their text.
    """
    forms: dict[str, list[Term]] = {}
    for term in terms:
        forms.setdefault(fold(" ".join(term.query.split())), []).append(term)
    added = [
        Term(
            min(some, key=lambda term: (-term.volume, term.query)).query,
            sum(term.volume for term in some),
            sum(term.clicks for term in some),
        )
        for some in forms.values()
    ]
    return sorted(added, key=lambda term: (-term.volume, -term.clicks, term.query))
