"""What surrounds a word: negation ("not waterproof"), and relations to other products ("fits HP").

Both are read per field, once, into sets of atom positions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

import regex

from titlewright.grounding.function_words import is_function_word
from titlewright.text.lexicon import load_lexicon
from titlewright.text.words import Atom, atoms, fold, simplified

_CLAUSE_END = regex.compile(r"[.;:!?,\n|•()\[\]。；：！？，、（）]|\s[-–—]\s")
_LABEL_SAYS_NO = regex.compile(r":\s*(?:no|none|n/a)\s*(?=[.,;|\n]|$)")
_UNSPACED_CLAUSE_END = regex.compile(r"[，。；！？,.;!?\n|]")
_NEGATED_VALUES = frozenset(
    {"no", "false", "none", "n", "0", "not included", "nein", "non", "aucun", "falsch", "ninguno",
     "nessuno", "não", "nee", "tidak", "否", "无", "無", "不", "なし", "不支持", "without"}
)  # fmt: skip
_AFFIRMED_VALUES = frozenset(
    {"yes", "true", "y", "1", "ja", "oui", "sí", "si", "sim", "ya", "是", "有"}
)
# How many words a negation reaches over; "non-" binds to one word only.
_REACH = {
    "instead of": 1,
    "rather than": 1,
    "unlike": 1,
    "other than": 1,
    "except": 1,
    "non": 1,
    "zero": 1,
    "no": 2,
    "free of": 4,
    "free from": 4,
    "without": 4,
}
_DEFAULT_REACH = 3
_REACH_UNSPACED = 8  # characters, no fewer than in the longest negator
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
        for word in _phrases(lexicon, "" if table == "strict" else table, language)
        if not (table == "after" and word in _ONLY_AS_VALUE)
        and not (table == "strict" and is_function_word(word, language))
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


def _may_negate(words: Sequence[Atom], languages: tuple[str, ...]) -> bool:
    """A quick look, since most titles negate nothing: is the first word of any negation there?"""
    openers = _negation_openers(languages)
    return any(word.norm in openers for word in words)


@cache
def _negation_openers(languages: tuple[str, ...]) -> frozenset[str]:
    phrases = (
        phrase
        for table in ("before", "after")
        for language in languages
        for phrase in _phrases("negation", table, language)
    )
    return frozenset(first.norm for phrase in phrases for first in atoms(phrase)[:1])


class Negations(NamedTuple):
    """Indices of atoms: all that a negation reaches, those right beside one, and the negators."""

    reached: frozenset[int]
    nearest: frozenset[int]
    negators: frozenset[int]


_NOTHING_NEGATED = Negations(frozenset(), frozenset(), frozenset())


def negations(text: str, words: Sequence[Atom], language: str = "en") -> Negations:
    """What is negated in a text, and by which words ("not", "without", "free")."""
    lower = text.lower()
    if len(lower) != len(text):  # a few characters change length in lower case
        lower = text
    languages = _languages(language)
    if not _may_negate(words, languages):
        return _NOTHING_NEGATED
    exceptions = _matches(_pattern("negation", "exceptions", languages), lower)
    excepted = [range(start, end) for start, end in exceptions]
    negated: set[int] = set()
    nearest: set[int] = set()
    markers: set[int] = set()

    def negate(start: int, end: int, reached: list[int]) -> None:
        negated.update(reached)
        content = [i for i in reached if not is_function_word(words[i].norm, "en")]
        nearest.update(content[:1])
        if reached:
            markers.update(
                index for index, word in enumerate(words) if start <= word.start and word.end <= end
            )

    negator = _pattern("negation", "before", languages)
    for start, end in exceptions:  # "non-stick" says nothing of its own about "stick"
        opening = negator.match(lower, start, end) if negator else None
        inner = [
            index
            for index, word in enumerate(words)
            if opening and opening.end() <= word.start and word.end <= end and word.text.isalpha()
        ]
        negated.update(inner)
        nearest.update(inner)
        if opening and inner:
            markers.update(i for i, word in enumerate(words) if start <= word.start < opening.end())
    before = _matches(negator, lower)
    after = _matches(_pattern("negation", "after", languages), lower)
    after = [span for span in after if span not in before]
    for start, end in before:  # "not" of "not included" looks back, not forward
        if any(end - 1 in span for span in excepted):  # "is not" of "is not only" too
            continue
        if not _within(start, end, [range(*span) for span in after]):
            reach = _REACH.get(lower[start:end], _DEFAULT_REACH)
            negate(start, end, _following(text, words, end, reach))
    for start, end in after:  # "free" of "free of" looks forward, not back
        if not _within(start, end, [*excepted, *(range(*span) for span in before)]):
            reach = 1 if lower[start:end] in {"free", "frei", "fri", "vrij"} else 3
            negate(start, end, _preceding(text, words, start, reach))
    for match in _LABEL_SAYS_NO.finditer(lower):
        negated.update(_preceding(text, words, match.start(), 3))
    return Negations(frozenset(negated - markers), frozenset(nearest - markers), frozenset(markers))


def related_atoms(
    text: str, words: Sequence[Atom], language: str = "en", *, strict: bool = False
) -> frozenset[int]:
    """The indices of the atoms that name another product: what this one fits or resembles.

    `strict` leaves out what a lone preposition relates ("for women" says who, not what it fits).
    """
    lower = text.lower()
    pattern = _pattern("compatibility", "strict" if strict else "", _languages(language))
    found: set[int] = set()
    for _, end in _matches(pattern, lower if len(lower) == len(text) else text):
        found.update(_following(text, words, end, 5, stop_at_comma=False))
    return frozenset(found)


def _matches(pattern: regex.Pattern[str] | None, text: str) -> list[tuple[int, int]]:
    return [match.span() for match in pattern.finditer(text)] if pattern else []


def _within(start: int, end: int, ranges: Iterable[range]) -> bool:
    return any(start in span and end - 1 in span for span in ranges)


def _following(
    text: str, words: Sequence[Atom], position: int, reach: int, *, stop_at_comma: bool = True
) -> list[int]:
    reached: list[int] = []
    content = 0
    previous = position
    for index, word in enumerate(words):
        if word.start < position:
            continue
        between = text[previous : word.start]
        stop = _CLAUSE_END.search(between if stop_at_comma else between.replace(",", " "))
        if stop or word.norm in _BUT or content >= reach:
            break
        reached.append(index)
        content += not is_function_word(word.norm, "en")
        previous = word.end
    return reached


def _preceding(text: str, words: Sequence[Atom], position: int, reach: int) -> list[int]:
    reached: list[int] = []
    content = 0
    following = position
    for index in range(len(words) - 1, -1, -1):
        word = words[index]
        if word.end > position:
            continue
        if _CLAUSE_END.search(text[word.end : following]) or content >= reach:
            break
        reached.append(index)
        content += not is_function_word(word.norm, "en")
        following = word.start
    return reached


@cache
def _negators_before() -> tuple[str, ...]:
    phrases = _phrases("negation", "before", "zh") + _phrases("negation", "before", "ja")
    return tuple(map(simplified, phrases))


@cache
def _negated_after() -> regex.Pattern[str]:
    """Chinese verbs look back only at the end of a clause: 电池不含, yet 玩具不含电池."""
    chinese, japanese = (
        "|".join(regex.escape(simplified(phrase)) for phrase in _phrases("negation", "after", code))
        for code in ("zh", "ja")
    )
    return regex.compile(
        rf"[はがもを]?(?:{japanese})|(?:{chinese})(?=$|[\s的、）)]|{_UNSPACED_CLAUSE_END.pattern})"
        rf"|\s?[（(](?:{japanese}|{chinese})[）)]"
    )


@cache
def _unspaced_relations() -> regex.Pattern[str]:
    words = _phrases("compatibility", "", "zh") + _phrases("compatibility", "", "ja")
    return regex.compile("|".join(map(regex.escape, sorted(words, key=len, reverse=True))))


def related_at(text: str, start: int) -> bool:
    """Whether unspaced text names another product here: 适用于华为 ("fits Huawei")."""
    clause = _UNSPACED_CLAUSE_END.split(text[max(0, start - 16) : start])[-1]
    return _unspaced_relations().search(clause) is not None


def negated_at(text: str, start: int, end: int) -> bool:
    """Whether a span of unspaced text (Chinese, Japanese) is negated right before or after."""
    if text[max(0, start - _REACH_UNSPACED) : start].endswith(_negators_before()):
        return True
    return _negated_after().match(text, end) is not None
