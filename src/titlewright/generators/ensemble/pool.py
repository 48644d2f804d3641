"""The candidates of several generators for one product, and what can be told of each.

What is told doesn't use the reference: who wrote it and how sure they were, its place among theirs,
and how far the others agree. Agreement is the idea of minimum Bayes risk decoding (Kumar and Byrne
2004): a title that shares most with all that were proposed is seldom far off.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from titlewright.records import Candidate
from titlewright.text.words import atoms

LENGTH_PENALTY = 0.7  # words ** this divide a log-probability, as in the ranking
POOLED = 8  # candidates of each member that stand for its opinion
OPINIONS = 6  # features of a candidate besides who wrote it, see `features`

Array = NDArray[np.float64]
Pool = list[tuple[int, int, Candidate]]  # member, place among its candidates, candidate


def pool(made: Sequence[Sequence[Candidate]]) -> Pool:
    """The first candidates of each member, every title once: by the one that put it highest."""
    places = [
        (place, member, candidate)
        for member, candidates in enumerate(made)
        for place, candidate in enumerate(candidates[:POOLED])
    ]
    kept: dict[str, tuple[int, int, Candidate]] = {}
    for place, member, candidate in sorted(places, key=lambda one: one[:2]):
        kept.setdefault(candidate.text.casefold(), (member, place, candidate))
    return list(kept.values())


def features(pooled: Pool, made: Sequence[Sequence[Candidate]], members: int) -> Array:
    """[C, members + OPINIONS]: who wrote each of C candidates, then its place, its log-probability
    by length beside that of its writer's best, the agreement with all candidates and with each
    member's first, its words, and how many members wrote it too."""
    said = [_words(candidate) for _, _, candidate in pooled]
    firsts = [_words(candidates[0]) for candidates in made if candidates]
    everyone = [
        {candidate.text.casefold() for candidate in candidates[:POOLED]} for candidates in made
    ]
    best = [max((_sureness(one) for one in candidates), default=0.0) for candidates in made]
    rows = np.zeros((len(pooled), members + OPINIONS))
    for row, (member, place, candidate) in enumerate(pooled):
        rows[row, member] = 1.0
        rows[row, members:] = (
            place / POOLED,
            max(_sureness(candidate) - best[member], -5.0),
            _mean([_overlap(said[row], other) for other in said]),
            _mean([_overlap(said[row], other) for other in firsts]),
            len(said[row]) / 20,
            sum(candidate.text.casefold() in theirs for theirs in everyone) / members,
        )
    return rows


def stretch(candidate: Candidate) -> float:
    """What the ranking divides a log-probability by."""
    return float(max(len(atoms(candidate.text)), 1) ** LENGTH_PENALTY)


def _sureness(candidate: Candidate) -> float:
    if candidate.log_probability is None:
        return 0.0
    return candidate.log_probability / stretch(candidate)


def _words(candidate: Candidate) -> frozenset[str]:
    return frozenset(atom.norm for atom in atoms(candidate.text))


def _overlap(mine: frozenset[str], theirs: frozenset[str]) -> float:
    """F1 of words that both hold (Dice 1945)."""
    return 2 * len(mine & theirs) / max(len(mine) + len(theirs), 1)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / max(len(values), 1)
