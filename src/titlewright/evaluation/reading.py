"""The products that a benchmark measures on: of a prepared folder's test part, or of a feed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from titlewright.errors import FeedError, RecordError
from titlewright.records import Product, Reject

LINE_FORM = '{"id": "1", "title": "...", "description": "...", "brand": "...", "attributes": {}}'


def read_products(data: Path) -> list[Product]:
    """Products with the titles that were given to them, in their order.

    `data` is a folder that `prepare` wrote, of which the test part is read; JSON lines of products
    as `Product.to_json` writes them; or a feed of any other format, its unreadable rows left out.
    Raises FeedError naming what can't be read, and for ids that stand twice in JSON lines.
    """
    if data.is_dir():
        return list(_prepared(data))
    if data.suffix.lower() in (".jsonl", ".ndjson"):
        return _json_lines(data)
    return list(_feed(data))


def _prepared(folder: Path) -> Iterator[Product]:
    from titlewright.training.prepare.storage import product_of, read_rows

    file = folder / "test.parquet"
    if not file.exists():
        raise FeedError(
            f"{folder} holds no test.parquet. Give a folder that `titlewright prepare` wrote, or a "
            "feed with titles."
        )
    for row in read_rows(file):
        if row["title"]:
            product = product_of(row, row["title"])
            yield replace(product, id=f"{row['source']}:{row['row']}")


def _feed(path: Path) -> Iterator[Product]:
    from titlewright.feeds import open_feed

    seen: set[str] = set()
    for row in open_feed(path):
        if isinstance(row, Reject) or not (row.titled and row.product.title):
            continue
        product = row.product
        if not product.id or product.id in seen:
            product = replace(product, id=f"row-{row.number}")
        seen.add(product.id)
        yield product


def _json_lines(path: Path) -> list[Product]:
    products: list[Product] = []
    seen: dict[str, int] = {}
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                product = Product.from_json(json.loads(line))
                product = product if product.id else replace(product, id=f"line-{number}")
                if (first := seen.setdefault(product.id, number)) != number:
                    raise FeedError(
                        f"{path}, line {number}: id {product.id!r} stands on line {first} already. "
                        "Judgments need ids that are different."
                    )
                products.append(product)
    except (OSError, UnicodeDecodeError) as error:
        raise FeedError(f"{path} can't be read as UTF-8 JSON lines: {error}") from error
    except (json.JSONDecodeError, RecordError) as error:
        raise FeedError(f"{path}, line {number}: {error} A line looks like {LINE_FORM}") from error
    return products
