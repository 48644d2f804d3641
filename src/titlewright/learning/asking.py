"""New titles asked for on behalf of an audience, without a word about who it is.

What a generator gets are words that were found in titles shown before, to prefer or to avoid, and
nothing else of the audience: no name of a segment, no feature, no hash. A segment asks once enough
different shoppers were seen in it; else everybody's words are asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from titlewright.learning.personal import Personal
from titlewright.learning.records import Audience, Title
from titlewright.learning.words.effects import EVERYWHERE, WordReport, learn_words
from titlewright.learning.words.hints import MOST, hints_for
from titlewright.records import Hints
from titlewright.text.private import find_private


def learn_tastes(policy: Personal, titles: Sequence[Title]) -> WordReport:
    """The effects of words in each segment that is large enough, pooled over all of them.

    Raises LearningError where there is nothing to compare yet.
    """
    return learn_words(policy.shown(titles))


def ask(
    policy: Personal, tastes: WordReport, audience: Audience, *, base: Hints | None = None,
    most: int = MOST,
) -> Hints:  # fmt: skip
    """What to ask a generator for on behalf of this audience; `base` is what else is wanted."""
    hints = base or Hints()
    large = [
        one
        for one in policy.segments(audience)
        if policy.is_large(one) and one in tastes.categories
    ]
    for segment in large or [EVERYWHERE]:
        hints = hints_for(tastes, segment, base=hints, most=most)
    start = base or Hints()
    return replace(
        hints,
        prefer=(*start.prefer, *_public(hints.prefer[len(start.prefer) :], most)),
        avoid=(*start.avoid, *_public(hints.avoid[len(start.avoid) :], most)),
    )


def _public(words: Sequence[str], most: int) -> list[str]:
    """The first of the words, without what looks like private data that stood in a title."""
    return [word for word in words if not find_private(word)][:most]
