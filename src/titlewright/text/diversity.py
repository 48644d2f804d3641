"""How much the candidates for one product differ: distinct-n and self-BLEU.

distinct-n: Li et al. 2016, "A Diversity-Promoting Objective Function for Neural Conversation
Models". Self-BLEU: Zhu et al. 2018, "Texygen", by sacrebleu with effective order.
"""

from __future__ import annotations

from collections.abc import Sequence

from titlewright.text.tokens import words


def distinct(candidates: Sequence[str], n: int) -> float | None:
    """Different n-grams over all n-grams of a product's candidates, in (0, 1].

    None for fewer than two candidates, or where they are too short for an n-gram.
    """
    if len(candidates) < 2:
        return None
    grams = [
        tuple(tokens[start : start + n])
        for tokens in map(words, candidates)
        for start in range(len(tokens) - n + 1)
    ]
    return len(set(grams)) / len(grams) if grams else None


def self_bleu(candidates: Sequence[str]) -> float | None:
    """Mean BLEU of each candidate against the others, in [0, 100]; lower is more varied.

    None for fewer than two candidates.
    """
    if len(candidates) < 2:
        return None
    from sacrebleu.metrics.bleu import BLEU

    bleu = BLEU(effective_order=True, tokenize="none", force=True)
    texts = [" ".join(words(candidate)) for candidate in candidates]
    scores = [
        bleu.sentence_score(text, texts[:place] + texts[place + 1 :]).score
        for place, text in enumerate(texts)
    ]
    return float(sum(scores) / len(scores))
