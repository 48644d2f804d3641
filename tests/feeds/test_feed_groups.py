from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from titlewright.feeds import open_feed
from titlewright.feeds.groups import group_ids, is_group_name


@pytest.mark.parametrize("name", ["item_group_id", "g:item_group_id", "Parent SKU", "parentAsin"])
def test_names_of_group_columns(name: str) -> None:
    assert is_group_name(name.removeprefix("g:"))


@pytest.mark.parametrize("name", ["group", "category_id", "id", "product group"])
def test_other_columns_are_none(name: str) -> None:
    assert not is_group_name(name)


def test_groups_are_read_by_product(save_csv: Callable[..., Path]) -> None:
    path = save_csv(
        [
            ["id", "item_group_id", "title"],
            ["1", "g", "Mug red"],
            ["2", "g", "Mug blue"],
            ["3", "", "Plate"],
            ["", "g", "no id"],
        ]
    )
    assert group_ids(open_feed(path)) == {"1": "g", "2": "g"}


def test_a_feed_without_groups_has_none(save_csv: Callable[..., Path]) -> None:
    assert group_ids(open_feed(save_csv([["id", "title"], ["1", "Mug"]]))) == {}
