"""Whether products are found by their titles alone, before and after.

With people's judgments of queries: nDCG@10 and MRR (findability.py). Without them a stand-in,
known-item search: a query is made of a product's own facts, and counts by how high that product
comes (its reciprocal rank). No shopper wrote such a query: the stand-in shows whether titles tell
products apart by their facts, not whether they are found.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence

from titlewright.evaluation.findability import Judgments, find_scores
from titlewright.evaluation.results.tallies import BeforeAfter, Part
from titlewright.records import JsonObject
from titlewright.text.text_block import TextBlock

QUERIES = 2000  # products searched for at most, drawn evenly; all compete
Labels = tuple[str, str, str]


def drawn_by(row: int) -> int:
    """A number from 0 to 2**32 - 1 that orders rows evenly and the same way every time."""
    return row * 0x9E3779B1 & 0xFFFFFFFF


class Searches:
    """Takes titles one by one and keeps them as bytes; the answers come at the end."""

    def __init__(self) -> None:
        self._ids = TextBlock()
        self._before, self._after = TextBlock(), TextBlock()
        self._count = 0
        self._drawn: list[tuple[int, int, str, Labels]] = []  # (-priority, place, query, labels)

    def add(self, row: int, product_id: str, before: str, after: str) -> None:
        self._ids.append(product_id or f"row-{row}")
        self._before.append(before)
        self._after.append(after)
        self._count += 1

    def ask(self, row: int, query: str, labels: Labels) -> None:
        """A query that looks for the product added last."""
        item = (-drawn_by(row), self._count - 1, query, labels)
        push = heapq.heappush if len(self._drawn) < QUERIES else heapq.heappushpop
        push(self._drawn, item)

    def judged(self, judgments: Judgments, seed: int) -> JsonObject:
        """{"ndcg10", "mrr"} over the queries that have a relevant product among the results."""
        ids = [self._ids[place] for place in range(self._count)]
        before, after = (find_scores(ids, titles, judgments) for titles in self._titles())
        ndcg, rank = BeforeAfter(), BeforeAfter()
        for query, (gain, first) in before.items():
            ndcg.add(Part(round(gain, 4)), Part(round(after[query][0], 4)))
            rank.add(Part(first), Part(after[query][1]))
        return {"ndcg10": ndcg.figures(seed), "mrr": rank.figures(seed)}

    def known_items(self) -> list[tuple[Labels, Part, Part]]:
        """For each product searched for: its labels, its reciprocal rank before and after.

        Products that state the same facts share a query; any of them may answer it.
        """
        wanted: dict[str, dict[str, float]] = {}
        for _, place, query, _ in self._drawn:
            wanted.setdefault(query, {})[str(place)] = 1.0
        places = [str(place) for place in range(self._count)]
        before, after = (find_scores(places, titles, wanted) for titles in self._titles())
        return [
            (labels, Part(before[query][1]), Part(after[query][1]))
            for _, _, query, labels in sorted(self._drawn, key=lambda item: item[1])
        ]

    def _titles(self) -> Sequence[list[str]]:
        return [[block[n] for n in range(self._count)] for block in (self._before, self._after)]


def known_item_figures(found: Sequence[tuple[Labels, Part, Part]], seed: int) -> JsonObject:
    """{"mrr", "first"}: the mean reciprocal rank, and the share of products that come first."""
    rank, first = BeforeAfter(), BeforeAfter()
    for _, before, after in found:
        rank.add(before, after)
        first.add(Part(before.above == 1), Part(after.above == 1))
    return {"mrr": rank.figures(seed), "first": first.figures(seed)}
