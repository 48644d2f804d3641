"""Words that state no fact and need no evidence: articles, prepositions, conjunctions."""

from __future__ import annotations

from functools import cache

from titlewright.text.lexicon import load_lexicon
from titlewright.text.words import fold

_ABBREVIATED = frozenset({"w"})  # of "w/", which is read as the letter


@cache
def _words(language: str) -> frozenset[str]:
    lexicon = load_lexicon("function_words")
    words = lexicon.get(language, ()) + lexicon.get("signs", ())
    return frozenset(fold(word) for word in words)


def is_function_word(norm: str, language: str) -> bool:
    """Whether a folded word is grammatical in the language, or in English, or a lone mark."""
    return norm in _words(language) or norm in _words("en") or norm in _ABBREVIATED
