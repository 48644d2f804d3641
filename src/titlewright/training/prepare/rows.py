"""A row on its way from the feed to the training data, and its hashes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

from titlewright.records import Product


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row as the feed gives it.

    `source` is the index of its feed, `written` its title and description as they stand in the
    file, before they were cleaned; `group` the value of the column that rows are grouped by.
    """

    source: int
    number: int
    product: Product
    written: tuple[str, ...] = ()
    group: str = ""


@dataclass(frozen=True, slots=True)
class PreparedRow:
    """A row that has been worked on; `product.title` is the reference title.

    `problem` is the step that found its title or input unfit for an example, "" when it is fit.
    `family` is the hash that keeps it on one side of the split with its like; `backed` the share
    in [0, 1] of the title's words that the rest of the product states.
    """

    source: int
    number: int
    product: Product
    family: int
    language: str = ""
    flags: tuple[str, ...] = ()
    problem: str = ""
    backed: float = 0.0


def input_texts(product: Product) -> Iterator[str]:
    """What the product says beside its title."""
    yield product.brand
    yield from product.category
    yield from product.attributes.values()
    yield product.description


def stable_hash(text: str) -> int:
    """64 bits that are the same in every process and on every machine."""
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "big")
