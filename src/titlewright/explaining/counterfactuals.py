"""What would change the choice: the title ranked again without one of its words, or without two.

The words are those that evidence was sought for, each taken out with its seam closed as repairs
close it. What is left must pass the same gates. How likely a model finds a changed title isn't
known: what is judged by that is held at the original's, so a removal looks neither better nor worse
to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import regex

from titlewright.channels import Channel, check
from titlewright.channels.seams import cut
from titlewright.explaining.records import FIRST, GATED, Unknown, WithoutWords
from titlewright.explaining.rivals import scored
from titlewright.grounding import Grounder, Grounding
from titlewright.ranking import Weigher, rank, usual
from titlewright.records import Evidence, Hints, Product, Score, Span, TitleResult, Violation
from titlewright.scorers import Scorer
from titlewright.text.language import is_cjk

_HELD = ("agrees", "likely")  # the scores that need a model's own word for each title
_REPEATED = 2e-4  # results keep scores to 1e-4; the same ranking comes that near
_MOST_PAIRS = 66  # of twelve words
_APART = regex.compile(r"[\s,;|()\[\]、，；（）【】]")
_SAYS_NOTHING = "says nothing about the product"  # as the pipeline says it


@dataclass(frozen=True, slots=True)
class RankingSettings:
    """What titles were ranked by: the arguments of `rank`, and the user's aliases."""

    channel: Channel
    hints: Hints = field(default_factory=Hints)
    scorers: Sequence[Scorer] = ()
    weigher: Weigher | None = None
    aliases: Path | None = None


class Counterfactuals(NamedTuple):
    """The single words left out; where none of them changes the choice, the pairs that do.

    `unknown` says why nothing could be told, "" where it could.
    """

    words: tuple[WithoutWords, ...] = ()
    pairs_tried: bool = False
    unknown: Unknown = ""


def counterfactuals(
    result: TitleResult, product: Product, settings: RankingSettings
) -> Counterfactuals:
    """What becomes of the title without its words, beside the same runner-ups.

    `product` is what the pipeline saw, inferred types included. Nothing is told when ranking the
    titles as they are doesn't come to the scores they had: then something was different.
    """
    others = scored(result)
    if not others:
        return Counterfactuals(unknown="alone")
    held = [_held(result.scores), *(_held(one.scores) for one in others)]
    if any(len(some) != len(held[0]) for some in held):
        return Counterfactuals(unknown="no scores")
    again = _Again(result, [one.text for one in others], held, product, settings)
    known = [result.score, *(one.score or 0.0 for one in others)]
    if any(abs(one - other) > _REPEATED for one, other in zip(again.totals, known, strict=True)):
        return Counterfactuals(unknown="not repeated")
    words = _words(result.title, result.evidence)
    singles = again.without([(word,) for word in words])
    if any(one.changes for one in singles if one.place != GATED):
        return Counterfactuals(singles)
    sound = [word for word, one in zip(words, singles, strict=True) if one.place != GATED]
    pairs = list(combinations(sound, 2))
    if not pairs or len(pairs) > _MOST_PAIRS:
        return Counterfactuals(singles)
    changing = [one for one in again.without(again.losing(pairs)) if one.changes]
    sure = [one for one in changing if one.place != GATED]
    return Counterfactuals((*singles, *sure), pairs_tried=True)


def _held(scores: Sequence[Score]) -> tuple[Score, ...]:
    return tuple(score for score in scores if score.name in _HELD)


def _words(title: str, evidence: Sequence[Evidence]) -> list[Span]:
    """What can be taken out: spans of evidence, those of one written word together (9-Core)."""
    kept: list[Span] = []
    for item in sorted(evidence, key=lambda item: item.span):
        start, end = item.span
        if kept and (start < kept[-1].end or _is_one_word(title, kept[-1].end, start)):
            kept[-1] = Span(kept[-1].start, max(end, kept[-1].end))
        elif start < end:
            kept.append(item.span)
    return kept


def _is_one_word(title: str, end: int, start: int) -> bool:
    """Whether nothing parts two spans: no space or comma, and no script written without them."""
    return not _APART.search(title[end:start]) and not (
        is_cjk(title[end - 1]) or is_cjk(title[start])
    )


class _Title(NamedTuple):
    text: str
    grounding: Grounding
    held: tuple[Score, ...]


