"""What a search is made of: its content words and quantities, and which of them a text holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from titlewright.grounding.function_words import is_function_word
from titlewright.grounding.source import SourceField
from titlewright.text.quantities import Quantity, find_quantities
from titlewright.text.words import Atom, atoms, fold, same_word, squeeze, strip_accents

# Words of grammar in titles (二件套, 双层) that name things in searches: 被 is a quilt, 套 a cover.
_NAMES = frozenset("被套型版件只支条把张台双对")
_UNSPACED = frozenset({"zh", "ja", "th"})
_NEARLY = 1e-6  # by which the same quantity in two units differs at most, relatively


@dataclass(frozen=True, slots=True)
class Unit:
    """A content word of a search, or a quantity: "12 ft" is one.

    `text` is as the search writes it, `norm` folded; `unspaced` as in text.words.
    """

    text: str
    norm: str
    unspaced: bool = False
    quantity: Quantity | None = None

    @property
    def is_word(self) -> bool:
        """Whether it is no quantity, number or code."""
        return self.quantity is None and not any(map(str.isdigit, self.norm))


@lru_cache(maxsize=8192)
def units(query: str, language: str = "en") -> tuple[Unit, ...]:
    """Left to right; articles, prepositions and the like of the language are none."""
    measured = [found for found in quantities(query) if found.dimension]
    found: list[Unit] = []
    told: list[Quantity] = []
    for atom in atoms(query):
        within = next((each for each in measured if _inside(atom, each)), None)
        if within is None:
            if not _is_grammar(atom, language):
                found.append(Unit(atom.text, atom.norm, atom.unspaced))
        elif within not in told:
            told.append(within)
            found.append(Unit(within.text, fold(within.text), quantity=within))
    return tuple(found)


def _is_grammar(atom: Atom, language: str) -> bool:
    """A Latin word among Chinese or Japanese is a name: "in" is no preposition there."""
    if atom.unspaced:
        return atom.norm not in _NAMES and is_function_word(atom.norm, "zh")
    return language not in _UNSPACED and is_function_word(atom.norm, language)


def quantities(text: str) -> tuple[Quantity, ...]:
    return find_quantities(text) if any(map(str.isdigit, text)) else ()


def _inside(atom: Atom, quantity: Quantity) -> bool:
    return atom.start < quantity.span.end and quantity.span.start < atom.end


class Edges:
    """A text of an unspaced script, asked which words stand in it and aren't negated there.

    A word has to begin or end with a word of the text, for 大人 isn't said in 强大人生; one
    character has to be a word by itself.
    """

    def __init__(self, field: SourceField) -> None:
        self._field = field
        self._starts = {atom.start for atom in field.atoms}
        self._ends = {atom.end for atom in field.atoms}

    def hold(self, norm: str) -> bool:
        at = self._field.folded.find(norm)
        while at >= 0:
            place = self._field.place(at, at + len(norm))
            edges = (place.start in self._starts, place.end in self._ends)
            if (all if len(norm) == 1 else any)(edges) and not self._field.negates(place):
                return True
            at = self._field.folded.find(norm, at + 1)
        return False


class Said:
    """A title, asked which units of a search it holds.

    A word is held as it is, inflected, or spelt together or apart (t-shirt, tshirt); a quantity
    in any unit (0.5 L, 500 ml); a word of an unspaced script as `Edges` has it, or its parts.
    """

    def __init__(self, title: str, language: str = "en") -> None:
        self._language = language
        self._field = SourceField("title", title, language)
        self._edges = Edges(self._field)
        self._quantities = quantities(title)
        spaced = [atom for atom in self._field.atoms if not atom.unspaced]
        self._norms = {atom.norm for atom in spaced}
        self._joined = {squeeze(one.norm + other.norm) for one, other in pairwise(spaced)}
        self._alike: dict[str, list[str]] = defaultdict(list)
        for norm in sorted(self._norms):
            self._alike[strip_accents(norm)[:3]].append(norm)

    def held(self, asked: Sequence[Unit]) -> list[bool]:
        """For each unit whether the title holds it."""
        found = [self._holds(unit) for unit in asked]
        for place, (one, other) in enumerate(pairwise(asked)):
            apart = not (one.unspaced or other.unspaced or (found[place] and found[place + 1]))
            if apart and self._is_word(squeeze(one.norm + other.norm)):
                found[place] = found[place + 1] = True
        return found

    def _holds(self, unit: Unit) -> bool:
        if unit.quantity:
            return any(same_quantity(unit.quantity, said) for said in self._quantities)
        return self._stands(unit.norm) if unit.unspaced else self._is_word(unit.norm)

    def _stands(self, norm: str) -> bool:
        """As a whole, or in parts of two characters or more: 室内拖鞋 in 室内防滑拖鞋."""
        return self._edges.hold(norm) or any(
            self._edges.hold(norm[:cut]) and self._stands(norm[cut:])
            for cut in range(2, len(norm) - 1)
        )

    def _is_word(self, norm: str) -> bool:
        if norm in self._norms or squeeze(norm) in self._joined:
            return True
        alike = self._alike.get(strip_accents(norm)[:3], ())
        return any(same_word(norm, other, self._language) for other in alike)


def same_quantity(one: Quantity, other: Quantity) -> bool:
    return one.dimension == other.dimension and abs(one.base - other.base) <= _NEARLY * max(
        abs(one.base), abs(other.base)
    )
