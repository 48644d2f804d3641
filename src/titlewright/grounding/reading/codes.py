"""Codes: letters and digits together, or joined by hyphens and slashes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from titlewright.grounding.reading.notes import Reading
from titlewright.grounding.source import Occurrence
from titlewright.records import Span
from titlewright.text.quantities import Quantity
from titlewright.text.words import fold, squeeze

_CODE_SPLIT = regex.compile(r"[/+&,_]")


def read_codes(reading: Reading, quantities: Sequence[Quantity]) -> None:
    """`quantities` are those of the title: what measures something is no code."""
    for start, end in _code_chunks(reading, quantities):
        _read_code(reading, start, end)


def _code_chunks(reading: Reading, quantities: Sequence[Quantity]) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(reading.words):
        end = start
        while (
            end + 1 < len(reading.words)
            and reading.words[end + 1].chunk == reading.words[start].chunk
        ):
            end += 1
        if _is_code(reading, start, end, quantities):
            yield start, end
        start = end + 1


def _is_code(reading: Reading, start: int, end: int, quantities: Sequence[Quantity]) -> bool:
    first, last = reading.words[start], reading.words[end]
    if first.unspaced or first.norm == "":
        return False
    text = reading.title[first.start : last.end]
    if not any(c.isdigit() for c in text) or not any(c.isalpha() for c in text):
        return False
    if end == start + 1 and first.text.isdigit() and len(last.text) > 2 and last.text.isalpha():
        return False  # 16-Core, 2-Step: a number and what it counts
    inside = [q for q in quantities if q.span.start < last.end and first.start < q.span.end]
    return not any(q.dimension for q in inside)


def _read_code(reading: Reading, start: int, end: int) -> None:
    span = Span(reading.words[start].start, reading.words[end].end)
    text = reading.title[span.start : span.end]
    if _back_code(reading, text, span):
        reading.done.update(range(start, end + 1))
        return
    if reading.alias_around(start):
        reading.done.update(range(start, end + 1))
        return
    pieces = [piece for piece in _CODE_SPLIT.split(text) if piece]
    if start == end or (len(pieces) == 1 and not _CODE_SPLIT.search(text) and "-" not in text):
        reading.note_nothing(span, "no such code in the source")
        reading.done.update(range(start, end + 1))
        return
    # several words and codes joined: each is looked up by itself
    for index in range(start, end + 1):
        word = reading.words[index]
        if any(c.isdigit() for c in word.text):
            place = Span(word.start, word.end)
            lone_number = word.text.isdigit() and len(word.text) < 3 and len(pieces) == 1
            if lone_number or (
                not _back_code(reading, word.text, place) and not reading.alias_around(index)
            ):
                reading.note_nothing(place, "no such code in the source")
            reading.done.add(index)


def _back_code(reading: Reading, text: str, span: Span) -> bool:
    key = squeeze(text)
    if not key:
        return False
    for occurrence in reading.source.joined(key):
        if not occurrence.negated:
            same = fold(text) == fold(_text(occurrence))
            reading.note_occurrence(span, occurrence, "exact" if same else "inflected")
            return True
    return False


def _text(occurrence: Occurrence) -> str:
    return occurrence.field.text[occurrence.span.start : occurrence.span.end]
