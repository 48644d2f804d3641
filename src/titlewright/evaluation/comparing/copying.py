"""Whether codes survive: model and part numbers in what a generator writes by itself.

Measured on its first candidate, before grounding takes out what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from titlewright.generators import Generator
from titlewright.records import Product
from titlewright.text.casing import looks_like_code
from titlewright.text.words import fold

_MARKS = ".,;:!?()[]{}\"'“”‘’®™"


def measure_copying(
    generator: Generator, products: Sequence[Product], titles: Sequence[str]
) -> dict[str, Any]:
    """{"written", "right", "stated", "kept"}: numbers of codes, and shares of them in [0, 1].

    `products` carry no titles, `titles` are the sellers'; a share of nothing is None. Right is a
    written code that the product states, character by character but for case; kept is one of the
    seller's title that the product states too, and that was written.
    """
    made = generator.generate(products, n=1)
    written = right = stated = kept = 0
    for product, title, candidates in zip(products, titles, made, strict=True):
        source = set(_codes(_text(product)))
        ours = set(_codes(candidates[0].text)) if candidates else set()
        theirs = set(_codes(title)) & source
        written += len(ours)
        right += len(ours & source)
        stated += len(theirs)
        kept += len(theirs & ours)
    return {
        "written": written,
        "right": right / written if written else None,
        "stated": stated,
        "kept": kept / stated if stated else None,
    }


def _codes(text: str) -> Iterator[str]:
    for word in text.replace("/", " ").split():
        bare = word.strip(_MARKS)
        if looks_like_code(bare):
            yield fold(bare)


def _text(product: Product) -> str:
    return "\n".join(
        (product.brand, *product.category, *product.attributes.values(), product.description)
    )
