"""What words have earned, handed back to generators: words to prefer and words to avoid.

Only what was found is handed back, and only words: they come from titles that shoppers were shown,
so nothing but titles' own words reaches a generator. What is true of a product is for its gates to
say: a word to prefer is used where the product backs it. Words that keep a title true ("used",
"compatible") are never avoided, whatever they cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from titlewright.channels.worth import QUALIFIERS
from titlewright.learning.words.design import NOT
from titlewright.learning.words.effects import EVERYWHERE, Effect, WordReport
from titlewright.records import Hints
from titlewright.text.private import find_private

_ALIKE = 0.5  # of the effect everywhere
MOST = 8  # words of each kind: more than a title has room for only dilutes them


def hints_for(
    report: WordReport, category: str = EVERYWHERE, *, base: Hints | None = None, most: int = MOST
) -> Hints:
    """The hints for a category: words found there, then words found everywhere.

    A word that is found everywhere and shown to do the opposite here goes by what it does here; one
    whose effect here, drawn to everywhere's as it is, isn't half of that is left out. `base` is
    what else is asked for.
    """
    here = {one.feature: one for one in report.of(category)}
    ranked = [one for one in here.values() if one.found]
    for one in report.of(EVERYWHERE) if category != EVERYWHERE else ():
        local = here.get(one.feature)
        agrees = local is None or local.lift * one.lift > _ALIKE * one.lift**2
        if one.found and agrees and not (local and local.found):
            ranked.append(one)
    ranked = [one for one in ranked if not one.pattern]
    return add_words(base or Hints(), _words(ranked, 1), _words(ranked, -1), most=most)


def add_words(
    base: Hints, prefer: Sequence[str], avoid: Sequence[str], *, most: int = MOST
) -> Hints:
    """The first of the words that `base` doesn't name, after its own, which are never turned into
    their opposite; nor is a word to prefer."""
    taken = {word.casefold() for word in (*base.prefer, *base.avoid)}
    wanted = [word for word in prefer if word not in taken][:most]
    unwanted = [word for word in avoid if word not in taken and word not in wanted][:most]
    return replace(base, prefer=(*base.prefer, *wanted), avoid=(*base.avoid, *unwanted))


def _words(effects: list[Effect], sign: int) -> list[str]:
    """The words with the largest effects of that sign; what is in a title instead of another word
    has the opposite one. What looks like private data that stood in a title isn't among them."""
    words: dict[str, None] = {}
    for one in sorted(effects, key=lambda one: -abs(one.lift)):
        for word in one.feature:
            if (sign * one.lift > 0) != word.startswith(NOT):
                words[word.removeprefix(NOT)] = None
    return [word for word in words
            if not find_private(word) and not (sign < 0 and word in QUALIFIERS)]  # fmt: skip
