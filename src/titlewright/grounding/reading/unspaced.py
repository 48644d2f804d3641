"""Words of scripts without spaces: Chinese, Japanese, Thai."""

from __future__ import annotations

from titlewright.grounding.aliases import as_phrase
from titlewright.grounding.function_words import is_function_word
from titlewright.grounding.reading.notes import Reading
from titlewright.records import Span
from titlewright.text.words import fold


def read_unspaced(reading: Reading, index: int) -> None:
    """The same for a word of such a script, whose neighbours may belong to it."""
    word = reading.words[index]
    span = Span(word.start, word.end)
    if _back_unspaced(reading, word.norm, span):
        return
    if is_function_word(word.norm, "zh") or is_function_word(word.norm, "ja"):
        return
    if reading.alias_around(index):
        return
    if _cover(reading, word.start, word.end):
        return
    start, end = _around(reading, index)
    if not _cover(reading, start, end):
        reading.note_nothing(span, "not in the source")


def _around(reading: Reading, index: int) -> tuple[int, int]:
    """A word with its neighbours of the same run: segmentation may have cut wrongly."""
    start, end = reading.words[index].start, reading.words[index].end
    if index and reading.words[index - 1].unspaced and reading.words[index - 1].end == start:
        start = reading.words[index - 1].start
    following = reading.words[index + 1 : index + 2]
    if following and following[0].unspaced and following[0].start == end:
        end = following[0].end
    return start, end


def _back_unspaced(reading: Reading, text: str, span: Span) -> bool:
    for field, place, negated in reading.source.substring(fold(text)):
        if not negated:
            reading.note(span, field, place, "exact")
            return True
    return False


def _cover(reading: Reading, start: int, end: int) -> bool:
    """Whether a word is made of parts that the source states, each of two characters or more,
    with single function characters between (男士 + 款)."""
    text = reading.plain[start:end]
    pieces: list[Span] = []
    at = 0
    while at < len(text):
        for length in range(len(text) - at, 0, -1):
            part = fold(text[at : at + length])
            if length == 1 and is_function_word(part, "zh"):
                break
            place = Span(start + at, start + at + length)
            alias = reading.aliases.sources(as_phrase(part))
            if (length >= 2 or reading.source.has_value(part)) and any(
                not negated for *_, negated in reading.source.substring(part)
            ):
                pieces.append(place)
                break
            if any(reading.find_wording(other, False) for other in alias):
                pieces.append(place)
                break
        else:
            return False
        at += length
    for place in pieces:
        part = reading.plain[place.start : place.end]
        if not _back_unspaced(reading, part, place):
            for other in reading.aliases.sources(as_phrase(part)):
                found = reading.find_wording(other, False)
                if found:
                    reading.note(place, found[0], found[1], "alias")
                    break
    return True
