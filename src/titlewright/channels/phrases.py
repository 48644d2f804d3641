"""All phrases of all rules of a channel, found in one pass over a title.

Phrases of scripts with spaces are indexed by their first word and match whole words, case
ignored, across spaces and hyphens; Chinese, Japanese and Thai ones by their first character.
The pass costs a dictionary look-up per word, however many phrases there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import regex

from titlewright.channels.case import Case, Word
from titlewright.records import Span

_WORDS = regex.compile(
    r"[\p{L}\p{M}\p{N}--[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]]+(?:['’][\p{L}\p{M}]+)*",
    flags=regex.V1,
)
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]")
_GAP = frozenset(" -/%&'’_\u00a0\u2010\u2011")  # what may stand between words of one phrase
_LONGEST_GAP = 3


@dataclass(slots=True)
class PhraseIndex:
    """Add the phrases of every rule, then `find`."""

    _by_word: dict[str, list[tuple[tuple[str, ...], str, bool]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _by_character: dict[str, list[tuple[str, str, bool]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, rule_id: str, phrases: Iterable[str], exceptions: Iterable[str] = ()) -> None:
        """Phrases that break a rule, and longer ones that contain them and don't."""
        for wanted, group in ((True, phrases), (False, exceptions)):
            for phrase in group:
                if _UNSPACED.search(phrase):
                    self._by_character[phrase[0]].append((phrase, rule_id, wanted))
                elif words := tuple(word.casefold() for word in _WORDS.findall(phrase)):
                    self._by_word[words[0]].append((words, rule_id, wanted))
        # Longest first, so that the longest phrase at a place is the one reported.
        for spelled in self._by_character.values():
            spelled.sort(key=lambda entry: -len(entry[0]))
        for worded in self._by_word.values():
            worded.sort(key=lambda entry: -len(entry[0]))

    def find(self, case: Case) -> Mapping[str, Sequence[Span]]:
        """Spans of the phrases in the title, by rule id, left to right, not overlapping."""
        hits: dict[str, list[Span]] = {}
        excused: dict[str, list[Span]] = {}
        words, by_word = case.words, self._by_word
        for position, word in enumerate(words):
            for phrase, rule_id, wanted in by_word.get(word.key, ()):
                last = position + len(phrase) - 1
                if last < len(words) and _matches(case.text, words, position, phrase):
                    span = Span(word.start, words[last].end)
                    (hits if wanted else excused).setdefault(rule_id, []).append(span)
        if not case.text.isascii():
            self._find_unspaced(case.text, hits, excused)
        return {
            rule_id: kept
            for rule_id, spans in hits.items()
            if (kept := _untangle(spans, excused.get(rule_id, ())))
        }

    def _find_unspaced(
        self, text: str, hits: dict[str, list[Span]], excused: dict[str, list[Span]]
    ) -> None:
        by_character = self._by_character
        for position, character in enumerate(text):
            for phrase, rule_id, wanted in by_character.get(character, ()):
                if text.startswith(phrase, position):
                    span = Span(position, position + len(phrase))
                    (hits if wanted else excused).setdefault(rule_id, []).append(span)


def _matches(text: str, words: Sequence[Word], position: int, phrase: tuple[str, ...]) -> bool:
    for offset in range(1, len(phrase)):
        word = words[position + offset]
        gap = text[words[position + offset - 1].end : word.start]
        if word.key != phrase[offset]:
            return False
        if gap != "." and (len(gap) > _LONGEST_GAP or not _GAP.issuperset(gap)):
            return False
    return True


def _untangle(spans: list[Span], excused: Sequence[Span]) -> list[Span]:
    """Left to right without overlaps and without what an exception covers."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        covered = any(free.start <= span.start and span.end <= free.end for free in excused)
        if not covered and (not kept or span.start >= kept[-1].end):
            kept.append(span)
    return kept
