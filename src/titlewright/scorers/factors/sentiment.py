"""Sentiment: what feeling the words of a title carry, from a lexicon for English and Chinese.

0.5 is neutral: no such word, or as much for as against. With n words whose polarities (1 and -1
for strong ones, half of that for others) add up to s, the value is 0.5 + s / 2(n + 1). A negation
turns a word round at half its strength: "no rust" is mildly good, "not great" mildly bad. So does
what takes a nuisance away: "odour control", "anti-ageing", 抗皱.
It tells a tone, no quality: praise that any seller could write is positive here too.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from titlewright.channels.case import Case
from titlewright.channels.kinds.base import without_overlaps
from titlewright.channels.phrases import PhraseIndex
from titlewright.grounding.context import negated_at, negations
from titlewright.records import Product, Score, Span
from titlewright.scorers.factors.base import Factor, quoted
from titlewright.scorers.wording import language_of
from titlewright.text.lexicon import load_lexicon
from titlewright.text.words import Atom, atoms, simplified

POLARITIES = {
    "strongly_positive": 1.0, "positive": 0.5, "negative": -0.5, "strongly_negative": -1.0,
}  # fmt: skip
_TURNED = -0.5
_REACH = 2  # words over which "anti" or "reduces" looks ahead


class Sentiment(Factor):
    name = "sentiment"

    def judge(self, product: Product, title: str) -> Score:
        language = language_of(product, title)
        if language not in ("en", "zh"):
            return Score(self.name, 0.5, ("there is a lexicon for English and Chinese only",))
        found = polarities(title, language)
        if not found:
            return Score(self.name, 0.5, ("neutral words",))
        total = sum(polarity for _, polarity in found)
        good = [word for word, polarity in found if polarity > 0]
        bad = [word for word, polarity in found if polarity < 0]
        reasons = [f"pleasant: {quoted(good)}"] if good else []
        reasons += [f"unpleasant: {quoted(bad)}"] if bad else []
        return Score(self.name, 0.5 + total / (2 * (len(found) + 1)), tuple(reasons))


def polarities(title: str, language: str) -> list[tuple[str, float]]:
    """The words of the title that carry a feeling, left to right, each with its polarity."""
    text = simplified(title) if language == "zh" else title
    marked = Case(text, None, _index(language)).phrases
    polarity = {span: POLARITIES[key] for key, spans in marked.items() for span in spans}
    kept = without_overlaps(list(polarity))
    bad = [span for span in kept if polarity[span] < 0]
    turned = _negated(text, kept, language) | _taken_away(text, bad, language)
    return [
        (title[slice(*span)], polarity[span] * (_TURNED if span in turned else 1.0))
        for span in kept
    ]


def _negated(text: str, spans: list[Span], language: str) -> set[Span]:
    if language == "zh":
        return {span for span in spans if negated_at(text, span.start, span.end)}
    words = atoms(text)
    reached = negations(text, words, language).reached
    return {span for span in spans if not reached.isdisjoint(_within(words, span))}


def _taken_away(text: str, nuisances: list[Span], language: str) -> set[Span]:
    """Nuisances beside a word that takes them away."""
    lexicon = load_lexicon("sentiment")
    ahead, behind = lexicon[f"{language}.against_before"], lexicon.get(f"{language}.against_after")
    if language == "zh":
        return {span for span in nuisances if text[: span.start].endswith(ahead)}
    words = atoms(text)
    found = set()
    for span in nuisances:
        places = _within(words, span)
        before = {word.norm for word in words[max(0, places[0] - _REACH) : places[0]]}
        after = {word.norm for word in words[places[-1] + 1 : places[-1] + 2]}
        if not (before.isdisjoint(ahead) and after.isdisjoint(behind or ())):
            found.add(span)
    return found


def _within(words: Sequence[Atom], span: Span) -> list[int]:
    """Indices of the words that a span touches."""
    return [at for at, word in enumerate(words) if word.start < span.end and span.start < word.end]


@cache
def _index(language: str) -> PhraseIndex:
    lexicon = load_lexicon("sentiment")
    index = PhraseIndex()
    for key in POLARITIES:
        index.add(key, lexicon[f"{language}.{key}"])
    return index
