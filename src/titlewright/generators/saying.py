"""Whether a title says a fact already, in these words or in inflections of them.

Scripts without spaces are compared by their characters too, since where words are cut there
depends on their neighbours.
"""

from __future__ import annotations

from titlewright.grounding.contradictions import families_in
from titlewright.text.words import atoms, same_word

_LEXICONS = {"color": "colours", "material": "materials", "gender": "audiences"}


def any_said(part: str, title: str) -> bool:
    """Whether the title holds a word of the fact."""
    said = [atom.norm for atom in atoms(title)]
    return any(same_word(atom.norm, other) for atom in atoms(part) for other in said)


def all_said(part: str, title: str) -> bool:
    """Whether the title holds every word of the fact; a fact without words is never said."""
    said = [atom.norm for atom in atoms(title)]
    words = [atom.norm for atom in atoms(part)]
    return bool(words) and all(any(same_word(word, other) for other in said) for word in words)


def names_another(slot: str, title: str) -> bool:
    """Whether a title names some colour, material or audience already."""
    return slot in _LEXICONS and bool(families_in(title, _LEXICONS[slot]))
