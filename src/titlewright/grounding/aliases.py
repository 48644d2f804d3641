"""Which source wordings back which title wordings, looked up by phrase."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path

import regex

from titlewright.text.lexicon import load_aliases
from titlewright.text.words import atoms, fold, simplified, strip_accents

Phrase = tuple[str, ...]
_PLAIN = regex.compile(r"[a-z]+(?: [a-z]+)*")
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]")
LONGEST = 4  # words in the longest alias phrase that is looked up


class AliasTable:
    """title phrase → source phrases that state the same or imply it.

    Phrases are looked up by a plain singular of their last word, so that the data file needs to
    hold one form only.
    """

    def __init__(self, extra: Path | None = None) -> None:
        aliases = load_aliases(extra)
        table: dict[Phrase, dict[Phrase, None]] = defaultdict(dict)
        for group in aliases.equal:
            phrases = [as_phrase(wording) for wording in group]
            for title in phrases:
                backed_by = table[_key(title)]
                for source in phrases:
                    if source != title:
                        backed_by[source] = None
        for source_wording, title_wording in aliases.implies:
            table[_key(as_phrase(title_wording))][as_phrase(source_wording)] = None
        self._table = {key: tuple(sources) for key, sources in table.items()}

    def sources(self, title: Phrase) -> tuple[Phrase, ...]:
        """The source phrases that back a title phrase; empty when none is known."""
        return self._table.get(_key(title), ())


def as_phrase(wording: str) -> Phrase:
    """A wording as the folded words that it is compared by.

    One in a script without spaces stays whole: where it would be cut depends on its neighbours.
    """
    if _PLAIN.fullmatch(wording):
        return tuple(wording.split())
    if not wording.isascii() and _UNSPACED.search(wording):
        return (fold(simplified(wording)),)
    return tuple(atom.norm for atom in atoms(wording)) or (wording,)


def _key(phrase: Phrase) -> Phrase:
    return (*phrase[:-1], _singular(strip_accents(phrase[-1])))


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 2 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


@cache
def alias_table(extra: Path | None = None) -> AliasTable:
    """The table of the shipped aliases and those of a user's file, built once."""
    return AliasTable(extra)
