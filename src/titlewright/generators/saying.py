"""Whether a title says a fact already, in these words or in inflections of them.

Scripts without spaces are compared by their characters too, since where words are cut there
depends on their neighbours.
"""

from __future__ import annotations

from itertools import accumulate
from typing import NamedTuple, Self

from titlewright.grounding.contradictions import families_in
from titlewright.text.tokens import has_unspaced_script
from titlewright.text.words import atoms, same_word, squeeze

_ENOUGH = 0.75  # of a fact's words: a title that has them says the fact


class Wording(NamedTuple):
    """A fact as it is looked for: its letters and digits alone, and its words."""

    squeezed: str
    words: tuple[str, ...]
    unspaced: bool

    @classmethod
    def of(cls, fact: str) -> Self:
        words = tuple(atom.norm for atom in atoms(fact))
        return cls(squeeze(fact), words, has_unspaced_script(fact))


class Said:
    """What a title says, read once for many facts."""

    def __init__(self, title: str) -> None:
        found = atoms(title)
        self._words = frozenset(atom.norm for atom in found)
        parts = [squeeze(atom.text) for atom in found]
        self._squeezed = "".join(parts)
        self._edges = frozenset(accumulate(map(len, parts), initial=0))

    def says(self, fact: Wording) -> bool:
        """Whether most words of the fact are said, or all its letters and digits in a row.

        In a row they begin and end with words, so that "HP" isn't found in "fish pan"; in a script
        without spaces they may stand anywhere.
        """
        return self._in_a_row(fact) or self._mostly(fact.words)

    def _in_a_row(self, fact: Wording) -> bool:
        at = self._squeezed.find(fact.squeezed) if fact.squeezed else -1
        while at >= 0:
            if fact.unspaced or {at, at + len(fact.squeezed)} <= self._edges:
                return True
            at = self._squeezed.find(fact.squeezed, at + 1)
        return False

    def _mostly(self, words: tuple[str, ...]) -> bool:
        found = sum(
            word in self._words or any(same_word(word, other) for other in self._words)
            for word in words
        )
        return bool(words) and found >= _ENOUGH * len(words)


def says(title: str, fact: str) -> bool:
    """Whether a title says a fact, see Said."""
    return Said(title).says(Wording.of(fact))


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
