"""Plain factors: qualities of a title that are counted, not learnt, one a file.

Each says in a sentence how it counts, and its reasons name the words that made the difference.
`plain_factors` makes all of them for a channel.
"""

from __future__ import annotations

from titlewright.channels import Channel
from titlewright.scorers.factors.base import Factor
from titlewright.scorers.factors.concreteness import Concreteness
from titlewright.scorers.factors.length import Length
from titlewright.scorers.factors.numbers import Numbers
from titlewright.scorers.factors.position import BrandPosition, TypePosition
from titlewright.scorers.factors.readability import Readability
from titlewright.scorers.factors.sentiment import Sentiment

__all__ = [
    "BrandPosition",
    "Concreteness",
    "Factor",
    "Length",
    "Numbers",
    "Readability",
    "Sentiment",
    "TypePosition",
    "plain_factors",
]


def plain_factors(channel: Channel) -> tuple[Factor, ...]:
    """All of them, in the order of the documentation."""
    return (
        Concreteness(),
        Numbers(),
        BrandPosition(),
        TypePosition(),
        Sentiment(),
        Length(channel),
        Readability(),
    )
