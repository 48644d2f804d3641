"""Length: does a title fill what the channel shows, and not more?

The channel shows the length that it recommends, else its limit, else 80. Up to half of that a
title is worth its share of it, by useful characters alone: repeated words and praise fill nothing.
What goes beyond is cut off on a small screen: the value falls by 0.3 for each length too much, to
0.6 at least, since a search still reads it.
"""

from __future__ import annotations

from titlewright.channels import Channel, length, limit
from titlewright.records import Product, Score
from titlewright.scorers.factors.base import Factor
from titlewright.scorers.wording import PRAISE, content_words, language_of

_DEFAULT = 80
_FULL = 0.5  # of what is shown: from there on a title is long enough
_FALL, _LEAST = 0.3, 0.6


class Length(Factor):
    """Made for a channel, whose unit lengths are in."""

    name = "length"

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def judge(self, product: Product, title: str) -> Score:
        shown = self._channel.recommended_length or limit(self._channel, product) or _DEFAULT
        long = length(self._channel, title)
        idle = length(self._channel, " ".join(_idle(title, language_of(product, title))))
        value = min(1.0, max(0, long - idle) / (_FULL * shown))
        reasons = [f"{long} of {shown} that are shown"]
        if idle:
            reasons.append(f"{idle} of them are repeats and praise")
        if long > shown:
            value *= max(_LEAST, 1 - _FALL * (long - shown) / shown)
            reasons = [
                f"{long} long, {shown} are shown: “…{self._hidden(title, shown)}” is cut off"
            ]
        return Score(self.name, value, tuple(reasons))

    def _hidden(self, title: str, shown: int) -> str:
        """The end of the title that isn't shown, or what fits into a sentence of it."""
        end = len(title)
        while end and length(self._channel, title[:end]) > shown:
            end -= 1
        hidden = title[end:].strip()
        return hidden if len(hidden) <= 24 else hidden[:23] + "…"


def _idle(title: str, language: str) -> list[str]:
    """Words that tell nothing: praise, and what has been said before in the title."""
    found: list[str] = []
    said: set[str] = set()
    for word in content_words(title, language):
        if PRAISE in word.kinds or (word.norm in said and len(word.norm) > 1):
            found.append(word.text)
        said.add(word.norm)
    return found
