"""Putting words into a title and taking them out, with the spaces and marks that it needs."""

from __future__ import annotations

import regex

from titlewright.grounding.pruning import tidy
from titlewright.records import Span
from titlewright.text.tokens import has_unspaced_script
from titlewright.text.words import atoms, fold, simplified

_CLAUSE_END = regex.compile(r"\s*[,;|(\[（【，、]|\s+[-–—]\s")
_AFTER_BRACKET = regex.compile(r"([(\[（【])\s*[,;，、]?\s+")
_LATIN = regex.compile(r"[^\W_]", regex.ASCII)


def is_unspaced(title: str) -> bool:
    """Whether a title is mostly of a script that is written without spaces."""
    words = atoms(title)
    unspaced = sum(len(atom.text) for atom in words if atom.unspaced)
    return 0 < sum(len(atom.text) for atom in words) <= 3 * unspaced


def joined(*parts: str, unspaced: bool) -> str:
    """The parts one after the other; without spaces only where Latin letters or digits meet."""
    text = ""
    for part in filter(None, (part.strip() for part in parts)):
        meet = _LATIN.match(text[-1:]) and _LATIN.match(part[0])
        apart = text and (meet or not unspaced) and part[0] not in ",;:)]"
        text = f"{text} {part}" if apart else text + part
    return text


def with_first(part: str, title: str) -> str:
    return joined(part, title, unspaced=is_unspaced(title))


def with_at(part: str, title: str, place: int) -> str:
    """The title with a part put in at a place between its words."""
    return joined(title[:place], part, title[place:], unspaced=is_unspaced(title))


def with_last(part: str, title: str) -> str:
    """After a comma; in scripts without spaces after nothing, or after a space."""
    if is_unspaced(title):
        return joined(title, part, unspaced=True)
    return f"{title.rstrip(' ,;')}, {part}"


def first_clause_end(title: str) -> int:
    """Where the first clause of a title ends."""
    match = _CLAUSE_END.search(title)
    return match.start() if match and match.start() else len(title)


def without(title: str, *spans: Span) -> str:
    """The title without these places, and without the marks that they leave behind."""
    unspaced = is_unspaced(title)
    for span in sorted(spans, reverse=True):
        left, right = title[: span.start], title[span.end :]
        meet = _LATIN.match(left[-1:]) and _LATIN.match(right[:1])
        title = left + (" " if meet or not unspaced else "") + right
    return _AFTER_BRACKET.sub(r"\1", tidy(title))


def place_of(words: str, title: str) -> Span | None:
    """Where these words stand one after another in the title, case aside; None if nowhere."""
    wanted = [atom.norm for atom in atoms(words)]
    if not wanted:
        return None
    said = atoms(title)
    for start in range(len(said) - len(wanted) + 1):
        if all(said[start + offset].norm == norm for offset, norm in enumerate(wanted)):
            return Span(said[start].start, said[start + len(wanted) - 1].end)
    if has_unspaced_script(words):
        place = fold(simplified(title)).find(fold(simplified(words)))
        same_length = len(fold(simplified(title))) == len(title)
        return Span(place, place + len(words)) if place >= 0 and same_length else None
    return None
