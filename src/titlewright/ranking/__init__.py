"""Choosing among true and allowed candidates. Truth and rules are gates before this, never weights.

Each quality is a Score in [0, 1] with its reasons; a weigher puts them together, by default as
their weighted mean with weights for everyone to read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from titlewright.channels import Channel
from titlewright.grounding import Grounding
from titlewright.ranking import qualities, relative
from titlewright.ranking.relative import holds
from titlewright.ranking.taste import Taste
from titlewright.ranking.weighing import WEIGHTS, Weigher, WeightedMean, usual
from titlewright.records import Candidate, Contribution, Hints, Product, Score
from titlewright.scorers import Scorer

__all__ = ["WEIGHTS", "Ranked", "Taste", "Weigher", "WeightedMean", "holds", "rank", "usual"]


class Ranked(NamedTuple):
    """A candidate by its place among those given, its scores, and what they come to in total."""

    place: int
    scores: tuple[Score, ...]
    total: float
    contributions: tuple[Contribution, ...]


def rank(
    product: Product,
    candidates: Sequence[tuple[str, Grounding]],
    channel: Channel,
    log_probabilities: Sequence[float | None] | None = None,
    hints: Hints | None = None,
    *,
    scorers: Sequence[Scorer] = (),
    weigher: Weigher | None = None,
) -> list[Ranked]:
    """The candidates with their scores and totals, the best first.

    `log_probabilities` are what models say of their own candidates, None for those without;
    `hints` what the user asks for; `scorers` judge beside the qualities that are always judged;
    without a `weigher` they weigh what is usual for the channel.
    Ties are settled by the text itself, so the order of the candidates doesn't matter.
    """
    texts = [text for text, _ in candidates]
    weigher = weigher or usual(channel)
    judged = [Candidate(text, "") for text in texts]
    further = [scorer.score(product, judged) for scorer in scorers]
    parts = zip(
        relative.asked(texts, hints or Hints()),
        relative.agrees(texts, log_probabilities),
        relative.likely(texts, log_probabilities),
        qualities.judge(product, candidates, channel),
        zip(*further, strict=True) if further else [()] * len(texts),
        strict=True,
    )
    judgements = [tuple(score for part in own for score in part) for own in parts]
    ranked = [
        Ranked(place, scores, sum(part.value for part in contributions), contributions)
        for place, (scores, contributions) in enumerate(
            zip(judgements, weigher.weigh(judgements), strict=True)
        )
    ]
    return sorted(ranked, key=lambda one: (-round(one.total, 9), texts[one.place]))
