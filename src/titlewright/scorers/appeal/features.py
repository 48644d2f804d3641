"""What a wording is made of: pieces of words, plain factors, and its meaning as numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

LENGTHS = (2, 3, 4, 5)  # characters of a piece
_WORDS = (
    "this", "these", "you", "your", "he", "she", "his", "her", "they", "what", "why", "how", "when",
    "who", "here", "i", "my", "it", "is", "was", "just", "can", "not", "will", "one", "a", "the",
)  # fmt: skip
_OPENINGS = (
    "this", "these", "what", "why", "how", "when", "a", "the", "he", "she", "if", "i", "watch",
    "here", "some", "there",
)  # fmt: skip
_WORD = re.compile(r"[\w']+")
_QUOTES = frozenset("\"'“”‘’")


def pieces(text: str) -> Iterator[str]:
    """Runs of LENGTHS characters within words, a space at their ends; of a shorter word itself."""
    for word in text.lower().split():
        padded = f" {word} "
        for size in LENGTHS:
            if size >= len(padded):
                yield padded
                break
            for start in range(len(padded) - size + 1):
                yield padded[start : start + size]


def factors(text: str) -> dict[str, float]:
    """Plain figures of the wording, by name."""
    words = _WORD.findall(text)
    lower = [word.lower() for word in words]
    count = max(len(words), 1)
    found = {
        "characters": len(text) / 100,
        "characters squared": (len(text) / 100) ** 2,
        "words": len(words) / 15,
        "letters a word": sum(map(len, words)) / count,
        "a digit": float(any(character.isdigit() for character in text)),
        "a question mark": float("?" in text),
        "an exclamation mark": float("!" in text),
        "an ellipsis": float("..." in text or "…" in text),
        "commas": text.count(",") / 3,
        "full stops": text.count(".") / 3,
        "quotation marks": float(not _QUOTES.isdisjoint(text)),
        "a colon": float(":" in text),
        "words in capitals": float(sum(word.isupper() and len(word) > 1 for word in words)),
        "share of words with a capital": sum(word[:1].isupper() for word in words) / count,
    }
    said = set(lower)
    found |= {f"“{word}”": float(word in said) for word in _WORDS}
    first = lower[0] if lower else ""
    return found | {f"begins with “{word}”": float(first == word) for word in _OPENINGS}


FACTORS = tuple(factors(""))


def factor_row(text: str) -> NDArray[np.float32]:
    """The factors as numbers, [F]."""
    return np.fromiter(factors(text).values(), np.float32, len(FACTORS))
