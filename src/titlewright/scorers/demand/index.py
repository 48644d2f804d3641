"""Which of many searches could be true of a product, without reading each: an inverted index.

All keys of a search have to be among the product's (see `keys`). Each search is filed under the
rarest of its keys alone, and is looked at only for products that have this one: the prefix filter
of set containment (Chaudhuri, Ganti and Kaushik 2006).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet


class TermIndex:
    """Searches by number, each with the keys that a product must have; none finds one without."""

    def __init__(self, keys: Sequence[frozenset[str]]) -> None:
        counts = Counter(key for some in keys for key in some)
        self._keys = keys
        self._filed: dict[str, list[int]] = defaultdict(list)
        for number, some in enumerate(keys):
            if some:
                self._filed[min(some, key=lambda key: (counts[key], key))].append(number)

    def within(self, keys: AbstractSet[str]) -> Iterator[int]:
        """The numbers of the searches whose keys are all among these, in no particular order."""
        for key in keys & self._filed.keys():
            yield from (number for number in self._filed[key] if self._keys[number] <= keys)
