"""What words have earned, handed back to generators: words to prefer and words to avoid.

Only what was found is handed back, and only words: they come from titles that shoppers were shown,
so nothing but titles' own words reaches a generator. What is true of a product is for its gates to
say: a word to prefer is used where the product backs it.
"""

from __future__ import annotations

from dataclasses import replace

from titlewright.learning.words.design import NOT
from titlewright.learning.words.effects import EVERYWHERE, Effect, WordReport
from titlewright.records import Hints

MOST = 8  # words of each kind: more than a title has room for only dilutes them


def hints_for(
    report: WordReport, category: str = EVERYWHERE, *, base: Hints | None = None, most: int = MOST
) -> Hints:
    """The hints for a category: words found there, then words found everywhere.

    A word that is found everywhere and shown to do the opposite here goes by what it does here; one
    whose pooled effect here has the other sign is left out. `base` is what else is asked for; its
    own words come first and are never turned into their opposite.
    """
    base = base or Hints()
    here = {one.feature: one for one in report.of(category)}
    ranked = [one for one in here.values() if one.found]
    for one in report.of(EVERYWHERE) if category != EVERYWHERE else ():
        local = here.get(one.feature)
        agrees = local is None or (local.lift > 0) == (one.lift > 0)
        if one.found and agrees and not (local and local.found):
            ranked.append(one)
    ranked = [one for one in ranked if not one.pattern]
    prefer = _words(ranked, 1, set(base.avoid) | set(base.prefer), most)
    avoid = _words(ranked, -1, set(base.prefer) | set(base.avoid) | set(prefer), most)
    return replace(base, prefer=(*base.prefer, *prefer), avoid=(*base.avoid, *avoid))


def _words(effects: list[Effect], sign: int, taken: set[str], most: int) -> list[str]:
    """The words with the largest effects of that sign; what is in a title instead of another word
    has the opposite one."""
    words: dict[str, None] = {}
    for one in sorted(effects, key=lambda one: -abs(one.lift)):
        for word in one.feature:
            if (sign * one.lift > 0) != word.startswith(NOT):
                words[word.removeprefix(NOT)] = None
    return [word for word in words if word not in taken][:most]
