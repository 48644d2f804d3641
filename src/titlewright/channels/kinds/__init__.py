"""The kinds of rules that packs can use, by the name they use."""

from __future__ import annotations

from titlewright.channels.kinds.base import Fix, Kind, Place
from titlewright.channels.kinds.casing import Shouting, TitleCase
from titlewright.channels.kinds.characters import Characters, ContextCharacters, OnceEach
from titlewright.channels.kinds.length import (
    MaxLength,
    MinLength,
    RecommendedLength,
    WordCount,
    WordLength,
)
from titlewright.channels.kinds.repetition import Repetition
from titlewright.channels.kinds.spacing import WhiteSpace
from titlewright.channels.kinds.wording import Pattern, Phrases, Requires, SellerName

# In the order in which repairs are made: first what takes text away, length last.
KINDS: dict[str, type[Kind]] = {
    "pattern": Pattern,
    "white_space": WhiteSpace,
    "phrases": Phrases,
    "seller_name": SellerName,
    "context_characters": ContextCharacters,
    "characters": Characters,
    "once_each": OnceEach,
    "repetition": Repetition,
    "shouting": Shouting,
    "title_case": TitleCase,
    "requires": Requires,
    "min_length": MinLength,
    "word_count": WordCount,
    "word_length": WordLength,
    "recommended_length": RecommendedLength,
    "max_length": MaxLength,
}

__all__ = ["KINDS", "Fix", "Kind", "Place"]
