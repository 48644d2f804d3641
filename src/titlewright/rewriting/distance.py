"""How far one title is from another, in words and in letters."""

from __future__ import annotations

from rapidfuzz.distance import LCSseq, Levenshtein

from titlewright.text.words import atoms


def edited_words(before: str, after: str) -> int:
    """How many words were put in, taken out, replaced or moved; a replaced or moved one counts 1.

    The longer title's words less those that both have in the same order (their longest common
    subsequence). Capitals, marks and spaces don't count.
    """
    one, other = ([atom.norm for atom in atoms(title)] for title in (before, after))
    return max(len(one), len(other)) - int(LCSseq.similarity(one, other))


def words_of(title: str) -> list[str]:
    """The words as they are written; Chinese is cut into words."""
    return [atom.text for atom in atoms(title)]


def letters_changed(before: str, after: str) -> float:
    """Levenshtein distance in code points over the longer title's length, in [0, 1]."""
    return float(Levenshtein.normalized_distance(before, after))
