"""Real feeds: every row accounted for, sensible products, and the same bytes written back."""

from __future__ import annotations

import csv
import json
from collections import Counter

import pytest
from feed_helpers import products, titles_of

from titlewright.feeds import NewTitle, Row, open_feed, rewrite

FEEDS = {
    "icecat/products.jsonl": ("jsonl", 13_646),
    "myntra_catalog/myntra_products_catalog.csv": ("csv", 12_491),
    "walmart_free/walmart_products_free_dataset.csv": ("csv", 2_112),
    "livostyle/products.parquet": ("parquet", 2_213),
    "brightdata_samples/lazada-products.csv": ("csv", 1_000),
    "brightdata_samples/shein-products.csv": ("csv", 1_000),
    "brightdata_samples/shopee-products.csv": ("csv", 1_000),
    "costco_grocery/GroceryDataset.csv": ("csv", 1_757),
}


@pytest.mark.parametrize("name", FEEDS)
def test_every_row_is_a_row(name, data):
    feed = open_feed(data / name)
    format_name, rows = FEEDS[name]
    assert feed.format == format_name
    items = list(feed)
    assert [item.number for item in items if isinstance(item, Row)] == list(range(1, rows + 1))
    assert len(items) == rows
    assert all(item.product.title for item in items)
    for item in items:
        for attribute, text in item.product.attributes.items():
            assert attribute == attribute.lower()
            assert text
            assert not text.startswith("[{")


@pytest.mark.parametrize("name", [name for name in FEEDS if not name.endswith(".parquet")])
def test_written_back_byte_for_byte(name, data, tmp_path):
    """With the titles as the file writes them; reading gives them without double spaces."""
    path = data / name
    feed = open_feed(path)
    out = tmp_path / "out"
    rewrite(feed, out, [], keep_rejected=True)
    assert out.read_bytes() == path.read_bytes()

    raw = _raw_titles(path, feed)
    rewrite(feed, out, (NewTitle(row, title, False) for row, title in enumerate(raw, 1)))
    assert out.read_bytes() == path.read_bytes()


def _raw_titles(path, feed):
    column = feed.title_column(feed.columns)
    with path.open(encoding="utf-8", newline="") as file:
        if path.suffix == ".jsonl":
            return [json.loads(line)[column] for line in file]
        return [row[column] for row in csv.DictReader(file)]


def test_new_titles_change_nothing_else(data, tmp_path):
    feed = open_feed(data / "livostyle/products.parquet")
    before = products(feed)
    rewrite(feed, tmp_path / "o.parquet", titles_of(feed, *(f"T {p.id}" for p in before)))
    after = products(open_feed(tmp_path / "o.parquet"))
    assert [product.title for product in after] == [f"T {product.id}" for product in before]
    for old, new in zip(before, after, strict=True):
        assert (old.description, old.category, old.attributes) == (
            new.description,
            new.category,
            new.attributes,
        )


def test_icecat(data):
    found = products(open_feed(data / "icecat/products.jsonl"))
    adapter = next(product for product in found if product.id == "1128895")
    assert adapter.title == "StarTech.com DB9 RS232 Serial Null Modem Adapter - M/F"
    assert adapter.brand == "StarTech.com"
    assert adapter.attributes["name"] == "DB9 RS232 Serial Null Modem Adapter - M/F"
    assert adapter.attributes["product colour"] == "Grey"
    assert adapter.attributes["width"] == "33.6"
    assert adapter.attributes["rohs compliance"] == "yes"
    assert len(adapter.images) == 4
    assert sum(bool(product.description) for product in found) > 12_900


def test_myntra(data):
    first = products(open_feed(data / "myntra_catalog/myntra_products_catalog.csv"))[0]
    assert (first.id, first.brand) == ("10017413", "DKNY")
    assert first.description.startswith("Black and grey printed medium trolley bag")
    assert first.attributes == {"gender": "Unisex", "primary color": "Black"}


def test_walmart(data):
    first = products(open_feed(data / "walmart_free/walmart_products_free_dataset.csv"))[0]
    assert (first.id, first.brand) == ("721103053", "Multitrust")
    assert first.attributes == {"condition": "NewCondition"}
    assert len(first.images) == 4


def test_livostyle(data):
    first = products(open_feed(data / "livostyle/products.parquet"))[0]
    assert first.category == ("Apparel & Accessories", "Clothing", "Swimwear", "Cover Ups")
    assert set(first.attributes) == {"tags"}  # "Swimwear" is in the path already
    assert first.images[0].startswith("https://cdn.shopify.com/")


def test_brightdata(data):
    folder = data / "brightdata_samples"
    shein = products(open_feed(folder / "shein-products.csv"))[0]
    assert shein.category[0] == "Tools & Home Improvement"
    assert (shein.attributes["color"], shein.attributes["material"]) == ("Grey", "Wood")
    lazada = products(open_feed(folder / "lazada-products.csv"))[1]
    assert (lazada.brand, lazada.category) == ("HP", ("Komputer & Laptop", "Laptop", "Laptop Umum"))
    assert lazada.attributes["ukuran layar"] == "15.6 Inci"
    shopee = products(open_feed(folder / "shopee-products.csv"))
    assert shopee[0].attributes["tamaño"] == "S; M; L; XL; 2XL"
    assert sum(bool(product.brand) for product in shopee) > 200
    names = Counter(name for product in shopee for name in product.attributes)
    assert not names.keys() & {
        "stock",
        "existencias",
        "stok",
        "ships from",
        "dikirim dari",
        "ส่งจาก",
    }