class _Again:
    """One product's ranking done again with further titles; `totals` are those as they are."""

    def __init__(
        self,
        result: TitleResult,
        others: Sequence[str],
        held: Sequence[tuple[Score, ...]],
        product: Product,
        settings: RankingSettings,
    ) -> None:
        self.title = result.title
        self.others = others
        self._held = held[0]
        self._product = product
        self._settings = settings
        self._grounder = Grounder(product, aliases=settings.aliases)
        self._standing = [
            _Title(text, self._grounder.ground(text), score)
            for text, score in zip((result.title, *others), held, strict=True)
        ]
        self.totals = self._weigh(self._standing)

    def without(self, removals: Sequence[Sequence[Span]]) -> tuple[WithoutWords, ...]:
        """What becomes of the title without each of these sets of spans, in their order.

        All are ranked in one call. Only those that stay true and allowed have a place.
        """
        texts = [_cut(self.title, gone) for gone in removals]
        groundings = [self._grounder.ground(text) for text in texts]
        titles = [_Title(*pair, self._held) for pair in zip(texts, groundings, strict=True)]
        found = zip(removals, titles, self._totals(titles), strict=True)
        return tuple(self._fate(gone, title, total) for gone, title, total in found)

    def losing(self, removals: Sequence[Sequence[Span]]) -> list[Sequence[Span]]:
        """Those after which another title is ahead, the rest of the evidence taken as it was.

        Grounding is what takes the time: it is left to the few that come to something.
        """
        titles = [_Title(_cut(self.title, gone), self._rest(gone), self._held) for gone in removals]
        found = zip(removals, titles, self._totals(titles), strict=True)
        return [gone for gone, title, total in found if self._ahead(title.text, total)]

    def _rest(self, gone: Sequence[Span]) -> Grounding:
        """The original's evidence less the spans that are gone; only its kinds are looked at."""
        whole = self._standing[0].grounding
        kept = tuple(
            item
            for item in whole.evidence
            if not any(span.start <= item.span.start < span.end for span in gone)
        )
        return Grounding(whole.title, kept, len(kept))

    def _totals(self, titles: Sequence[_Title]) -> list[float]:
        return self._weigh([*self._standing, *titles])[len(self._standing) :]

    def _ahead(self, text: str, total: float) -> list[str]:
        """The others that are then before it, the best first."""
        return [
            other
            for other, theirs in zip(self.others, self.totals[1:], strict=True)
            if (-round(theirs, 9), other) < (-round(total, 9), text)
        ]

    def _fate(self, gone: Sequence[Span], title: _Title, total: float) -> WithoutWords:
        words = tuple(self.title[slice(*span)] for span in gone)
        fate = WithoutWords(words, title.text, GATED, self.others[0])
        for place, other in enumerate(self.others, FIRST):
            if other.casefold() == title.text.casefold():
                return replace(fate, place=place, score=self.totals[place], twin=True)
        if title.grounding.unsupported or not title.grounding.content_units:
            lost = title.grounding.unsupported
            problem = f"{lost[0].text}: {lost[0].reason}" if lost else _SAYS_NOTHING
            return replace(fate, gate="truth", problem=problem)
        if broken := self._broken(title.text):
            return replace(fate, gate="rule", problem=broken.message, rule=broken.rule)
        ahead = self._ahead(title.text, total)
        first = ahead[0] if ahead else title.text
        return replace(fate, place=FIRST + len(ahead), first=first, score=total)

    def _broken(self, text: str) -> Violation | None:
        found = check(self._settings.channel, text, self._product)
        return next((one for one in found if one.severity == "error"), None)

    def _weigh(self, titles: Sequence[_Title]) -> list[float]:
        settings = self._settings
        weigher = settings.weigher or usual(settings.channel)
        hints = replace(
            settings.hints, unit=settings.channel.unit, unit_weight=settings.channel.weight
        )
        ranked = rank(
            self._product,
            [(title.text, title.grounding) for title in titles],
            settings.channel,
            hints=hints,
            scorers=settings.scorers,
            weigher=weigher,
        )
        scores = {one.place: one.scores for one in ranked}
        held = [_with_held(scores[place], title.held) for place, title in enumerate(titles)]
        return [sum(part.value for part in parts) for parts in weigher.weigh(held)]


def _with_held(scores: Sequence[Score], held: Sequence[Score]) -> tuple[Score, ...]:
    """The scores with those held where `rank` puts them: after what was asked."""
    asked = [score for score in scores if score.name == "asked"]
    return (*asked, *held, *scores[len(asked) :])


def _cut(title: str, spans: Sequence[Span]) -> str:
    for span in sorted(spans, reverse=True):
        title = cut(title, *span)
    return title
