"""Words that state no fact and need no evidence: articles, prepositions, conjunctions."""

from __future__ import annotations

from functools import cache

from titlewright.text.lexicon import load_lexicon
from titlewright.text.words import fold, simplified

_ABBREVIATED = frozenset({"w", "x"})  # of "w/" and of "10 x 20", which are read as letters


@cache
def _words(language: str) -> frozenset[str]:
    lexicon = load_lexicon("function_words")
    words = lexicon.get(language, ()) + lexicon.get("signs", ())
    return frozenset(fold(simplified(word)) for word in words)


def is_function_word(norm: str, language: str) -> bool:
    """Whether a folded word is grammatical in the language, or in English, or a lone mark."""
    return norm in _words(language) or norm in _words("en") or norm in _ABBREVIATED
