"""How long a title is and may be, in the channel's own unit."""

from __future__ import annotations

from titlewright.channels.locales import parse_locale
from titlewright.channels.model import Channel, LengthException
from titlewright.records import Product
from titlewright.text.width import count


def length(channel: Channel, text: str) -> int:
    """The length of a text in the channel's unit."""
    return count(text, channel.unit, weight=channel.weight)


def limit(channel: Channel, product: Product | None = None) -> int | None:
    """The most a title of the product may measure, in the channel's unit; None if not known."""
    if product is not None:
        for exception in channel.length_exceptions:
            if _holds(exception, product):
                return exception.max_length
    return channel.max_length


def _holds(exception: LengthException, product: Product) -> bool:
    if exception.countries and parse_locale(product.locale).country in exception.countries:
        return True
    if exception.categories and any(
        node.casefold() in exception.categories for node in product.category
    ):
        return True
    return bool(exception.product_types) and (
        product.attributes.get("product_type", "") in exception.product_types
    )
