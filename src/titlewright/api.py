"""The Python API: the same as the command line, for one product or a list.

from titlewright import generate
generate("Men's waterproof hiking boots, brown leather", channel="ebay").title
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from titlewright.channels import get_channel
from titlewright.errors import RecordError
from titlewright.generators import create
from titlewright.pipeline import Pipeline
from titlewright.records import Hints, Product, Reject

ProductLike = Product | Mapping[str, Any] | str


@lru_cache(maxsize=32)
def _pipeline(
    generator: str, channel: str, candidates: int, seed: int, hints: Hints, packs: Path | None
) -> Pipeline:
    return Pipeline(
        create(generator),
        get_channel(channel, packs),
        candidates=candidates,
        seed=seed,
        hints=hints,
    )


def generate(
    product: ProductLike | Sequence[ProductLike],
    /,
    *,
    channel: str = "google",
    generator: str = "template",
    candidates: int = 5,
    seed: int = 0,
    hints: Hints | None = None,
    packs: Path | None = None,
) -> Any:
    """Titles for a product, or for a list of products.

    A product is a `Product`, a mapping with its fields ("description", "brand", "attributes"...),
    or just a text that describes it. For one product the result is a TitleResult, and RecordError
    is raised when no true and allowed title can be made. For a list the result is a list, in
    which such products come back as `Reject` in their place. Raises ChannelError and
    GeneratorError for unknown names.
    """
    pipeline = _pipeline(generator, channel, candidates, seed, hints or Hints(), packs)
    if isinstance(product, Product | Mapping | str):
        (made,) = pipeline.run([as_product(product)])
        if isinstance(made, Reject):
            raise RecordError(made.problem, field=made.field, advice=made.advice)
        return made
    return pipeline.run([as_product(item) for item in product])


def as_product(item: ProductLike) -> Product:
    """A Product from what people have at hand: a mapping, or a text as its description."""
    if isinstance(item, Product):
        return item
    if isinstance(item, str):
        return Product(id="1", description=item)
    if not isinstance(item, Mapping):
        raise RecordError(
            f"A product is a text, a mapping or a Product, not {type(item).__name__}.",
            advice='For example {"description": "...", "brand": "..."}.',
        )
    return Product.from_json({"id": "1", **item})
