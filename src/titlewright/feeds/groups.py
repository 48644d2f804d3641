"""Which rows of a feed the seller has put together as variants of one product: item_group_id.

Products leave such columns out, since they say nothing to a shopper and their numbers would back
numbers in titles.
"""

from __future__ import annotations

from titlewright.feeds.feed import Feed
from titlewright.feeds.names import fold, word_set
from titlewright.feeds.values import text_of

GROUP_NAMES = word_set(
    """
    itemgroupid groupid parentid parentsku parentasin parentproductid productgroupid variantgroup
    variantgroupid
    """
)


def is_group_name(name: str) -> bool:
    """Whether a column or attribute of this name holds the id of a group of variants."""
    return fold(name) in GROUP_NAMES


def group_ids(feed: Feed) -> dict[str, str]:
    """Product id to the id of its group, where the feed has both; reads the feed once."""
    found: dict[str, str] = {}
    for record in feed.source.records():
        if not record.number or record.problem is not None:
            continue
        product_id = group = ""
        roles = feed.roles(record.keys)
        for key, role, value in zip(record.keys, roles, record.values, strict=True):
            if role.field == "id":
                product_id = text_of(value)
            elif not group and is_group_name(key):
                group = text_of(value)
        if product_id and group:
            found.setdefault(product_id, group)
    return found
