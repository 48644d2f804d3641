"""Private data masked in every text of a product, before any of it is stored."""

from __future__ import annotations

from dataclasses import replace

from titlewright.records import Product
from titlewright.text.private import scrub


def without_private(product: Product) -> Product:
    """The product with private data replaced by its kind; the same object where there is none.

    A product's id is a key that other files refer to: only e-mail addresses are masked in it.
    Addresses of images and queries aren't stored at all.
    """
    masked = replace(
        product,
        id=scrub(product.id) if "@" in product.id else product.id,
        title=scrub(product.title),
        description=scrub(product.description),
        brand=scrub(product.brand),
        category=tuple(map(scrub, product.category)),
        attributes={scrub(name): scrub(value) for name, value in product.attributes.items()},
        images=(),
        queries=(),
    )
    bare = replace(product, images=(), queries=())
    return bare if masked == bare else masked
