"""How true titles are: content units without evidence, and the errors that buyers return for.

Content units are the words, codes and quantities that the grounder asks evidence for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from titlewright.evaluation.stated import QUANTITY, Stated, fold, number_value
from titlewright.product_types.inventory import inventory
from titlewright.records import Evidence, Inference, Product

FactError = Literal["brand", "model", "number", "unit"]
FACT_ERRORS: tuple[FactError, ...] = ("brand", "model", "number", "unit")


class Grounded(Protocol):
    """What is needed of a grounding."""

    @property
    def unsupported(self) -> Sequence[Evidence]: ...
    @property
    def content_units(self) -> int: ...
    @property
    def evidence(self) -> Sequence[Evidence]: ...


class CanGround(Protocol):
    """What is needed of a grounder."""

    def ground(self, title: str, /) -> Grounded: ...


@dataclass(slots=True)
class Truth:
    """Of one title: content units, how many have no evidence, and which facts are wrong.

    `unstated` counts also the units whose only evidence is an inferred product type.
    """

    units: int = 0
    unsupported: int = 0
    unstated: int = 0
    errors: Counter[FactError] = field(default_factory=Counter)


def default_grounder(product: Product) -> CanGround:
    """Titlewright's grounder on what the product states besides its title."""
    from titlewright.grounding import Grounder

    return Grounder(product, use_title=False)


def confirmed(inferred: Sequence[Inference], reference: str) -> tuple[Inference, ...]:
    """Of inferred product types those that the seller's title confirms: they are evidence.

    It names the type, a kind of it, or what it is a kind of. Where it names no known type, an
    inference counts for nothing.
    """
    if not inferred:
        return ()
    types = inventory()
    named = {mention.type for mention in types.mentions(reference)}
    return tuple(
        one
        for one in inferred
        if any(
            one.text in types.lineage(other) or other in types.lineage(one.text) for other in named
        )
    )


def judge_truth(
    products: Sequence[Product],
    systems: Mapping[str, Sequence[str | None]],
    *,
    grounder: Callable[[Product], CanGround] = default_grounder,
) -> dict[str, list[Truth | None]]:
    """The truth of each system's title for each product, None where it gave no title.

    Products come first in the loop, so that one index serves every system's title.
    """
    brands = {fold(product.brand) for product in products if product.brand}
    judged: dict[str, list[Truth | None]] = {name: [] for name in systems}
    for place, product in enumerate(products):
        index = grounder(product)
        for name, titles in systems.items():
            title = titles[place]
            if not title:
                judged[name].append(None)
                continue
            grounding = index.ground(title)
            missing, units = grounding.unsupported, grounding.content_units
            inferred = sum(item.field == "inferred" for item in grounding.evidence)
            truth = Truth(units, min(len(missing), units), min(len(missing) + inferred, units))
            if missing:
                stated = Stated(product)
                kinds = (fact_error(evidence.text, stated, brands) for evidence in missing)
                truth.errors.update(kind for kind in kinds if kind)
            judged[name].append(truth)
    return judged


def fact_error(text: str, stated: Stated, brands: set[str]) -> FactError | None:
    """Which kind of fact an unsupported span gets wrong; None for other words.

    A quantity whose number the product states has the wrong unit. `brands` are the folded brands
    of the whole feed: a span that is another product's brand is a brand error.
    """
    if fold(text) in brands:
        return "brand"
    if not any(sign.isdigit() for sign in text):
        return None
    if quantity := QUANTITY.fullmatch(text.strip()):
        known = _value(quantity["number"]) in stated.numbers
        return "unit" if known else "number"
    return "model" if re.search(r"[^\W\d_]", text) else "number"


def _value(written: str) -> object:
    return None if written.endswith("/0") else number_value(written)
