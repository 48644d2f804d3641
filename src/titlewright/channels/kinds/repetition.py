"""The same word too often, as Amazon counts it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import regex

from titlewright.channels.case import Case
from titlewright.channels.kinds.base import Fix, Kind, Place, cut_all
from titlewright.channels.model import Channel
from titlewright.channels.options import Options
from titlewright.records import Span
from titlewright.text.casing import UNIT_WORDS

_HYPHENATED = regex.compile(
    r"[\p{L}\p{M}\p{N}--[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]]+(?:['’\-‑][\p{L}\p{M}\p{N}--[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]]+)*",
    flags=regex.V1,
)


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
    def build(cls, options: Options, channel: Channel | None) -> Self:
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
        return cut_all(case, found)

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
