"""Taking what the product doesn't state out of a title, and tidying up after it."""

from __future__ import annotations

import regex

from titlewright.grounding.grounder import Grounder, Grounding

_EMPTY_PAIRS = regex.compile(r"\(\s*[-–,;/&]*\s*\)|\[\s*[-–,;/&]*\s*\]|【\s*】|（\s*）")
_DANGLING_END = regex.compile(
    r"(?:[\s,;:/|&+·•、，\-–—]|\s(?:with|for|and|or|in|of|by|from|the|a|an|mit|für|und|con|para|y|"
    r"avec|pour|et))+$",
    flags=regex.IGNORECASE,
)
_DANGLING_START = regex.compile(
    r"^(?:[\s,;:/|&+·•、，\-–—]|(?:with|and|or|of)\s)+", regex.IGNORECASE
)
_DOUBLED_MARKS = regex.compile(r"([,;|/&+、，]|\s[-–—])(?:\s*(?:[,;|/&+、，]|[-–—](?=\s)))+")
_SPACE_BEFORE = regex.compile(r"\s+([,;:)\]])")
_SPACES = regex.compile(r"\s{2,}")
_LONELY_CONNECTORS = regex.compile(
    r"\b(?:with|for|and|or|in|of|by|from|&)\s+(?=(?:with|for|and|or|in|of|by|from|&)\b)", regex.I
)


def prune(title: str, grounder: Grounder) -> tuple[Grounding, tuple[str, ...]]:
    """The grounding of the title without its unsupported spans, and in words what was taken out.

    Removing a word can leave another without its meaning, so the rest is read again until
    everything is backed; at most a handful of rounds.
    """
    changes: list[str] = []
    for _ in range(5):
        grounding = grounder.ground(title)
        if grounding.supported:
            break
        for item in sorted(grounding.unsupported, key=lambda item: item.span, reverse=True):
            title = title[: item.span.start] + " " + title[item.span.end :]
            changes.append(f'took out "{item.text}": {item.reason or "not in the source"}')
        title = tidy(title)
    else:
        grounding = grounder.ground(title)
    return grounding, tuple(changes)


def tidy(title: str) -> str:
    """A title without the leftovers of a removal: empty brackets, doubled or dangling marks."""
    previous = None
    while previous != title:
        previous = title
        title = _EMPTY_PAIRS.sub(" ", title)
        title = _LONELY_CONNECTORS.sub("", title)
        title = _DOUBLED_MARKS.sub(r"\1", title)
        title = _SPACE_BEFORE.sub(r"\1", title)
        title = _DANGLING_START.sub("", _DANGLING_END.sub("", title))
        title = _SPACES.sub(" ", title).strip()
    return title
