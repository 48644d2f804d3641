"""Filling Product.inferred: the type, where the classifier is sure and the product can bear it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from titlewright.product_types.classifier import Answer, Classifier
from titlewright.product_types.inventory import DATA
from titlewright.product_types.stated import stated_types
from titlewright.records import Inference, Product
from titlewright.text.language import identify

MODEL = DATA / "model.npz"
# What the confidence must be where the text names the type and where it doesn't; figures by
# threshold: benchmarks/product_types.py
NAMED, UNNAMED = 0.95, 0.95


@cache
def shipped() -> Classifier:
    """The classifier that comes with Titlewright, loaded when first asked for."""
    return Classifier.load(MODEL)


def choose(
    path: Sequence[Answer], *, named: float = NAMED, unnamed: float = UNNAMED
) -> Answer | None:
    """The most specific answer that is sure enough, or None."""
    for answer in path:
        if answer.confidence >= (named if answer.named else unnamed):
            return answer
    return None


def infer_types(products: Sequence[Product]) -> list[Product]:
    """The products, with their type in `inferred` where it is sure.

    A product that holds inferences keeps them; one in another language than English is left as it
    is, since the types are English words. The text may name the type: what is inferred then is
    that this word, among all, says what the thing is.
    """
    asked = [place for place, product in enumerate(products) if _can_be_asked(product)]
    answers = shipped().answers([products[place] for place in asked]) if asked else []
    filled = list(products)
    for place, path in zip(asked, answers, strict=True):
        if answer := choose(path):
            product = products[place]
            filled[place] = replace(product, inferred=(_inference(product, answer),))
    return filled


def _can_be_asked(product: Product) -> bool:
    if product.inferred:
        return False
    if product.locale:
        return product.locale[:2].lower() == "en"
    return identify(f"{product.description[:400]} {product.title}", "en") in ("", "en")


def _inference(product: Product, answer: Answer) -> Inference:
    if answer.type in stated_types(product):
        reason = "of the types that the product names, the one that it is"
    else:
        sources = [
            name
            for name, given in (
                ("brand", product.brand),
                ("attributes", product.attributes),
                ("category", product.category),
                ("description", product.description),
            )
            if given
        ]
        reason = f"not stated; inferred from its {_listed(sources)}"
    return Inference(answer.type, round(answer.confidence, 4), reason)


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)
