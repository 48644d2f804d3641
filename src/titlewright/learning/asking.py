"""New titles asked for on behalf of an audience, without a word about who it is.

What a generator gets are words that were found in titles shown before, to prefer or to avoid, and
nothing else of the audience: no name of a segment, no feature, no hash. A segment asks once enough
different shoppers were seen in it; else everybody's words are asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from titlewright.errors import LearningError
from titlewright.learning.personal import Personal
from titlewright.learning.records import Audience, Title
from titlewright.learning.words.effects import EVERYWHERE, WordReport, learn_words
from titlewright.learning.words.hints import MOST, add_words, hints_for
from titlewright.records import Hints


def learn_tastes(policy: Personal, titles: Sequence[Title]) -> WordReport:
    """The effects of words everywhere, by each impression once, and in each segment that is large
    enough, pooled over all of these.

    Raises LearningError where there is nothing to compare yet.
    """
    everywhere = learn_words(policy.shown_to_all(titles))
    try:
        segments = learn_words(policy.shown(titles)).effects
    except LearningError:  # none of them has anything to compare yet
        segments = ()
    own = [one for one in segments if one.category != EVERYWHERE]
    return replace(everywhere, effects=(*everywhere.effects, *own))


def ask(
    policy: Personal, tastes: WordReport, audience: Audience, *, base: Hints | None = None,
    most: int = MOST,
) -> Hints:  # fmt: skip
    """What to ask a generator for on behalf of this audience; `base` is what else is wanted.

    Of several segments the first one's words come first.
    """
    large = [
        one
        for one in policy.segments(audience)
        if policy.is_large(one) and one in tastes.categories
    ]
    told = [hints_for(tastes, segment, most=most) for segment in large or [EVERYWHERE]]
    prefer = [word for hints in told for word in hints.prefer]
    avoid = [word for hints in told for word in hints.avoid]
    return add_words(base or Hints(), list(dict.fromkeys(prefer)), list(dict.fromkeys(avoid)),
                     most=most)  # fmt: skip
