"""Words of scripts with spaces: as they are, inflected, spelled or put together otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from titlewright.grounding.compounds import back_compound
from titlewright.grounding.function_words import is_function_word
from titlewright.grounding.numbers import back_number_word
from titlewright.grounding.reading.notes import Reading
from titlewright.grounding.reading.unspaced import read_unspaced
from titlewright.grounding.source import Occurrence
from titlewright.records import Evidence, Span
from titlewright.text.words import atoms, same_word, squeeze


def read_word(reading: Reading, index: int) -> None:
    """Note what backs the word at this place, or that nothing does."""
    word = reading.words[index]
    reading.done.add(index)
    if word.unspaced:
        read_unspaced(reading, index)
        return
    negative = index in reading.negations.nearest
    either = index in reading.negations.reached and not negative
    span = Span(word.start, word.end)
    wrong = ""
    for occurrence in reading.source.word(word.norm):
        if either or occurrence.negated == negative:
            reading.note_occurrence(span, occurrence)
            return
        wrong = (
            "the source says that it is not so"
            if not negative
            else "the source does not say that it is without"
        )
    if index in reading.negations.negators or is_function_word(word.norm, reading.source.language):
        return
    if negative and _denied_in_one_word(reading, index):
        return
    if _compounded(reading, index, negative) or reading.alias_around(index):
        return
    following = reading.words[index + 1].norm if index + 1 < len(reading.words) else ""
    number = back_number_word(word.norm, following, reading.source)
    if number:
        reading.note(span, number.field, number.span, "same quantity")
        return
    title = [word.norm for word in reading.words]
    compound = None if negative else back_compound(word.norm, reading.source, title)
    if compound:
        reading.note_occurrence(span, compound, "inflected")
        return
    if not wrong and not negative and _inferred(reading, word.norm, span):
        return
    reading.note_nothing(span, wrong or "not in the source")


def _inferred(reading: Reading, norm: str, span: Span) -> bool:
    """A word that nothing states, of what has been inferred about the product."""
    for inference in reading.source.product.inferred:
        for atom in atoms(inference.text):
            if same_word(norm, atom.norm, reading.source.language):
                reading.found.append(
                    Evidence(
                        text=reading.title[span.start : span.end],
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


def _denied_in_one_word(reading: Reading, index: int) -> bool:
    """Non-stick, which the source spells nonstick."""
    before, word = reading.words[max(0, index - 1)], reading.words[index]
    if index - 1 not in reading.negations.negators:
        return False
    for occurrence in reading.source.word(before.norm + word.norm):
        return reading.note_occurrence(Span(before.start, word.end), occurrence, "inflected")
    return False


def _compounded(reading: Reading, index: int, negative: bool) -> bool:
    """Spelled together or apart otherwise: water-proof, water proof, waterproof."""
    for length in (3, 2, 1):
        words = reading.words[index : index + length]
        if len(words) < length or any(word.unspaced for word in words):
            continue
        key = "".join(squeeze(word.norm) for word in words)
        if len(key) < 4 or any(index + k in reading.done for k in range(1, length)):
            continue
        other_number = reading.source.word(key) if length > 1 else _other_number(reading, key)
        for occurrence in chain(reading.source.joined(key), other_number):
            if occurrence.negated == negative:
                span = Span(words[0].start, words[-1].end)
                reading.note_occurrence(span, occurrence, "inflected")
                reading.done.update(range(index, index + length))
                return True
    return False


def _other_number(reading: Reading, key: str) -> Iterator[Occurrence]:
    """Words of the source that run together to the plural or singular of this one."""
    other = key[:-1] if key.endswith("s") else key + "s"
    yield from (found for found in reading.source.joined(other) if found.first != found.last)
