"""Which source wordings back which title wordings, looked up by phrase."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import regex

from titlewright.text.lexicon import load_aliases
from titlewright.text.words import atoms, fold, simplified, strip_accents

Phrase = tuple[str, ...]
_PLAIN = re.compile(r"[a-z]+(?: [a-z]+)*")
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]")
LONGEST = 4  # words in the longest alias phrase that is looked up


class AliasTable:
    """title phrase → source phrases that state the same or imply it.

    Phrases are looked up by a plain singular of their last word, so that the data file needs to
    hold one form only. Of the thousands of wordings few are ever looked up: the others are never
    read as phrases.
    """

    def __init__(self, extra: Path | None = None) -> None:
        aliases = load_aliases(extra)
        self._backing: dict[str, list[tuple[Sequence[str], int]]] = defaultdict(list)
        for group in aliases.equal:
            for place, title in enumerate(group):
                self._backing[_key_of(title)].append((group, place))
        for source, title in aliases.implies:
            self._backing[_key_of(title)].append(((source,), -1))
        self._sources: dict[str, tuple[Phrase, ...]] = {}

    def sources(self, title: Phrase) -> tuple[Phrase, ...]:
        """The source phrases that back a title phrase; empty when none is known."""
        key = _key(title)
        if key not in self._backing:
            return ()
        if key not in self._sources:
            self._sources[key] = tuple(dict.fromkeys(self._read(key)))
        return self._sources[key]

    def _read(self, key: str) -> Iterator[Phrase]:
        for group, place in self._backing[key]:
            own = as_phrase(group[place]) if place >= 0 else ()
            phrases = (as_phrase(wording) for wording in group)
            yield from (phrase for phrase in phrases if phrase != own)


def as_phrase(wording: str) -> Phrase:
    """A wording as the folded words that it is compared by.

    One in a script without spaces stays whole: where it would be cut depends on its neighbours.
    """
    if _PLAIN.fullmatch(wording):
        return tuple(wording.split())
    if not wording.isascii() and _UNSPACED.search(wording):
        return (fold(simplified(wording)),)
    return tuple(atom.norm for atom in atoms(wording)) or (wording,)


def _key_of(wording: str) -> str:
    return _singular(wording) if _PLAIN.fullmatch(wording) else _key(as_phrase(wording))


def _key(phrase: Phrase) -> str:
    return _singular(" ".join((*phrase[:-1], strip_accents(phrase[-1]))))


def _singular(words: str) -> str:
    """The last word in a plain singular, if it is long enough to have one."""
    if not words.endswith("s") or words.endswith(("ss", "us", "is")):
        return words
    letters = len(words) - words.rfind(" ") - 1
    if letters > 4 and words.endswith("ies"):
        return words[:-3] + "y"
    return words[:-1] if letters > 2 else words


@cache
def alias_table(extra: Path | None = None) -> AliasTable:
    """The table of the shipped aliases and those of a user's file, built once."""
    return AliasTable(extra)
