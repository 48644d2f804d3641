"""The same word too often, as Amazon counts it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import regex

from titlewright.channels.case import Case
from titlewright.channels.kinds.base import Fix, Kind, Place, cut_all, without_overlaps
from titlewright.channels.options import Options
from titlewright.channels.pieces import clauses
from titlewright.channels.shortening import with_dependents
from titlewright.channels.worth import KEY, stated
from titlewright.records import Span
from titlewright.text.casing import UNIT_WORDS

_HYPHENATED = regex.compile(
    r"[\p{L}\p{M}\p{N}--[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]]+(?:['’\-‑][\p{L}\p{M}\p{N}--[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]]+)*",
    flags=regex.V1,
)
_SHORT_CLAUSE = 4  # atoms


@dataclass(frozen=True, slots=True)
class Repetition(Kind):
    """A word may stand in the title at most `max` times, case ignored.

    `exempt` words (articles, prepositions, conjunctions) don't count, nor do numbers, units
    after a number and the x between dimensions: these are not words. A hyphenated word is one
    word. A brand of several words counts as one name, so that its parts may be used in another
    sense ("Old Navy ... Navy Blue"). Words of scripts without spaces are not counted.
    """

    most: int
    exempt: frozenset[str]

    @classmethod
    def build(cls, options: Options) -> Self:
        exempt = frozenset(word.casefold() for word in options.texts("exempt"))
        return cls(options.integer("max"), exempt)

    def find(self, case: Case) -> Sequence[Place]:
        words = case.words
        if len(words) - len({word.key for word in words}) < self.most:
            return ()
        places: dict[str, list[Span]] = defaultdict(list)
        for key, span in self._countable(case):
            places[key].append(span)
        return sorted(span for spans in places.values() for span in spans[self.most :])

    def fix(self, case: Case, found: Sequence[Place]) -> Fix | None:
        spans = [span for place in found if place for span in self._going(case, place)]
        return cut_all(case, without_overlaps(spans))

    def _going(self, case: Case, span: Span) -> list[Span]:
        """What goes with a repeated word: itself, or its clause when it is the clause's noun.

        "Boots, Winter Boots, Warm Boots" without the third Boots would end in "Warm".
        """
        stated_spans = [place for place, worth in stated(case) if worth >= KEY]
        found = clauses(case.text, [])
        for clause in found[1:]:
            if clause.atoms[-1].end == span.end and len(clause.atoms) <= _SHORT_CLAUSE:
                gone = with_dependents(clause, found)
                if any(
                    place.start < atom.end and atom.start < place.end
                    for atom in gone
                    for place in stated_spans
                ):
                    break
                numbers = sorted({atom.clause for atom in gone})
                return [
                    Span(found[number].atoms[0].start, found[number].atoms[-1].end)
                    for number in numbers
                ]
        return [span]

    def _countable(self, case: Case) -> Iterator[tuple[str, Span]]:
        """What counts as a word of the title, and where it stands."""
        names = [span for span in case.brand_spans if len(case.text[slice(*span)].split()) > 1]
        for name in names:
            yield case.text[slice(*name)].casefold(), name
        after_number = -1
        for match in _HYPHENATED.finditer(case.text):
            key, span = match[0].casefold(), Span(*match.span())
            if key[0].isdigit():
                after_number = span.end + 1
            elif (
                key not in self.exempt
                and key != "x"
                and not (span.start <= after_number and key in UNIT_WORDS)
                and not any(name.start <= span.start < name.end for name in names)
            ):
                yield key, span
