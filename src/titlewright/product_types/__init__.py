"""What a product is: the word shoppers use for it, inferred where nothing states it.

`infer_types` fills Product.inferred; numpy and the model are loaded when it is first called.
"""

from __future__ import annotations

from collections.abc import Sequence

from titlewright.records import Product


def infer_types(products: Sequence[Product]) -> list[Product]:
    """The products with their type in `inferred`, where it is sure; see `inferring.infer_types`."""
    from titlewright.product_types.inferring import infer_types as infer

    return infer(products)
