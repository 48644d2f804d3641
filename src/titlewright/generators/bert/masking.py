"""Masking words (Devlin et al. 2019, section 3.1): which, and what is shown instead of them.

Whole words: all pieces of a word are chosen together, since a piece is easily told from the rest of
its word (as in the authors' later release of BERT).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

SHARE = 0.15  # of the pieces that are chosen
_MASKED, _KEPT = 0.8, 0.1  # of those: shown as [MASK], as they are; the rest as any other piece
IGNORED = -100  # the target where nothing is asked


class Masked(NamedTuple):
    """ids: N, as they are shown. targets: N, the true id where a piece was chosen, else IGNORED."""

    ids: tuple[int, ...]
    targets: tuple[int, ...]


def mask(
    ids: Sequence[int],
    words: Sequence[int],
    rng: random.Random,
    *,
    masked: int,
    ordinary: Sequence[int],
    share: float = SHARE,
) -> Masked:
    """Choose whole words until `share` of the pieces is reached, one word at least.

    words     N, the number of the word that each piece is of; -1: never chosen
    masked    the id of [MASK]
    ordinary  ids that may be shown instead of a chosen piece
    """
    shown, targets = list(ids), [IGNORED] * len(ids)
    for place in _chosen(words, rng, share):
        targets[place] = ids[place]
        draw = rng.random()
        if draw < _MASKED:
            shown[place] = masked
        elif draw >= _MASKED + _KEPT:
            shown[place] = rng.choice(ordinary)
    return Masked(tuple(shown), tuple(targets))


def _chosen(words: Sequence[int], rng: random.Random, share: float) -> list[int]:
    """Places of whole words drawn at random; one that is too long for what remains is passed."""
    places: dict[int, list[int]] = {}
    for place, word in enumerate(words):
        if word >= 0:
            places.setdefault(word, []).append(place)
    drawn = list(places.values())
    rng.shuffle(drawn)
    wanted = max(1, round(share * sum(map(len, drawn))))
    chosen: list[int] = []
    for word_places in drawn:
        if not chosen or len(chosen) + len(word_places) <= wanted:
            chosen += word_places
    return chosen
