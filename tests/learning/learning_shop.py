"""Titles and events that tests of policies share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from titlewright.learning.records import Audience, Event, Kind, Title

MUGS = [
    Title("plain", "mug", "Stoneware mug", ("Home", "Mugs"), control=True),
    Title("blue", "mug", "Blue stoneware mug", ("Home", "Mugs")),
    Title("hand", "mug", "Handmade stoneware mug for coffee", ("Home", "Mugs")),
]
NOBODY = Audience()


def happened(
    counts: dict[str, tuple[int, int]],
    *,
    product: str = "mug",
    kind: Kind = "click",
    start: int = 0,
) -> list[Event]:
    """Impressions of titles and what came of the first of them, a second apart."""
    events, time = [], start
    for title, (shown, won) in counts.items():
        for number in range(shown):
            time += 1
            name = f"{product}-{title}-{start}-{number}"
            events.append(Event(name, "impression", time, product, title))
            if number < won:
                events.append(
                    Event(f"{name}-won", kind, time, product, title, impression=name, value=10.0)
                )
    return events


def generator(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def lengths(texts: Sequence[str]) -> Any:
    """Strengths that know nothing but the length, so that tests need no model."""
    return np.array([[len(text) / 100] for text in texts])
