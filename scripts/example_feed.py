"""Write the example feed from the two open data sets it is taken from.

    TITLEWRIGHT_DATA=... python scripts/example_feed.py

Icecat rows carry the supplier's bare product name as their title, as feeds made from a product
database do; Livostyle rows carry the shop's own title. Nothing else is changed.
"""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

import pyarrow.parquet as pq

from titlewright.settings import load_settings

OUT = Path(__file__).parents[1] / "src/titlewright/data/example/feed.csv"
COLUMNS = [
    "id", "title", "description", "brand", "product_type", "color", "material", "size",
    "quantity per pack", "tags",
]  # fmt: skip
ICECAT_TYPES = ("toner", "cable", "monitor", "laptop", "mouse", "keyboard", "router", "printer")


def icecat(folder: Path, count: int) -> list[dict[str, str]]:
    rows = []
    with (folder / "icecat/products.jsonl").open(encoding="utf-8") as stream:
        for line in stream:
            product = json.loads(line)
            description = product.get("short_description") or ""
            if len(description) < 30 or description == product["name"] or len(description) > 200:
                continue
            if not any(word in description.lower() for word in ICECAT_TYPES):
                continue
            rows.append(
                {
                    "id": product["id"],
                    "title": product["name"],
                    "description": description,
                    "brand": product["supplier"],
                    "product_type": product.get("attr_t_product_type", ""),
                    "color": product.get("attr_t_product_colour", ""),
                    "quantity per pack": str(
                        int(product.get("attr_n_quantity_per_pack") or 0) or ""
                    ),
                }
            )
    return random.Random(5).sample(rows, count)


def livostyle(folder: Path, count: int) -> list[dict[str, str]]:
    products = pq.read_table(folder / "livostyle/products.parquet").to_pylist()
    products = [product for product in products if len(product["description"]) < 1400]
    return [
        {
            "id": product["id"],
            "title": product["title"],
            "description": product["description"],
            "product_type": product["category_full_path"],
            "tags": product["tags"].replace(" | ", ", "),
        }
        for product in random.Random(2).sample(products, count)
    ]


def main() -> None:
    folder = load_settings().data
    if folder is None:
        raise SystemExit("Set TITLEWRIGHT_DATA to the folder with icecat/ and livostyle/.")
    rows = [*icecat(folder, 16), *livostyle(folder, 14)]
    random.Random(2).shuffle(rows)
    with OUT.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
