"""Products and questions that the grounding tests share."""

from collections.abc import Mapping, Sequence

from titlewright.grounding import ground
from titlewright.records import Product


def stating(
    description: str = "",
    *,
    title: str = "",
    brand: str = "",
    category: Sequence[str] = (),
    locale: str = "",
    attributes: Mapping[str, str] | None = None,
) -> Product:
    """A product that states this and nothing else."""
    return Product(
        id="1",
        title=title,
        description=description,
        brand=brand,
        category=tuple(category),
        attributes=attributes or {},
        locale=locale,
    )


def unsupported(product: Product, title: str) -> list[str]:
    """The spans of the title that the product doesn't back."""
    return [item.text for item in ground(product, title).unsupported]


def kinds(product: Product, title: str) -> dict[str, str]:
    """span text → kind of its evidence"""
    return {item.text: item.kind for item in ground(product, title).evidence}


def field_text(product: Product, name: str) -> str:
    """The text that an evidence's field name stands for."""
    if name.startswith("attributes."):
        return product.attributes[name.removeprefix("attributes.")]
    if name.startswith("attribute name: "):
        return name.removeprefix("attribute name: ")
    if name.startswith("category."):
        return product.category[int(name.removeprefix("category."))]
    return {"brand": product.brand, "title": product.title, "description": product.description}[
        name
    ]
