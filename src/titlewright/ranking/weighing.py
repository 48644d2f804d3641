"""What each quality of a title weighs in its total, and what it thereby adds to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from titlewright.channels import Channel
from titlewright.records import Contribution, Score

WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "asked": 2.0,  # only where words or a length are asked for
        "agrees": 1.0,  # only where a model wrote several titles
        "demand": 0.6,  # only with a file of search terms
        "complete": 0.4,
        "voice": 0.4,  # only with titles that are liked
        "likely": 0.3,  # only where a model says how likely a title is
        "length": 0.2,
        "clear": 0.2,
        "order": 0.1,
        "stated": 0.1,
    }
)


def usual(channel: Channel) -> WeightedMean:
    """By the weights above, but for those that the channel's pack has of its own."""
    return WeightedMean({**WEIGHTS, **channel.ranking})


class Weigher(Protocol):
    """Puts the qualities of titles together: a title's total is the sum of its contributions."""

    def weigh(self, judged: Sequence[Sequence[Score]]) -> list[tuple[Contribution, ...]]:
        """For each title what its scores add to its total; all titles have the same qualities."""
        ...


class WeightedMean:
    """The mean of the scores by their weights; a quality without a weight has no say."""

    def __init__(self, weights: Mapping[str, float] = WEIGHTS) -> None:
        self.weights = weights

    def weigh(self, judged: Sequence[Sequence[Score]]) -> list[tuple[Contribution, ...]]:
        return [self._weigh(scores) for scores in judged]

    def _weigh(self, scores: Sequence[Score]) -> tuple[Contribution, ...]:
        weights = [self.weights.get(score.name, 0.0) for score in scores]
        whole = sum(weights)
        return tuple(
            Contribution(score.name, weight * score.value / whole if whole else 0.0)
            for score, weight in zip(scores, weights, strict=True)
        )
