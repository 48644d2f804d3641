"""ROUGE-L while a model learns: how close its titles are to the references."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from titlewright.text.tokens import words


def rouge_l(titles: Sequence[str], references: Sequence[str]) -> float:
    """The mean ROUGE-L F1 (Lin 2004), in [0, 1], over the words of every script, unstemmed."""
    scores = rouge_l_each(titles, references)
    return float(sum(scores) / len(scores))


def rouge_l_each(titles: Sequence[str], references: Sequence[str]) -> list[float]:
    """ROUGE-L F1 of each title, see `rouge_l`."""
    from rouge_score.rouge_scorer import RougeScorer

    rouge = RougeScorer(["rougeL"], tokenizer=cast(Any, _Words()))
    return [
        rouge.score(reference, title)["rougeL"].fmeasure
        for title, reference in zip(titles, references, strict=True)
    ]


class _Words:
    """rouge-score's tokenizer, for every script."""

    def tokenize(self, text: str) -> list[str]:
        return words(text)
