"""Words that a shop never wants in its titles (Hints.avoid): found as whole words, kept out.

In scripts without spaces a word is found wherever its characters stand.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import regex

from titlewright.generators.facts import Facts
from titlewright.text.language import is_cjk


def avoided(text: str, words: tuple[str, ...]) -> str:
    """The first of these words that the text holds, as it stands there; "" when none does."""
    found = _pattern(words).search(text) if words else None
    return found[0] if found else ""


def facts_without(facts: Facts, words: tuple[str, ...]) -> Facts:
    """The facts that can be said without these words; of the product's phrase, what remains."""
    if not words:
        return facts

    def kept(text: str) -> str:
        return "" if avoided(text, words) else text

    kind = kept(facts.kind)
    phrase = " ".join(_pattern(words).sub(" ", facts.phrase).split())
    return replace(
        facts,
        brand=kept(facts.brand),
        kind=kind,
        phrase=phrase if kind and kind in phrase else kind,
        slots={name: value for name, value in facts.slots.items() if kept(value)},
        features=tuple(filter(kept, facts.features)),
        own_words=kept(facts.own_words),
        opening=kept(facts.opening),
    )


@lru_cache(maxsize=64)
def _pattern(words: tuple[str, ...]) -> regex.Pattern[str]:
    parts = [r"(?!)"]  # which nothing matches, should there be no word
    for word in sorted(filter(str.strip, words), key=len, reverse=True):
        literal = r"\s+".join(map(regex.escape, word.split()))
        parts.append(literal if is_cjk(word) else rf"(?<!\w){literal}(?!\w)")
    return regex.compile("|".join(parts), regex.IGNORECASE)
