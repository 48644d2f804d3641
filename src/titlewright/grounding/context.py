"""What surrounds a word: negation ("not waterproof"), and relations to other products ("fits HP").

Both are read per field, once, into sets of atom positions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import regex

from titlewright.text.lexicon import load_lexicon
from titlewright.text.words import Atom, fold

_CLAUSE_END = regex.compile(r"[.;:!?,\n|•()\[\]。；：！？，、（）]|\s[-–—]\s")
_NEGATED_VALUES = frozenset(
    {"no", "false", "none", "n", "0", "not included", "nein", "non", "aucun", "falsch", "ninguno",
     "nessuno", "não", "nee", "tidak", "否", "无", "無", "不", "なし", "不支持", "without"}
)  # fmt: skip
_AFFIRMED_VALUES = frozenset(
    {"yes", "true", "y", "1", "ja", "oui", "sí", "si", "sim", "ya", "是", "有"}
)
# How many words a negation reaches over; "non-" binds to one word only.
_REACH = {"non": 1, "zero": 1, "no": 2, "free of": 4, "free from": 4, "without": 4}
_DEFAULT_REACH = 3
# Trailing words of the lexicon that negate only as the value of a label ("Waterproof: no").
_ONLY_AS_VALUE = frozenset({"no", "none", "n/a", "less", "is not", "are not", "isn't", "aren't"})
_BUT = frozenset({"but", "yet", "however", "aber", "sondern", "mais", "pero", "ma", "mas", "maar"})


def is_negative(value: str) -> bool:
    """Whether an attribute's whole value says no."""
    return fold(value).strip(" .") in _NEGATED_VALUES


def is_affirmative(value: str) -> bool:
    """Whether an attribute's whole value says yes."""
    return fold(value).strip(" .") in _AFFIRMED_VALUES


@cache
def _phrases(lexicon: str, table: str, language: str) -> tuple[str, ...]:
    key = f"{table}.{language}" if table else language
    return load_lexicon(lexicon).get(key, ())


@cache
def _pattern(lexicon: str, table: str, languages: tuple[str, ...]) -> regex.Pattern[str] | None:
    words = {
        word
        for language in languages
        for word in _phrases(lexicon, table, language)
        if not (table == "after" and word in _ONLY_AS_VALUE)
    }
    if not words:
        return None
    joined = "|".join(
        regex.escape(word).replace("\\ ", r"\s+").replace("'", "['’]")
        for word in sorted(words, key=len, reverse=True)
    )
    return regex.compile(rf"(?<![\p{{L}}\p{{N}}])(?:{joined})(?![\p{{L}}\p{{N}}])")


def _languages(language: str) -> tuple[str, ...]:
    return ("en",) if language == "en" else (language, "en")


def negated_atoms(text: str, words: Sequence[Atom], language: str = "en") -> frozenset[int]:
    """The indices of the atoms that the text says are not so."""
    lower = text.lower()
    if len(lower) != len(text):  # a few characters change length in lower case
        lower = text
    languages = _languages(language)
    exceptions = _matches(_pattern("negation", "exceptions", languages), lower)
    excepted = [range(start, end) for start, end in exceptions]
    negated: set[int] = set()
    for start, end in _matches(_pattern("negation", "before", languages), lower):
        if not _within(start, end, excepted):
            reach = _REACH.get(lower[start:end], _DEFAULT_REACH)
            negated.update(_following(text, words, end, reach))
    for start, end in _matches(_pattern("negation", "after", languages), lower):
        if not _within(start, end, excepted):
            reach = 1 if lower[start:end] in {"free", "frei", "fri", "vrij"} else 3
            negated.update(_preceding(text, words, start, reach))
    for match in regex.finditer(r":\s*(?:no|none|n/a)\b", lower):
        negated.update(_preceding(text, words, match.start(), 3))
    return frozenset(negated)


def related_atoms(text: str, words: Sequence[Atom], language: str = "en") -> frozenset[int]:
    """The indices of the atoms that name another product: what this one fits or resembles."""
    lower = text.lower()
    pattern = _pattern("compatibility", "", _languages(language))
    found: set[int] = set()
    for _, end in _matches(pattern, lower if len(lower) == len(text) else text):
        found.update(_following(text, words, end, 12, stop_at_comma=False))
    return frozenset(found)


def _matches(pattern: regex.Pattern[str] | None, text: str) -> list[tuple[int, int]]:
    return [match.span() for match in pattern.finditer(text)] if pattern else []


def _within(start: int, end: int, ranges: Iterable[range]) -> bool:
    return any(start in span and end - 1 in span for span in ranges)


def _following(
    text: str, words: Sequence[Atom], position: int, reach: int, *, stop_at_comma: bool = True
) -> list[int]:
    reached: list[int] = []
    previous = position
    for index, word in enumerate(words):
        if word.start < position:
            continue
        between = text[previous : word.start]
        stop = _CLAUSE_END.search(between if stop_at_comma else between.replace(",", " "))
        if stop or word.norm in _BUT or len(reached) >= reach:
            break
        reached.append(index)
        previous = word.end
    return reached


def _preceding(text: str, words: Sequence[Atom], position: int, reach: int) -> list[int]:
    reached: list[int] = []
    following = position
    for index in range(len(words) - 1, -1, -1):
        word = words[index]
        if word.end > position:
            continue
        if _CLAUSE_END.search(text[word.end : following]) or len(reached) >= reach:
            break
        reached.append(index)
        following = word.start
    return reached


@cache
def _unspaced_negators() -> tuple[tuple[str, ...], tuple[str, ...]]:
    before = _phrases("negation", "before", "zh") + _phrases("negation", "before", "ja")
    after = _phrases("negation", "after", "zh") + _phrases("negation", "after", "ja")
    return before, after


def negated_at(text: str, start: int, end: int) -> bool:
    """Whether a span of unspaced text (Chinese, Japanese) is negated right before or after."""
    before, after = _unspaced_negators()
    return text[:start].endswith(before) or text[end:].startswith(after)
