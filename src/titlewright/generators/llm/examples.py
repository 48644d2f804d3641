"""The user's own good titles as examples: the few that lie nearest to a product.

Near is what shares rare words and the category; the same product always gets the same examples.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from titlewright.errors import FeedError
from titlewright.records import Example, Product, Reject
from titlewright.text.words import atoms

_MOST = 20_000  # examples that are looked through; more only cost time and memory
_LONGEST = 2000  # code points of a description that are compared
_SAME_CATEGORY = 3.0  # as much as a word that one in twenty examples holds


class ExamplePool:
    """Examples that can be asked for the nearest to a product."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self.examples = tuple(examples)
        self._holders: dict[str, list[int]] = defaultdict(list)
        for index, example in enumerate(self.examples):
            for word in _words(example.product):
                self._holders[word].append(index)

    def nearest(self, product: Product, count: int) -> list[Example]:
        """The nearest, the very nearest last, where a model heeds it most; never the product."""
        if not self.examples or count < 1:
            return []
        scores: dict[int, float] = defaultdict(float)
        for word in sorted(_words(product)):
            holders = self._holders.get(word, ())
            for index in holders:
                scores[index] += math.log(1 + len(self.examples) / len(holders))
        for index in list(scores):
            if product.category and self.examples[index].product.category == product.category:
                scores[index] += _SAME_CATEGORY
        ranked = sorted(scores, key=lambda index: (-round(scores[index], 9), index))
        chosen: list[Example] = []
        for index in ranked:
            example = self.examples[index]
            if not _same(example.product, product) and example.title not in {
                other.title for other in chosen
            }:
                chosen.append(example)
            if len(chosen) == count:
                break
        return chosen[::-1]


def read_pool(data: Path) -> ExamplePool:
    """The examples of a prepared folder's train part, or of a feed with titles.

    Raises FeedError when there is nothing to read.
    """
    file = data / "train.parquet" if data.is_dir() else data
    if not file.exists():
        raise FeedError(
            f"TITLEWRIGHT_LLM_EXAMPLES names {data}, which is no feed and no folder that "
            "`titlewright prepare` wrote. Name one, or leave the variable out."
        )
    read = _prepared(file) if data.is_dir() else _feed(file)
    examples = list(islice(read, _MOST))
    if not examples:
        raise FeedError(
            f"{data} holds no product with a title. Name another TITLEWRIGHT_LLM_EXAMPLES."
        )
    return ExamplePool(examples)


def _feed(file: Path) -> Iterator[Example]:
    from titlewright.feeds import open_feed

    for row in open_feed(file):
        if not isinstance(row, Reject) and row.titled and row.product.title:
            yield Example(replace(row.product, title=""), row.product.title)


def _prepared(file: Path) -> Iterator[Example]:
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    columns = ["id", "title", "description", "brand", "category", "attributes", "locale"]
    try:
        with ParquetFile(file) as table:
            for batch in table.iter_batches(batch_size=1024, columns=columns):
                for row in batch.to_pylist():
                    if row["title"]:
                        yield Example(_product(row), row["title"])
    except (pa.ArrowException, OSError, KeyError) as error:
        raise FeedError(f"{file} can't be read: {error}. Prepare the feed again.") from error


def _product(row: dict[str, Any]) -> Product:
    return Product(
        id=row["id"], description=row["description"], brand=row["brand"],
        category=tuple(row["category"]), attributes=dict(row["attributes"]), locale=row["locale"],
    )  # fmt: skip


def _words(product: Product) -> set[str]:
    texts = (product.brand, product.description[:_LONGEST], *product.category,
             *product.attributes.values(), *(kind.text for kind in product.inferred))  # fmt: skip
    return {atom.norm for text in texts for atom in atoms(text[:_LONGEST])}


def _same(one: Product, other: Product) -> bool:
    """Whether an example is the product itself: its title would be a given answer."""
    if one.id and one.id == other.id and one.brand == other.brand:
        return True
    return (one.description, dict(one.attributes)) == (other.description, dict(other.attributes))
