"""Examples of the user's own: the nearest are found, always the same, never the product itself."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from titlewright.errors import FeedError
from titlewright.generators.llm.examples import ExamplePool, read_pool
from titlewright.records import Example, Product

SHOP = [
    Example(Product("1", description="Stoneware mug, blue, 350 ml", category=("Kitchen",)), "Mug"),
    Example(Product("2", description="Wool hat, red", category=("Clothing",)), "Hat"),
    Example(Product("3", description="Stoneware bowl, blue", category=("Kitchen",)), "Bowl"),
    Example(Product("4", description="Leather belt, brown", category=("Clothing",)), "Belt"),
    Example(Product("5", description="机械手表 男士", locale="zh"), "机械手表"),
]


def titles(pool: ExamplePool, product: Product, count: int = 2) -> list[str]:
    return [example.title for example in pool.nearest(product, count)]


def test_the_nearest_stands_last() -> None:
    mug = Product("9", description="Stoneware mug, 300 ml")
    assert titles(ExamplePool(SHOP), mug) == ["Bowl", "Mug"]
    assert titles(ExamplePool(SHOP), Product("9", description="手表"), 1) == ["机械手表"]


def test_the_category_counts() -> None:
    scarf = Product("9", description="Brown scarf of wool", category=("Clothing",))
    assert set(titles(ExamplePool(SHOP), scarf)) == {"Hat", "Belt"}


def test_the_product_itself_is_never_shown() -> None:
    for product in (SHOP[0].product, Product("", description=SHOP[0].product.description)):
        assert "Mug" not in titles(ExamplePool(SHOP), product, 5)


def test_nothing_alike_shows_nothing() -> None:
    assert titles(ExamplePool(SHOP), Product("9", description="Quartz")) == []
    assert titles(ExamplePool([]), SHOP[0].product) == []
    assert titles(ExamplePool(SHOP), Product("9", description="mug"), 0) == []


def test_the_same_product_gets_the_same_examples() -> None:
    rng = random.Random(0)
    words = ["red", "blue", "mug", "bowl", "hat", "belt", "wool", "leather", "350", "ml", "steel"]
    many = [
        Example(Product(str(i), description=" ".join(rng.sample(words, 4))), f"Title {i}")
        for i in range(200)
    ]
    asked = Product("x", description="red mug of steel, 350 ml")
    assert titles(ExamplePool(many), asked, 5) == titles(ExamplePool(list(many)), asked, 5)


def test_a_feed_gives_its_titled_rows(save_csv: Callable[..., Path]) -> None:
    feed = save_csv(
        [("id", "title", "description"), ("1", "Red Mug", "A mug, red."), ("2", "", "?")]
    )
    (example,) = read_pool(feed).examples
    assert (example.title, example.product.title) == ("Red Mug", "")
    assert example.product.description == "A mug, red."


def test_a_prepared_folder_gives_its_train_part(tmp_path: Path) -> None:
    from titlewright.training.prepare.rows import PreparedRow
    from titlewright.training.prepare.storage import ParquetFile

    product = Product("1", description="A mug", category=("Kitchen",), attributes={"colour": "red"})
    file = ParquetFile(tmp_path / "train.parquet")
    file.write(PreparedRow(0, 1, product, 0, "en"), "Red Mug", 0, "feed.csv")
    file.close()
    assert [(e.product.attributes, e.title) for e in read_pool(tmp_path).examples] == [
        ({"colour": "red"}, "Red Mug")
    ]


def test_what_cannot_be_read_is_an_error_that_says_what_to_do(
    tmp_path: Path, save_csv: Callable[..., Path]
) -> None:
    with pytest.raises(FeedError, match="TITLEWRIGHT_LLM_EXAMPLES"):
        read_pool(tmp_path / "missing.csv")
    with pytest.raises(FeedError, match="titlewright prepare"):
        read_pool(tmp_path)
    with pytest.raises(FeedError, match="no product with a title"):
        read_pool(save_csv([("id", "title", "description"), ("1", "", "A mug")]))
    (tmp_path / "train.parquet").write_bytes(b"no parquet")
    with pytest.raises(FeedError, match="can't be read"):
        read_pool(tmp_path)
