"""What the store counted of an experiment's arms, told by the titles that were shown.

A feed's shoppers aren't seen one by one: reports say how often each product was shown on a day, and
most of them with which title. So whatever period a title was shown in, it counts for its arm.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from titlewright.errors import LearningError
from titlewright.learning.experiments.scheduling import Arms
from titlewright.learning.store import Counts, EventStore
from titlewright.learning.titles import plain_title

COUNTED = ("impressions", "clicks", "carts", "purchases", "value")
_MOST_ASKED = 10_000  # products that a database is asked for by name


@dataclass(frozen=True, slots=True)
class Counted:
    """Counts by product and arm, in the order of COUNTED; `others` are impressions of these
    products with titles that are in no arm."""

    arms: Mapping[tuple[str, str], tuple[float, ...]]
    others: float


def count_arms(
    store: EventStore, arms: Arms, start: float = 0.0, end: float = float("inf"), source: str = ""
) -> Counted:
    """Counts from `start` and before `end` (seconds since 1970), of one source.

    Where a report names no titles, what it says of a product counts for the product's only arm.

    Raises LearningError where several sources have counts and none is named, or nothing counts.
    """
    asked = list(arms.titles) if len(arms.titles) <= _MOST_ASKED else None
    ids: dict[str, dict[str, str]] = defaultdict(dict)  # product: title's id: arm
    for title in store.titles(asked):
        arm = _arms_by_text(arms, title.product_id).get(plain_title(title.text))
        if arm is not None:
            ids[title.product_id][title.id] = arm
    every = [one for one in store.counts(start, end, products=asked, by=["source"])
             if one.product_id in arms.titles and source in ("", one.source)]  # fmt: skip
    sources = sorted({one.source for one in every})
    if len(sources) > 1:
        raise LearningError(
            f"There are counts of {', '.join(sources)}, which don't compare. Name one of them."
        )
    sums: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0] * len(COUNTED))
    others = 0.0
    for one in every:
        arm = _arm(one, arms, ids[one.product_id])
        if arm is None:
            others += one.impressions
            continue
        into = sums[one.product_id, arm]
        for at, name in enumerate(COUNTED):
            into[at] += getattr(one, name)
    if not sums:
        raise LearningError(
            "Nothing was counted of these titles in that time. Import a report that was made while "
            "they stood in the feed: titlewright feedback import FILE"
        )
    return Counted({key: tuple(sums[key]) for key in sorted(sums)}, others)


def _arms_by_text(arms: Arms, product: str) -> dict[str, str]:
    return {plain_title(text): arm for arm, text in arms.titles.get(product, {}).items()}


def _arm(one: Counts, arms: Arms, ids: Mapping[str, str]) -> str | None:
    if one.title_id:
        return ids.get(one.title_id)
    own = arms.titles[one.product_id]
    return next(iter(own)) if len(own) == 1 else None
