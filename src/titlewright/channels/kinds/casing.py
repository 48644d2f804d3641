"""Upper and lower case: shouted words, shouted titles, Title Case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import regex

from titlewright.channels.case import Case
from titlewright.channels.kinds.base import Fix, Kind, Place, quoted
from titlewright.channels.options import Options
from titlewright.records import Span
from titlewright.text.casing import SMALL_WORDS, UNIT_WORDS, calm, is_shouting

_CAPITALS = regex.compile(r"\p{Lu}{2}")
_CHUNK = regex.compile(r"[\p{L}\p{M}\p{N}]+(?:['’./&\-][\p{L}\p{M}\p{N}]+)*")


@dataclass(frozen=True, slots=True)
class Shouting(Kind):
    """Words in capitals; the product's brand and model, abbreviations, units and codes may be.

    With `share`, only titles in which at least that share of the words shouts (and two do).
    """

    share: float

    @classmethod
    def build(cls, options: Options) -> Self:
        return cls(options.number("share", 0.0))

    def find(self, case: Case) -> Sequence[Place]:
        if not _CAPITALS.search(case.text):
            return ()
        keep = case.kept_words
        words = loud = 0
        spans = []
        for match in _CHUNK.finditer(case.text):
            word = match[0]
            words += word.isalpha() and len(word) > 1 and word not in keep
            if is_shouting(word, keep) and not case.in_brand(Span(*match.span())):
                loud += 1
                spans.append(Span(*match.span()))
        if self.share and (loud < 2 or loud < self.share * words):
            return ()
        return spans

    def fix(self, case: Case, found: Sequence[Place]) -> Fix | None:
        text, locale, calmed = case.text, case.product.locale if case.product else "", []
        for place in reversed(found):
            if place is None:
                continue
            word = case.text[slice(*place)]
            quiet = calm(word, locale)
            if place.start == 0:
                quiet = quiet[:1].upper() + quiet[1:]
            if len(quiet) == len(word) and quiet != word:
                text = text[: place.start] + quiet + text[place.end :]
                calmed.append(word)
        if not calmed:
            return None
        return Fix(text, f"Wrote {quoted(reversed(calmed))} in ordinary case.")


@dataclass(frozen=True, slots=True)
class TitleCase(Kind):
    """English Title Case: the first word that should begin with a capital and doesn't."""

    @classmethod
    def build(cls, options: Options) -> Self:  # noqa: ARG003
        return cls()

    def find(self, case: Case) -> Sequence[Place]:
        after_number = -1
        for word in case.words:
            written = case.text[word.start : word.end]
            if written[0].isdigit():
                after_number = word.end + 1
            elif (
                written.islower()
                and len(written) > 1
                and case.text[word.start - 1 : word.start] not in ("-", "'", "’", "/")
                and written not in SMALL_WORDS
                and not (word.start <= after_number and written in UNIT_WORDS)
                and not case.in_brand(Span(word.start, word.end))
            ):
                return (Span(word.start, word.end),)
        return ()
