"""The example feed that comes with the package; `titlewright demo` and the documentation use it."""

from __future__ import annotations

from pathlib import Path

from titlewright.feeds import Row, open_feed
from titlewright.records import Product

EXAMPLE_FEED = Path(__file__).parent / "data" / "example" / "feed.csv"


def example_products() -> list[Product]:
    """The products of the example feed, in its order."""
    return [item.product for item in open_feed(EXAMPLE_FEED) if isinstance(item, Row)]
