"""Whether codes survive: model and part numbers in what a generator writes by itself.

Measured on its first candidate, before grounding takes out what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from titlewright.generators import Generator
from titlewright.generators.facts import slot_of
from titlewright.records import Product
from titlewright.text.casing import looks_like_code
from titlewright.text.codes import MARKS, codes

_IDENTIFIERS = ("model", "model_number")


def measure_copying(
    generator: Generator, products: Sequence[Product], titles: Sequence[str]
) -> dict[str, Any]:
    """{"written", "right", "stated", "kept", "models", "model_kept"}: numbers of codes and of
    products with a model, and shares of them in [0, 1].

    `products` carry no titles, `titles` are the sellers'; a share of nothing is None. Right is a
    written code that the product states, character by character but for case; kept is one of the
    seller's title that the product states too, and that was written. Those may be any codes that
    stand anywhere; a model is kept where the very model and part numbers of the product's
    attributes that the seller's title holds are in the written one, character by character.
    """
    made = generator.generate(products, n=1)
    written = right = stated = kept = models = model_kept = 0
    for product, title, candidates in zip(products, titles, made, strict=True):
        source = _codes(_text(product))
        text = candidates[0].text if candidates else ""
        if named := [model for model in _models(product) if _holds(title, model)]:
            models += 1
            model_kept += all(_holds(text, model) for model in named)
        ours = _codes(text)
        theirs = _codes(title) & source
        written += len(ours)
        right += len(ours & source)
        stated += len(theirs)
        kept += len(theirs & ours)
    return {
        "written": written,
        "right": right / written if written else None,
        "stated": stated,
        "kept": kept / stated if stated else None,
        "models": models,
        "model_kept": model_kept / models if models else None,
    }


def _models(product: Product) -> Iterator[str]:
    """The numbers that tell the product from others of its brand: a model without a digit is a mere
    name, and of one that is a phrase, as "Scart cable SWV2540W/10", the codes are."""
    for name, value in product.attributes.items():
        if slot_of(name) not in _IDENTIFIERS:
            continue
        words = [word.strip(MARKS) for word in value.split()]
        alone = len(words) == 1 and any(character.isdigit() for character in value)
        yield from words if alone else filter(looks_like_code, words)


def _holds(title: str, model: str) -> bool:
    """Whole, not as the beginning of another one."""
    pattern = rf"(?<![A-Za-z0-9]){re.escape(model)}(?![A-Za-z0-9])"
    return bool(re.search(pattern, title))


def _codes(text: str) -> set[str]:
    return {code.norm for code in codes(text)}


def _text(product: Product) -> str:
    return "\n".join(
        (product.brand, *product.category, *product.attributes.values(), product.description)
    )
