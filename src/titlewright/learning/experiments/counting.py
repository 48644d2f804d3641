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
from titlewright.learning.records import Title
from titlewright.learning.store import EVENTS, Counts, EventStore
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

    Raises LearningError where several sources have counts and none is named, a title is that of two
    arms, or nothing counts.
    """
    asked = list(arms.titles) if len(arms.titles) <= _MOST_ASKED else None
    every = [one for one in store.counts(start, end, products=asked, by=["source"])
             if one.product_id in arms.titles and source in ("", one.source)]  # fmt: skip
    sources = sorted({one.source for one in every})
    if len(sources) > 1:
        raise LearningError(
            f"There are counts of {', '.join(sources)}, which don't compare. Name one of them."
        )
    ids: dict[str, dict[str, str]] = defaultdict(dict)  # product: title's id: arm
    unclear: dict[str, list[str]] = {}  # product: arms
    for title in store.titles(asked):
        found = _arms_of_title(arms, title, as_it_stands=sources == [EVENTS])
        if len(found) == 1:
            ids[title.product_id][title.id] = found[0]
        elif found:
            unclear[title.product_id] = found
    if unclear:
        product, found = next(iter(unclear.items()))
        raise LearningError(
            f"{len(unclear)} products, such as {product!r}, were shown with one title of the arms "
            f"{' and '.join(map(repr, found))}: what came of it can't be told apart. Reports know "
            "no case. Leave these products out."
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


def _arms_of_title(arms: Arms, title: Title, *, as_it_stands: bool) -> list[str]:
    """The arms whose title this is, in the same case first if that was recorded: reports may have
    none, so they are imported without."""
    told = arms.titles.get(title.product_id, {})
    for alike in (_one_spaced, plain_title) if as_it_stands else (plain_title,):
        if found := [arm for arm, text in told.items() if alike(text) == alike(title.text)]:
            return found
    return []


def _one_spaced(text: str) -> str:
    return " ".join(text.split())


def _arm(one: Counts, arms: Arms, ids: Mapping[str, str]) -> str | None:
    if one.title_id:
        return ids.get(one.title_id)
    own = arms.titles[one.product_id]
    return next(iter(own)) if len(own) == 1 else None
