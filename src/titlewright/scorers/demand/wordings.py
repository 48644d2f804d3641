"""Which further words a product may be searched by: other wordings of what it states (aliases)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import cache
from pathlib import Path

from titlewright.grounding.aliases import as_phrase
from titlewright.scorers.demand.keys import keys_of_phrase
from titlewright.text.lexicon import Aliases, load_aliases
from titlewright.text.words import begins_unspaced


class Wordings:
    """Wordings by what states them; a coarse look, which grounding then checks."""

    def __init__(self, aliases: Aliases) -> None:
        self._spaced: dict[str, list[tuple[frozenset[str], frozenset[str]]]] = defaultdict(list)
        self._unspaced: dict[str, list[tuple[str, frozenset[str]]]] = defaultdict(list)
        for group in aliases.equal:
            whole = frozenset(word for wording in group for word in as_phrase(wording))
            for wording in group:
                self._add(as_phrase(wording), whole)
        for source, title in aliases.implies:
            self._add(as_phrase(source), frozenset(as_phrase(title)))

    def _add(self, phrase: tuple[str, ...], words: frozenset[str]) -> None:
        if begins_unspaced(phrase[0]):
            self._unspaced[phrase[0][0]].append((phrase[0], words))
        else:
            keys = keys_of_phrase(phrase)
            for first in sorted(keys)[:1]:
                self._spaced[first].append((keys, words))

    def of(self, keys: AbstractSet[str], unspaced: str) -> Iterator[frozenset[str]]:
        """Words that other wordings of a text hold, by its keys and its folded unspaced parts."""
        for key in keys & self._spaced.keys():
            yield from (words for needed, words in self._spaced[key] if needed <= keys)
        for key in keys & self._unspaced.keys():
            yield from (words for wording, words in self._unspaced[key] if wording in unspaced)


@cache
def wordings(extra: Path | None = None) -> Wordings:
    """Of the shipped aliases and a user's."""
    return Wordings(load_aliases(extra))
