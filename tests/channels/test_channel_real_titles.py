"""Real titles of seven shops on every channel. Needs the data folder in TITLEWRIGHT_DATA."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from channel_invariants import assert_sound

from titlewright.channels import load_channels
from titlewright.records import Product

DATA = Path(os.environ.get("TITLEWRIGHT_DATA", "none"))
TITLES_PER_SET = 120

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="TITLEWRIGHT_DATA names no folder of evaluation data"
)


def from_csv(path: str, title: str, locale: str = "") -> Iterator[Product]:
    with (DATA / path).open(encoding="utf-8-sig", errors="replace", newline="") as file:
        for row in csv.DictReader(file):
            category = tuple(filter(None, (row.get("category") or "").split(">")))
            yield Product("1", row[title], "", row.get("brand") or "", category, locale=locale)


def from_icecat() -> Iterator[Product]:
    with (DATA / "icecat/products.jsonl").open(encoding="utf-8") as file:
        for row in map(json.loads, file):
            attributes = {
                name.split("_", 2)[2].replace("_", " "): str(value)
                for name, value in row.items()
                if name.startswith("attr_") and value
            }
            yield Product(
                row["id"], row["title"], "", row["supplier"] or "", (),
                attributes | {"model": row["name"]}, locale="en-US",
            )  # fmt: skip


def from_jd() -> Iterator[Product]:
    path = DATA / "jd_title_ner/sample_per_line_preliminary_A.txt"
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield Product("1", line.strip(), locale="zh-CN")


SETS = {
    "walmart": lambda: from_csv("walmart_free/walmart_products_free_dataset.csv", "title", "en-US"),
    "shein": lambda: from_csv("brightdata_samples/shein-products.csv", "product_name", "en-US"),
    "shopee": lambda: from_csv("brightdata_samples/shopee-products.csv", "title"),
    "lazada": lambda: from_csv("brightdata_samples/lazada-products.csv", "title"),
    "icecat": from_icecat,
    "jd": from_jd,
}


@pytest.mark.parametrize("name", SETS)
def test_repairs_of_real_titles_are_sound(name: str) -> None:
    csv.field_size_limit(10**8)
    channels = set(load_channels().values())
    products = [product for product in SETS[name]() if product.title]
    step = max(1, len(products) // TITLES_PER_SET)
    for product in islice(products, 0, None, step):
        for channel in channels:
            assert_sound(channel, product.title, product)
