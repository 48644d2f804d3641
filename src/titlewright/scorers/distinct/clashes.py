"""Products that ended with the same title."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from titlewright.text.words import fold


class Clash(NamedTuple):
    """A title, as first written, and the ids of the products that have it, in the feed's order."""

    title: str
    ids: tuple[str, ...]


def clashes(titles: Iterable[tuple[str, str]]) -> list[Clash]:
    """The titles that several products have, of pairs (product id, title); the largest first.

    Case and runs of spaces make no difference; empty titles clash with none.
    """
    ids: dict[str, list[str]] = defaultdict(list)
    written: dict[str, str] = {}
    for product_id, title in titles:
        key = fold(" ".join(title.split()))
        if key:
            ids[key].append(product_id)
            written.setdefault(key, title)
    found = [Clash(written[key], tuple(group)) for key, group in ids.items() if len(group) > 1]
    return sorted(found, key=lambda clash: (-len(clash.ids), clash.title))
