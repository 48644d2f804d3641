"""Why the others lost: what each quality adds, and the qualities that made the difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from titlewright.explaining.records import FIRST, Fallen, Part, Rival, WithoutQuality
from titlewright.records import Alternative, Contribution, TitleResult

_SAME = 5e-7  # half of the last digit that results keep


def parts(result: TitleResult) -> tuple[Part, ...]:
    """What each quality adds to the title's score, the largest first."""
    scores = {score.name: score for score in result.scores}
    found = [
        Part(
            one.name,
            one.value,
            scores[one.name].value if one.name in scores else None,
            scores[one.name].reasons if one.name in scores else (),
        )
        for one in result.contributions
    ]
    return tuple(sorted(found, key=lambda part: -abs(part.value)))


def scored(result: TitleResult) -> list[Alternative]:
    """The alternatives that were true and allowed, the best first."""
    return [one for one in result.alternatives if one.score is not None]


def rivals(result: TitleResult) -> tuple[Rival, ...]:
    """The candidates that lost by their scores, the best first."""
    return tuple(
        Rival(
            text=other.text,
            generator=other.generator,
            place=place,
            score=other.score or 0.0,
            gap=result.score - (other.score or 0.0),
            differences=_differences(result.contributions, other.contributions),
        )
        for place, other in enumerate(scored(result), FIRST + 1)
    )


def _differences(
    mine: Sequence[Contribution], theirs: Sequence[Contribution]
) -> tuple[Contribution, ...]:
    if not theirs:
        return ()
    other = _by_name(theirs)
    names = dict.fromkeys([one.name for one in mine] + [one.name for one in theirs])
    own = _by_name(mine)
    gaps = [Contribution(name, own.get(name, 0.0) - other.get(name, 0.0)) for name in names]
    return tuple(
        sorted((gap for gap in gaps if abs(gap.value) > _SAME), key=lambda gap: -abs(gap.value))
    )


def fallen(result: TitleResult) -> tuple[Fallen, ...]:
    """The candidates that came to no score, in the order in which they fell."""
    return tuple(
        Fallen(one.text, one.generator, one.reason)
        for one in result.alternatives
        if one.score is None
    )


def without_qualities(result: TitleResult) -> tuple[WithoutQuality, ...]:
    """For each quality the title that is first when it counts for nothing.

    Its contribution is left out of every title's sum; ties are settled by the text as the ranking
    settles them. Empty where there are no runner-ups or their contributions aren't known.
    """
    others = scored(result)
    if not others or not all(one.contributions for one in others):
        return ()
    titles = [(result.title, _by_name(result.contributions))]
    titles += [(one.text, _by_name(one.contributions)) for one in others]
    return tuple(
        _without(name, titles)
        for name in (one.name for one in result.contributions)
        if any(abs(added.get(name, 0.0)) > _SAME for _, added in titles)
    )


def _without(name: str, titles: Sequence[tuple[str, Mapping[str, float]]]) -> WithoutQuality:
    totals = [(sum(added.values()) - added.get(name, 0.0), text) for text, added in titles]
    order = sorted(totals, key=lambda one: (-round(one[0], 6), one[1]))
    return WithoutQuality(name, order[0][1], FIRST + order.index(totals[0]))


def _by_name(contributions: Sequence[Contribution]) -> dict[str, float]:
    return {one.name: one.value for one in contributions}
