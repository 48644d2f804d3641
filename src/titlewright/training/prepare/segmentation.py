"""Words of a text in any language, for counting them: statistics and n-gram models.

Spaces don't tell Chinese words apart, so jieba's dictionary does (through rjieba); Japanese and
Thai are cut where the script changes. Neural generators read pieces of their own and don't need
this.
"""

from __future__ import annotations

from titlewright.grounding.function_words import is_function_word
from titlewright.text.words import atoms


def segment(text: str) -> list[str]:
    """The words of a text in order, case folded: "纯棉T恤, 500 ml" gives 纯棉, t, 恤, 500, ml."""
    return [atom.norm for atom in atoms(text)]


def content_words(text: str, language: str = "") -> list[str]:
    """Those words that state something: no articles and prepositions, nor bare numbers.

    Stop words are left out of statistics only. Models read them all: "for" tells a laptop from a
    case for one.
    """
    return [
        word
        for word in segment(text)
        if not is_function_word(word, language) and not word.replace(".", "").isdigit()
    ]
