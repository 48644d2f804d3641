"""Concreteness: does a title name what one can see, count or touch, or does it praise?

The share of its content words that are a colour, a material, a size, a quantity, an audience or a
product type; praise counts twice among the words. Brands and codes count on neither side.
"""

from __future__ import annotations

from titlewright.generators.facts import own_brand
from titlewright.records import Product, Score
from titlewright.scorers.factors.base import Factor, quoted
from titlewright.scorers.wording import (
    CODE,
    NUMBER,
    PRAISE,
    SHOWN,
    Word,
    content_words,
    language_of,
)
from titlewright.text.words import atoms

_NEITHER = frozenset({CODE, NUMBER})
_PRAISE_WEIGHT = 2


class Concreteness(Factor):
    name = "concreteness"

    def judge(self, product: Product, title: str) -> Score:
        brand = {atom.norm for atom in atoms(own_brand(product))}
        words = [
            word
            for word in content_words(title, language_of(product, title))
            if word.norm not in brand and not word.kinds & _NEITHER
        ]
        if not words:
            return Score(self.name, 0.0, ("no words that describe the product",))
        shown = [word for word in words if word.kinds & SHOWN]
        praise = [word.text for word in words if PRAISE in word.kinds]
        value = len(shown) / (len(words) + (_PRAISE_WEIGHT - 1) * len(praise))
        reasons = [
            f"names {quoted(_phrases(title, shown))}"
            if shown
            else "names nothing to see, count or touch"
        ]
        if praise:
            reasons.append(f"empty praise: {quoted(praise)}")
        return Score(self.name, value, tuple(reasons))


def _phrases(title: str, words: list[Word]) -> list[str]:
    """Neighbouring words of one kind as they stand together: T-shirt, water bottle."""
    phrases: list[list[Word]] = []
    for word in words:
        before = phrases[-1][-1] if phrases else word
        if before.kinds & word.kinds & SHOWN and 0 <= word.start - before.end <= 1:
            phrases[-1].append(word)
        else:
            phrases.append([word])
    return [title[phrase[0].start : phrase[-1].end] for phrase in phrases]
