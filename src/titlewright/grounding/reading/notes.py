"""A title being read: what it is read against, what has been noted of it, and its aliases."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from titlewright.grounding.aliases import LONGEST, AliasTable
from titlewright.grounding.context import negations
from titlewright.grounding.source import Occurrence, Source, SourceField
from titlewright.records import Evidence, EvidenceKind, Span
from titlewright.text.words import Atom, atoms, begins_unspaced, simplified, squeeze


class Reading:
    """One title being read against one source.

    found  the evidence noted so far, in no order
    done   places in `words` that have been dealt with
    """

    def __init__(self, title: str, source: Source, aliases: AliasTable) -> None:
        self.title = title
        self.source = source
        self.aliases = aliases
        self.words = atoms(title)
        self.plain = simplified(title)
        self.negations = negations(title, self.words, source.language)
        self.found: list[Evidence] = []
        self.done: set[int] = set()

    # Aliases

    def alias_around(self, index: int) -> bool:
        """An alias phrase of the title that takes in this word, backed by the source."""
        for length in range(LONGEST, 0, -1):
            for start in range(max(0, index - length + 1), index + 1):
                words = self.words[start : start + length]
                if len(words) < length or words[-1].chunk - words[0].chunk > length:
                    continue
                if self._alias(start, words):
                    return True
        return False

    def _alias(self, start: int, words: Sequence[Atom]) -> bool:
        phrase = tuple(word.norm for word in words)
        if any(word.unspaced for word in words):
            if any(one.end != other.start for one, other in pairwise(words)):
                return False
            phrase = ("".join(phrase),)
        span = Span(words[0].start, words[-1].end)
        places = range(start, start + len(words))
        negative = any(k in self.negations.nearest for k in places) and not any(
            k in self.negations.negators for k in places
        )
        for other in self.aliases.sources(phrase):
            place = self.find_wording(other, negative)
            if place:
                self.note(span, place[0], place[1], "alias")
                self.done.update(range(start, start + len(words)))
                # words of the phrase that had been refused on their own are backed now
                self.found = [
                    item
                    for item in self.found
                    if item.kind != "none" or not overlap(item.span, span)
                ]
                return True
        return False

    def find_wording(
        self, wording: tuple[str, ...], negative: bool
    ) -> tuple[SourceField, Span] | None:
        """Where the source says it, denied where `negative`; together or apart."""
        text = "".join(wording)
        if not text.isascii() and begins_unspaced(text):
            for field, span, negated in self.source.substring(text):
                if negated == negative:
                    return field, span
            return None
        for occurrence in self.source.phrase(wording):
            if occurrence.negated == negative:
                return occurrence.field, occurrence.span
        if len(text) >= 4:
            together = squeeze(text)
            for occurrence in (*self.source.joined(together), *self.source.word(together)):
                if occurrence.negated == negative:
                    return occurrence.field, occurrence.span
        return None

    # Writing down

    def note_occurrence(
        self, span: Span, occurrence: Occurrence, kind: EvidenceKind | None = None
    ) -> bool:
        found = kind or ("exact" if occurrence.kind == "exact" else "inflected")
        self.note(span, occurrence.field, occurrence.span, found)
        return True

    def note(self, span: Span, field: SourceField, place: Span, kind: EvidenceKind) -> None:
        if kind == "exact" and field.name.startswith("category."):
            kind = "category"
        self.found.append(
            Evidence(
                text=self.title[span.start : span.end],
                span=span,
                kind=kind,
                field=field.name,
                source=place,
                source_text=field.text[place.start : place.end],
            )
        )

    def note_nothing(self, span: Span, reason: str) -> None:
        self.found.append(Evidence(self.title[span.start : span.end], span, "none", reason=reason))


def overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
