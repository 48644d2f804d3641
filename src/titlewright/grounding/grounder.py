"""Evidence for every span of a title, or none.

The title is read left to right: quantities and codes first, then words and phrases (as they are,
inflected, spelled otherwise, by alias), then the whole is checked against what the product's own
attributes say (colour, material, audience, brand).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import pairwise
from pathlib import Path

import regex

from titlewright.grounding.aliases import LONGEST, AliasTable, alias_table, as_phrase
from titlewright.grounding.compounds import back_compound
from titlewright.grounding.context import negations
from titlewright.grounding.contradictions import contradicted
from titlewright.grounding.function_words import is_function_word
from titlewright.grounding.imitations import without_imitations
from titlewright.grounding.numbers import back_number_word, back_quantity
from titlewright.grounding.source import Occurrence, Source, SourceField
from titlewright.records import Evidence, EvidenceKind, Product, Span
from titlewright.text.quantities import Quantity, find_quantities
from titlewright.text.remembering import Remembered
from titlewright.text.words import (
    Atom,
    atoms,
    begins_unspaced,
    fold,
    same_word,
    simplified,
    squeeze,
)

_CODE_SPLIT = regex.compile(r"[/+&,_]")


@dataclass(frozen=True, slots=True)
class Grounding:
    """The evidence of one title, in title order.

    `content_units` counts the words, codes and quantities that had to be backed.
    """

    title: str
    evidence: tuple[Evidence, ...]
    content_units: int

    @property
    def unsupported(self) -> tuple[Evidence, ...]:
        return tuple(item for item in self.evidence if item.kind == "none")

    @property
    def supported(self) -> bool:
        return not self.unsupported


class Grounder:
    """Looks for what a product's text says about titles. Build once per product, ask often.

    `use_title` lets the product's present title count as a statement of the seller's;
    `aliases` is a user's file or folder of further aliases.
    """

    def __init__(
        self, product: Product, *, use_title: bool = True, aliases: Path | None = None
    ) -> None:
        self.product = product
        self._use_title = use_title
        self._aliases = aliases

    @cached_property
    def source(self) -> Source:
        return _with_title(self.product) if self._use_title else _without_title(self.product)

    def ground(self, title: str) -> Grounding:
        """The evidence for each content span of the title; never fails, whatever the text."""
        return _Reading(title, self.source, alias_table(self._aliases)).grounding()


# A generator that asks what a product backs is followed by the pipeline that asks again.
_with_title = Remembered(Source.of, most=128)
_without_title = Remembered(partial(Source.of, use_title=False), most=128)


def ground(product: Product, title: str) -> Grounding:
    """The evidence for one title of one product; see Grounder for several."""
    return Grounder(product).ground(title)


class _Reading:
    """One title being read against one source."""

    def __init__(self, title: str, source: Source, aliases: AliasTable) -> None:
        self.title = title
        self.source = source
        self.aliases = aliases
        self.words = atoms(title)
        self.plain = simplified(title)
        self.negations = negations(title, self.words, source.language)
        self.found: list[Evidence] = []
        self.done: set[int] = set()  # atoms that have been dealt with

    def grounding(self) -> Grounding:
        for start, end in self._code_chunks():
            self._read_code(start, end)
        for quantity in find_quantities(self.title):
            self._read_quantity(quantity)
        for index in range(len(self.words)):
            if index not in self.done:
                self._read_word(index)
        evidence = contradicted(self.title, self.found, self.source)
        evidence = without_imitations(self.title, evidence, self.source)
        evidence.sort(key=lambda item: item.span)
        return Grounding(self.title, tuple(evidence), len(evidence))

    # Codes: letters and digits together, or joined by hyphens and slashes

    def _code_chunks(self) -> Iterator[tuple[int, int]]:
        quantities = find_quantities(self.title)
        start = 0
        while start < len(self.words):
            end = start
            while (
                end + 1 < len(self.words) and self.words[end + 1].chunk == self.words[start].chunk
            ):
                end += 1
            if self._is_code(start, end, quantities):
                yield start, end
            start = end + 1

    def _is_code(self, start: int, end: int, quantities: Sequence[Quantity]) -> bool:
        first, last = self.words[start], self.words[end]
        if first.unspaced or first.norm == "":
            return False
        text = self.title[first.start : last.end]
        if not any(c.isdigit() for c in text) or not any(c.isalpha() for c in text):
            return False
        if end == start + 1 and first.text.isdigit() and len(last.text) > 2 and last.text.isalpha():
            return False  # 16-Core, 2-Step: a number and what it counts
        inside = [q for q in quantities if q.span.start < last.end and first.start < q.span.end]
        return not any(q.dimension for q in inside)

    def _read_code(self, start: int, end: int) -> None:
        span = Span(self.words[start].start, self.words[end].end)
        text = self.title[span.start : span.end]
        if self._back_code(text, span):
            self.done.update(range(start, end + 1))
            return
        if self._alias_around(start):
            self.done.update(range(start, end + 1))
            return
        pieces = [piece for piece in _CODE_SPLIT.split(text) if piece]
        if start == end or (len(pieces) == 1 and not _CODE_SPLIT.search(text) and "-" not in text):
            self._none(span, "no such code in the source")
            self.done.update(range(start, end + 1))
            return
        # several words and codes joined: each is looked up by itself
        for index in range(start, end + 1):
            word = self.words[index]
            if any(c.isdigit() for c in word.text):
                place = Span(word.start, word.end)
                lone_number = word.text.isdigit() and len(word.text) < 3 and len(pieces) == 1
                if lone_number or (
                    not self._back_code(word.text, place) and not self._alias_around(index)
                ):
                    self._none(place, "no such code in the source")
                self.done.add(index)

    def _back_code(self, text: str, span: Span) -> bool:
        key = squeeze(text)
        if not key:
            return False
        for occurrence in self.source.joined(key):
            if not occurrence.negated:
                same = fold(text) == fold(_text(occurrence))
                self._occurrence(span, occurrence, "exact" if same else "inflected")
                return True
        return False

    # Quantities

    def _read_quantity(self, quantity: Quantity) -> None:
        inside = [
            index
            for index, word in enumerate(self.words)
            if word.start < quantity.span.end and quantity.span.start < word.end
        ]
        if not inside or all(index in self.done for index in inside):
            return
        evidence, reason = back_quantity(quantity, self.title, self.source)
        if evidence:
            kind: EvidenceKind = "exact" if evidence.exact else "same quantity"
            self._field(quantity.span, evidence.field, evidence.span, kind)
        else:
            self._read_unbacked(quantity, inside[0], reason)
        self.done.update(inside)

    def _read_unbacked(self, quantity: Quantity, first: int, reason: str) -> None:
        """A number that the source doesn't state as one: part of an alias, or none after all."""
        alias = quantity.dimension == "" and self._alias_around(first)
        if not (alias or self._negated_quantity(quantity) or self._standing_as_written(quantity)):
            self._none(quantity.span, reason)

    def _negated_quantity(self, quantity: Quantity) -> bool:
        """ "0 sugar" style zeros count as a negation of what follows, not as a number."""
        return quantity.value == 0 and not quantity.dimension

    def _standing_as_written(self, quantity: Quantity) -> bool:
        """Units that are none after all ("Size 5 in", "Area 51 m"): the source's very words."""
        if quantity.unit not in {"in", "to", "u", "a", "m", "g", "l", "w", "h", "p", "set", "x"}:
            return False
        words = [a.norm for a in atoms(quantity.text)]
        return len(words) > 1 and any(
            self._occurrence(quantity.span, occurrence, "exact")
            for occurrence in self.source.phrase(words)
            if occurrence.kind == "exact" and not occurrence.negated and not _measured(occurrence)
        )

    # Words

    def _read_word(self, index: int) -> None:
        word = self.words[index]
        self.done.add(index)
        if word.unspaced:
            self._read_unspaced(index)
            return
        negative = index in self.negations.nearest
        either = index in self.negations.reached and not negative
        span = Span(word.start, word.end)
        wrong = ""
        for occurrence in self.source.word(word.norm):
            if either or occurrence.negated == negative:
                self._occurrence(span, occurrence)
                return
            wrong = (
                "the source says that it is not so"
                if not negative
                else ("the source does not say that it is without")
            )
        if index in self.negations.negators or is_function_word(word.norm, self.source.language):
            return
        if negative and self._denied_in_one_word(index):
            return
        if self._compounded(index, negative) or self._alias_around(index):
            return
        following = self.words[index + 1].norm if index + 1 < len(self.words) else ""
        number = back_number_word(word.norm, following, self.source)
        if number:
            self._field(span, number.field, number.span, "same quantity")
            return
        title = [word.norm for word in self.words]
        compound = None if negative else back_compound(word.norm, self.source, title)
        if compound:
            self._occurrence(span, compound, "inflected")
            return
        if not wrong and not negative and self._inferred(word.norm, span):
            return
        self._none(span, wrong or "not in the source")

    def _inferred(self, norm: str, span: Span) -> bool:
        """A word that nothing states, of what has been inferred about the product."""
        for inference in self.source.product.inferred:
            for atom in atoms(inference.text):
                if same_word(norm, atom.norm, self.source.language):
                    self.found.append(
                        Evidence(
                            text=self.title[span.start : span.end],
                            span=span,
                            kind="category",
                            field="inferred",
                            source=Span(atom.start, atom.end),
                            source_text=atom.text,
                            reason=inference.reason or f"inferred: {inference.text}",
                            confidence=inference.confidence,
                        )
                    )
                    return True
        return False

    def _denied_in_one_word(self, index: int) -> bool:
        """Non-stick, which the source spells nonstick."""
        before, word = self.words[max(0, index - 1)], self.words[index]
        if index - 1 not in self.negations.negators:
            return False
        for occurrence in self.source.word(before.norm + word.norm):
            return self._occurrence(Span(before.start, word.end), occurrence, "inflected")
        return False

    def _compounded(self, index: int, negative: bool) -> bool:
        """Spelled together or apart otherwise: water-proof, water proof, waterproof."""
        for length in (3, 2, 1):
            words = self.words[index : index + length]
            if len(words) < length or any(word.unspaced for word in words):
                continue
            key = "".join(squeeze(word.norm) for word in words)
            if len(key) < 4 or any(index + k in self.done for k in range(1, length)):
                continue
            for occurrence in self.source.joined(key):
                if occurrence.negated == negative:
                    self._occurrence(Span(words[0].start, words[-1].end), occurrence, "inflected")
                    self.done.update(range(index, index + length))
                    return True
            other_number = self.source.word(key) if length > 1 else self._other_number(key)
            for occurrence in other_number:
                if occurrence.negated == negative:
                    self._occurrence(Span(words[0].start, words[-1].end), occurrence, "inflected")
                    self.done.update(range(index, index + length))
                    return True
        return False

    def _other_number(self, key: str) -> Iterator[Occurrence]:
        """Words of the source that run together to the plural or singular of this one."""
        other = key[:-1] if key.endswith("s") else key + "s"
        yield from (found for found in self.source.joined(other) if found.first != found.last)

    def _alias_around(self, index: int) -> bool:
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
            place = self._find_wording(other, negative)
            if place:
                self._field(span, place[0], place[1], "alias")
                self.done.update(range(start, start + len(words)))
                # words of the phrase that had been refused on their own are backed now
                self.found = [
                    item
                    for item in self.found
                    if item.kind != "none" or not _overlap(item.span, span)
                ]
                return True
        return False

    def _find_wording(
        self, wording: tuple[str, ...], negative: bool
    ) -> tuple[SourceField, Span] | None:
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

    # Chinese, Japanese, Thai

    def _read_unspaced(self, index: int) -> None:
        word = self.words[index]
        span = Span(word.start, word.end)
        if self._back_unspaced(word.norm, span):
            return
        if is_function_word(word.norm, "zh") or is_function_word(word.norm, "ja"):
            return
        if self._alias_around(index):
            return
        if self._cover(word.start, word.end):
            return
        start, end = self._around(index)
        if not self._cover(start, end):
            self._none(span, "not in the source")

    def _around(self, index: int) -> tuple[int, int]:
        """A word with its neighbours of the same run: segmentation may have cut wrongly."""
        start, end = self.words[index].start, self.words[index].end
        if index and self.words[index - 1].unspaced and self.words[index - 1].end == start:
            start = self.words[index - 1].start
        following = self.words[index + 1 : index + 2]
        if following and following[0].unspaced and following[0].start == end:
            end = following[0].end
        return start, end

    def _back_unspaced(self, text: str, span: Span) -> bool:
        for field, place, negated in self.source.substring(fold(text)):
            if not negated:
                self._field(span, field, place, "exact")
                return True
        return False

    def _cover(self, start: int, end: int) -> bool:
        """Whether a word is made of parts that the source states, each of two characters or more,
        with single function characters between (男士 + 款)."""
        text = self.plain[start:end]
        pieces: list[Span] = []
        at = 0
        while at < len(text):
            for length in range(len(text) - at, 0, -1):
                part = fold(text[at : at + length])
                if length == 1 and is_function_word(part, "zh"):
                    break
                place = Span(start + at, start + at + length)
                alias = self.aliases.sources(as_phrase(part))
                if (length >= 2 or self.source.has_value(part)) and any(
                    not negated for *_, negated in self.source.substring(part)
                ):
                    pieces.append(place)
                    break
                if any(self._find_wording(other, False) for other in alias):
                    pieces.append(place)
                    break
            else:
                return False
            at += length
        for place in pieces:
            part = self.plain[place.start : place.end]
            if not self._back_unspaced(part, place):
                for other in self.aliases.sources(as_phrase(part)):
                    found = self._find_wording(other, False)
                    if found:
                        self._field(place, found[0], found[1], "alias")
                        break
        return True

    # Writing down

    def _occurrence(
        self, span: Span, occurrence: Occurrence, kind: EvidenceKind | None = None
    ) -> bool:
        found = kind or ("exact" if occurrence.kind == "exact" else "inflected")
        self._field(span, occurrence.field, occurrence.span, found)
        return True

    def _field(self, span: Span, field: SourceField, place: Span, kind: EvidenceKind) -> None:
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

    def _none(self, span: Span, reason: str) -> None:
        self.found.append(Evidence(self.title[span.start : span.end], span, "none", reason=reason))


def _text(occurrence: Occurrence) -> str:
    return occurrence.field.text[occurrence.span.start : occurrence.span.end]


def _measured(occurrence: Occurrence) -> bool:
    """Whether the words belong to a quantity there: "9/16 in" of "1-9/16 in"."""
    return any(
        quantity.dimension and _overlap(quantity.span, occurrence.span)
        for quantity in occurrence.field.quantities
    )


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
