"""Distinctness as a Score: the share of what tells a product from its siblings that a title says.

A title that a sibling has now scores 0. A product without siblings scores 1 with any title, one
that nothing tells apart 0.5 with its own title and with new ones. Built once for a feed: what is
made in a batch beside it changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from titlewright.feeds import Feed, open_feed
from titlewright.feeds.groups import group_ids
from titlewright.records import Candidate, Product, Reject, Score
from titlewright.scorers.distinct.siblings import sibling_groups
from titlewright.scorers.distinct.telling import Telling, says, telling
from titlewright.text.words import squeeze

_SHOWN = 3  # values in a reason


@dataclass(frozen=True, slots=True)
class Member:
    """A product with siblings.

    siblings  how many others there are
    telling   the named values that tell it from some of them
    title     its present title, squeezed
    titles    the present titles of the whole group, squeezed, each with how many have it
    """

    siblings: int
    telling: Telling
    title: str
    titles: Mapping[str, int]


class DistinctScorer:
    """Scores by the products of one feed; others have no siblings."""

    name = "distinct"

    def __init__(self, members: Mapping[str, Member]) -> None:
        self._members = members

    @property
    def members(self) -> Mapping[str, Member]:
        """The products with siblings, by id."""
        return self._members

    @classmethod
    def of(cls, products: Iterable[Product], groups: Mapping[str, str] | None = None) -> Self:
        """The scorer for these products, which are gone through twice.

        `groups` names groups of variants by product id. Of products with one id the first counts;
        those without an id can't be found again and are left out.
        """
        found = sibling_groups(products, groups or {})
        wanted = {place for group in found for place in group}
        kept = {place: product for place, product in enumerate(products) if place in wanted}
        members: dict[str, Member] = {}
        for group in found:
            for product_id, member in _members([kept[place] for place in group]):
                members.setdefault(product_id, member)
        return cls(members)

    @classmethod
    def of_feed(cls, path: Path, columns: Mapping[str, str] | None = None) -> Self:
        """The scorer for a feed on disk. Raises FeedError when it can't be read."""
        feed = open_feed(path, columns=columns)
        return cls.of(_Products(feed), group_ids(feed))

    def score(
        self,
        product: Product,
        candidates: Sequence[Candidate],
        audience: str | None = None,  # noqa: ARG002 - what is the same is so for everybody
    ) -> list[Score]:
        member = self._members.get(product.id)
        return [self._score(member, candidate.text) for candidate in candidates]

    def _score(self, member: Member | None, title: str) -> Score:
        if member is None:
            return Score(self.name, 1.0, ("no other product of the feed is like it",))
        others = _counted(member.siblings)
        own = squeeze(title) == member.title
        if _had_by_sibling(member, title) and not (own and not member.telling):
            return Score(self.name, 0.0, ("a product like it has this title",))
        if not member.telling:
            return Score(self.name, 0.5, (f"nothing in the feed tells it from {others} like it",))
        missing = tuple(fact for fact in member.telling if not says(title, fact[1]))
        value = 1 - len(missing) / len(member.telling)
        if missing:
            reason = f"doesn't say what tells it from {others} like it: {_shown(missing)}"
        else:
            reason = f"says what tells it from {others} like it: {_shown(member.telling)}"
        return Score(self.name, value, (reason,))


class _Products:
    """The products of a feed, read anew each time."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed

    def __iter__(self) -> Iterator[Product]:
        for row in self._feed:
            if not isinstance(row, Reject) and row.titled:
                yield row.product


def _members(products: Sequence[Product]) -> Iterator[tuple[str, Member]]:
    titles = Counter(squeeze(product.title) for product in products if product.title)
    for product, facts in zip(products, telling(products), strict=True):
        if product.id:
            yield product.id, Member(len(products) - 1, facts, squeeze(product.title), titles)


def _had_by_sibling(member: Member, title: str) -> bool:
    said = squeeze(title)
    return bool(said) and member.titles.get(said, 0) > (said == member.title)


def _counted(others: int) -> str:
    return "another product" if others == 1 else f"{others} others"


def _shown(facts: Telling) -> str:
    named = [
        name if name.startswith("“") else f"{name.replace('_', ' ')} “{value}”"
        for name, value in facts[:_SHOWN]
    ]
    return ", ".join(named)
