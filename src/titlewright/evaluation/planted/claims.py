"""Planted claims: one that the product never makes, or one that it expressly denies."""

from __future__ import annotations

from random import Random

from titlewright.evaluation.planted.bases import Base
from titlewright.evaluation.planted.lexicon import CLAIMS, CLAIMS_ZH, NEGATIONS, NEGATIONS_ZH
from titlewright.evaluation.planted.plants import Plant, Pool, add, add_chinese, with_sentence


def claim(base: Base, rng: Random, pool: Pool) -> Plant | None:
    """An added claim without any trace in the product."""
    chinese = base.language == "zh"
    claims = dict(CLAIMS_ZH if chinese else CLAIMS)
    free = [words for words in pool.some(tuple(claims)) if not base.stated.mentions(*claims[words])]
    if not free:
        return None
    words = rng.choice(free)
    return Plant((add_chinese if chinese else add)(base.title, words, rng), words)


def negation(base: Base, rng: Random, pool: Pool) -> Plant | None:
    """The positive claim where the description (by an added sentence) denies it."""
    chinese = base.language == "zh"
    denials = {
        sentence: (words, traces)
        for sentence, words, traces in (NEGATIONS_ZH if chinese else NEGATIONS)
    }
    free = [
        sentence
        for sentence in pool.some(tuple(denials))
        if not base.stated.mentions(*denials[sentence][1])
    ]
    if not free:
        return None
    sentence = rng.choice(free)
    words = denials[sentence][0]
    title = (add_chinese if chinese else add)(base.title, words, rng)
    return Plant(title, words, variant=sentence, product=with_sentence(base, sentence))
