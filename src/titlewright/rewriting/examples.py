"""Examples of titles that a user likes, read from a feed; form.py learns from them."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from titlewright.errors import FeedError
from titlewright.feeds import open_feed
from titlewright.records import Example, Reject
from titlewright.rewriting.form import Form
from titlewright.text.words import fold

# Columns with the titles that the products had before; without one there is nothing to keep of it
EARLIER = frozenset(
    {
        "old title",
        "original title",
        "previous title",
        "present title",
        "原标题",
        "原始标题",
        "商品原始标题",
    }
)
_LEAST = 5  # examples


@lru_cache(maxsize=4)
def learn_form(path: Path) -> Form:
    """The form of a feed's titles. Raises FeedError for fewer than five, or what is no feed."""
    examples = read_examples(path)
    if len(examples) < _LEAST:
        raise FeedError(
            f"{path} holds {len(examples)} titles; a form is learnt from at least {_LEAST}. Add "
            "products with the titles that you like."
        )
    return Form.learn(examples)


def read_examples(path: Path) -> list[Example]:
    """The feed's products, each with its title as the one to have, and the earlier as present."""
    examples = []
    for row in open_feed(path):
        if isinstance(row, Reject) or not row.product.title:
            continue
        product = row.product
        earlier = {name: value for name, value in product.attributes.items() if _is_earlier(name)}
        rest = {name: value for name, value in product.attributes.items() if name not in earlier}
        present = next(iter(earlier.values()), "")
        examples.append(Example(replace(product, title=present, attributes=rest), product.title))
    return examples


def _is_earlier(column: str) -> bool:
    return fold(column).replace("_", " ").strip() in EARLIER
