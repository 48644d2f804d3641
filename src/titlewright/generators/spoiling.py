"""Spoiling titles: as careless sellers write them, for learning how to mend them."""

from __future__ import annotations

import random

from titlewright.text.words import atoms

_PROMO = ("Free Shipping", "HOT SALE!!!", "Best Seller", "★ New Arrival ★", "50% OFF", "SALE",
          "100% Original", "Best Price Guaranteed", "Limited Time Offer", "L@@K")  # fmt: skip
_PROMO_ZH = ("包邮", "【正品保证】", "限时特价", "爆款", "新款上市", "旗舰店", "厂家直销")


def spoil(title: str, rng: random.Random) -> str:
    """A title as careless sellers write it: shuffled, stuffed, shouting, poor or full of promo."""
    unspaced = sum(atom.unspaced for atom in atoms(title)) > 2
    words = [atom.text for atom in atoms(title)] if unspaced else title.split()
    glue = "" if unspaced else " "
    for way in rng.sample((_shuffled, _stuffed, _doubled, _poor, _loud, _promoted), 2):
        words = way(words, rng, unspaced)
    return glue.join(words)


def _shuffled(words: list[str], rng: random.Random, unspaced: bool) -> list[str]:  # noqa: ARG001
    """Runs of one to three words in another order."""
    runs: list[list[str]] = []
    start = 0
    while start < len(words):
        end = start + rng.randint(1, 3)
        runs.append(words[start:end])
        start = end
    rng.shuffle(runs)
    return [word for run in runs for word in run]


def _stuffed(words: list[str], rng: random.Random, unspaced: bool) -> list[str]:  # noqa: ARG001
    return words + rng.choices(words, k=rng.randint(1, 5)) if words else words


def _doubled(words: list[str], rng: random.Random, unspaced: bool) -> list[str]:  # noqa: ARG001
    return [word for word in words for _ in range(1 + (rng.random() < 0.15))]


def _poor(words: list[str], rng: random.Random, unspaced: bool) -> list[str]:  # noqa: ARG001
    """Most words are missing."""
    kept = rng.uniform(0.3, 0.8)
    return [word for word in words if rng.random() < kept] or words[:1]


def _loud(words: list[str], rng: random.Random, unspaced: bool) -> list[str]:  # noqa: ARG001
    return [word.upper() for word in words] if rng.random() < 0.6 else [w.lower() for w in words]


def _promoted(words: list[str], rng: random.Random, unspaced: bool) -> list[str]:
    promo = rng.choice(_PROMO_ZH if unspaced else _PROMO)
    place = rng.choice((0, len(words)))
    return [*words[:place], promo, *words[place:]]
