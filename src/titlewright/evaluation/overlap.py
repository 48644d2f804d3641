"""How close a title is to the seller's own: ROUGE-1 F1, ROUGE-L F1 and chrF.

ROUGE: Lin 2004, "ROUGE: A Package for Automatic Evaluation of Summaries", by rouge-score with
Porter stemming. chrF: Popović 2015, "chrF: character n-gram F-score", by sacrebleu with its
defaults (6-grams of characters, beta 2), one score a title.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from titlewright.text.tokens import words


class Overlap(NamedTuple):
    """ROUGE F1 in [0, 1]; chrF in [0, 100], as sacrebleu prints it."""

    rouge1: float
    rougeL: float  # noqa: N815 - its name in the field
    chrf: float


def overlaps(titles: Sequence[str], references: Sequence[str]) -> list[Overlap]:
    """One score a pair of title and reference; an empty title scores 0 everywhere."""
    from rouge_score.rouge_scorer import RougeScorer
    from sacrebleu.metrics.chrf import CHRF

    rouge = RougeScorer(["rouge1", "rougeL"], tokenizer=_Tokenizer())
    chrf = CHRF()
    scores = []
    for title, reference in zip(titles, references, strict=True):
        if not title.strip():
            scores.append(Overlap(0.0, 0.0, 0.0))
            continue
        found = rouge.score(reference, title)
        scores.append(
            Overlap(
                float(found["rouge1"].fmeasure),
                float(found["rougeL"].fmeasure),
                float(chrf.sentence_score(title, [reference]).score),
            )
        )
    return scores


class _Tokenizer:
    """rouge-score's own tokens for ASCII text; words in other letters beside them.

    Its default tokenizer keeps a-z and 0-9 only: "größe" would count as "gr" and "e", and a
    Chinese title as nothing.
    """

    def __init__(self) -> None:
        from rouge_score.tokenizers import DefaultTokenizer

        self._ascii = DefaultTokenizer(use_stemmer=True)

    def tokenize(self, text: str) -> list[str]:
        if text.isascii():
            return list(self._ascii.tokenize(text))
        return [
            part
            for word in words(text)
            for part in (self._ascii.tokenize(word) if word.isascii() else (word,))
        ]
