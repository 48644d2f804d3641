"""Qualities that a candidate has beside the others: what is asked for, what models find likely.

Each function gives every candidate one Score, or none of them any where there is nothing to go by.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeGuard, cast

from rapidfuzz.distance import LCSseq

from titlewright.records import Hints, Score
from titlewright.text.width import Unit, count
from titlewright.text.words import atoms, same_word

LogProbabilities = Sequence[float | None] | None
_NEAR = 0.7  # of a length that is asked for: from there on a title counts as that long
_LENGTH_PENALTY = 0.7  # words ** this divide a log-probability (Wu et al. 2016, eq. 14, simplified)


def asked(texts: Sequence[str], hints: Hints) -> list[tuple[Score, ...]]:
    """Whether titles do what is asked of words and length; nothing where nothing is asked.

    A word that no candidate holds is one that the product doesn't back: it is asked of none.
    """
    wanted = [word for word in hints.prefer if any(holds(text, word) for text in texts)]
    target = hints.target_length
    if not (wanted or target):
        return [()] * len(texts)
    found: list[tuple[Score, ...]] = []
    for text in texts:
        missing = [word for word in wanted if not holds(text, word)]
        marks = [float(word not in missing) for word in wanted]
        reasons = [f"without {', '.join(missing)}"] if missing else []
        if target:
            long = count(text, cast(Unit, hints.unit), weight=hints.unit_weight)
            marks.append(0.0 if long > target else min(1.0, long / (_NEAR * target)))
            reasons += [f"{long} long, {target} asked for"] if marks[-1] < 1 else []
        value = sum(marks) / len(marks)
        found.append((Score("asked", value, tuple(reasons) or ("as asked for",)),))
    return found


def holds(text: str, word: str) -> bool:
    """Whether a title holds a word or phrase, its inflections too."""
    said = [atom.norm for atom in atoms(text)]
    return all(
        any(part.norm == other or same_word(part.norm, other) for other in said)
        for part in atoms(word)
    )


def likely(texts: Sequence[str], log_probabilities: LogProbabilities) -> list[tuple[Score, ...]]:
    """How likely each title is beside the likeliest, length allowed for; nothing without a model.

    A title of no model among a model's has 0: the model's own come first.
    """
    beside = _beside_the_likeliest(texts, log_probabilities)
    return [(Score("likely", value, _how_likely(value)),) for value in beside] or [()] * len(texts)


def agrees(texts: Sequence[str], log_probabilities: LogProbabilities) -> list[tuple[Score, ...]]:
    """How much each title says as the others do: the mean of what it shares with each of them.

    Minimum Bayes risk (Kumar and Byrne 2004, "Minimum Bayes-Risk Decoding for Statistical Machine
    Translation"): of what a model might have said, the title that is nearest to all of it, by the
    F1 of the longest common subsequence of words (as ROUGE-L). The model's titles count alike,
    likely or not: that chose better on dev (LOG.md). Nothing without a model, or for a title alone.
    """
    if not _is_a_models(log_probabilities) or len(texts) < 2:
        return [()] * len(texts)
    spoken = [[atom.norm for atom in atoms(text)] for text in texts]
    modelled = [place for place, value in enumerate(log_probabilities) if value is not None]
    found: list[tuple[Score, ...]] = []
    for place, words in enumerate(spoken):
        shared = [_overlap(words, spoken[other]) for other in modelled if other != place]
        value = sum(shared) / len(shared) if shared else 0.0
        reason = "says what the other candidates say" if value > 0.7 else "says it differently"
        found.append((Score("agrees", value, (reason,)),))
    return found


def _overlap(words: Sequence[str], others: Sequence[str]) -> float:
    both = len(words) + len(others)
    return 2 * float(LCSseq.similarity(words, others)) / both if both else 0.0


def _is_a_models(values: LogProbabilities) -> TypeGuard[Sequence[float | None]]:
    return values is not None and any(value is not None for value in values)


def _beside_the_likeliest(texts: Sequence[str], log_probabilities: LogProbabilities) -> list[float]:
    """Each title's probability, by its length's root, over the likeliest's; [] without a model."""
    if not _is_a_models(log_probabilities):
        return []
    ranks = [
        None if value is None else value / max(len(atoms(text)), 1) ** _LENGTH_PENALTY
        for text, value in zip(texts, log_probabilities, strict=True)
    ]
    best = max(value for value in ranks if value is not None)
    return [0.0 if value is None else math.exp(value - best) for value in ranks]


def _how_likely(value: float) -> tuple[str, ...]:
    if not value:
        return ("not written by the model",)
    return ("what the model finds likeliest",) if value == 1 else ("the model prefers another",)
