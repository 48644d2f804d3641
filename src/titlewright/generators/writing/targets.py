"""A reference title as the ids that a model learns to write.

What the product doesn't show and the vocabulary doesn't hold is left out: the model learns from
every title only the part that could be true.
"""

from __future__ import annotations

from collections.abc import Iterator

from titlewright.generators.writing.units import SPACE, is_unspaced, is_word, parts, split
from titlewright.generators.writing.vocabulary import Vocabulary
from titlewright.generators.writing.wishes import Copyable
from titlewright.text.words import fold

_OPENING = {"(": ")", "[": "]", "【": "】", "（": "）", "{": "}"}


def encode(title: str, reading: Copyable, vocabulary: Vocabulary) -> tuple[list[int], float]:
    """The ids of a title (a word's, or V plus a group's), and the share of its words they keep."""
    size = len(vocabulary)

    def text(number: int) -> str:
        return reading.words[number - size] if number >= size else vocabulary.words[number]

    ids: list[int] = []
    words = kept = 0
    for unit in split(title):
        found = list(unit_ids(unit, reading, vocabulary))
        if is_word(unit):
            words += 1
            kept += bool(found)
            if not found and ids and text(ids[-1]).isdigit():
                ids.pop()  # a number without what it counts says something else
        ids += found
    return _tidy(ids, reading, vocabulary), kept / max(words, 1)


def decode(ids: list[int], words: list[str], vocabulary: Vocabulary) -> list[str]:
    """The units of ids; `words` are the product's, one a group."""
    size = len(vocabulary)
    return [words[number - size] if number >= size else vocabulary.words[number] for number in ids]


def unit_ids(unit: str, reading: Copyable, vocabulary: Vocabulary) -> Iterator[int]:
    """The id of a unit, or those of its parts; none where not all of them are known."""
    whole = _id(unit, reading, vocabulary)
    if whole is not None:
        yield whole
        return
    pieces = _covering(unit, reading, vocabulary) if is_unspaced(unit) else parts(unit)
    found = [_id(piece, reading, vocabulary) for piece in pieces]
    if all(number is not None for number in found):
        yield from (number for number in found if number is not None)


def _id(unit: str, reading: Copyable, vocabulary: Vocabulary) -> int | None:
    key = fold(unit)
    group = reading.index.get(key)
    if group is not None:
        return len(vocabulary) + group
    return vocabulary.index.get(key)


def _covering(unit: str, reading: Copyable, vocabulary: Vocabulary) -> Iterator[str]:
    """A segment as the longest known ones from the left; an unknown one is a character."""
    start = 0
    while start < len(unit):
        end = len(unit)
        while end > start + 1 and _id(unit[start:end], reading, vocabulary) is None:
            end -= 1
        yield unit[start:end]
        start = end


def _tidy(ids: list[int], reading: Copyable, vocabulary: Vocabulary) -> list[int]:
    """Without the punctuation that a word left out leaves behind."""
    size = len(vocabulary)

    def text(number: int) -> str:
        return reading.words[number - size] if number >= size else vocabulary.words[number]

    kept: list[int] = []
    for number in ids:
        mark = text(number)
        if not is_word(mark):
            last = text(kept[-1]) if kept else ""
            if mark != SPACE and not kept and mark not in _OPENING:
                continue
            if kept and not is_word(last):
                if _OPENING.get(last) == mark:
                    kept.pop()
                    continue
                if mark in _OPENING or last in _OPENING.values():
                    kept.append(number)
                elif last in _OPENING:
                    continue
                continue
        kept.append(number)
    while kept and not is_word(text(kept[-1])) and text(kept[-1]) not in _OPENING.values():
        kept.pop()
    return kept
