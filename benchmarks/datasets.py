"""Evaluation feeds from the data folder: FEED.jsonl per set, J.csv where people judged queries.

Reads the raw files under TITLEWRIGHT_DATA as their publishers left them. The split is a stable
hash of each set's grouping key (never the row), so variants of one product stay on one side.

    python benchmarks/datasets.py --out DIR [--only icecat,kobe] [--split test] [--most 500]
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from titlewright.evaluation.planted.splits import share_of
from titlewright.records import Product, category_path, plain_text
from titlewright.text.clean import clean

csv.field_size_limit(100_000_000)
TEST_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Source:
    """A product with its seller title, and the key that keeps its variants together."""

    product: Product
    group: str


def split_of(group: str, test_share: float = TEST_SHARE) -> str:
    return "test" if share_of(f"split:{group}") < test_share else "train"


def _product(**fields: Any) -> Product:
    attributes = {
        name: text for name, value in fields.pop("attributes", {}).items() if (text := _text(value))
    }
    texts = {name: _text(value) for name, value in fields.items() if name != "category"}
    category = tuple(filter(None, map(_text, category_path(fields.get("category")))))
    return Product(**texts, category=category, attributes=attributes)


def _text(value: object) -> str:
    text = clean(plain_text(value).replace("\\n", "\n"))
    return "" if text in ("None", "nan", "NA", "[]") else text


def _csv_rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(newline="", encoding="utf-8", errors="replace") as file:
        yield from csv.DictReader(file)


def _parquet_rows(path: Path) -> Iterator[dict[str, Any]]:
    import pyarrow.parquet

    yield from pyarrow.parquet.read_table(path).to_pylist()


def icecat(folder: Path) -> Iterator[Source]:
    with (folder / "icecat/products.jsonl").open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            attributes = {"model": row.get("name")}
            for name, value in row.items():
                if match := re.match(r"attr_[tnb]_(.+)", name):
                    attributes[match[1].replace("__", " ").replace("_", " ").strip()] = value
            yield Source(
                _product(
                    id=row["id"],
                    title=row["title"],
                    description=row.get("short_description"),
                    brand=row.get("supplier"),
                    attributes=attributes,
                ),
                f"{row.get('supplier')} {row.get('name')}",
            )


def myntra_catalog(folder: Path) -> Iterator[Source]:
    for row in _csv_rows(folder / "myntra_catalog/myntra_products_catalog.csv"):
        yield Source(
            _product(
                id=row["ProductID"],
                title=row["ProductName"],
                description=row["Description"],
                brand=row["ProductBrand"],
                attributes={"gender": row["Gender"], "colour": row["PrimaryColor"]},
            ),
            f"{row['ProductBrand']} {row['ProductName']}",
        )


def crowdflower(folder: Path) -> Iterator[Source]:
    for row in _csv_rows(folder / "crowdflower_relevance/train.csv"):
        yield Source(
            _product(
                id=row["id"],
                title=row["product_title"],
                description=_without_css(row["product_description"]),
            ),
            row["product_title"],
        )


def _without_css(text: str) -> str:
    return re.sub(r"(?:\.|#)?[\w .,#:>*-]{0,80}\{[^{}]*\}", " ", text)


def walmart_free(folder: Path) -> Iterator[Source]:
    for row in _csv_rows(folder / "walmart_free/walmart_products_free_dataset.csv"):
        yield Source(
            _product(
                id=row["sku"],
                title=row["title"],
                description=row["description"],
                brand=row["brand"],
            ),
            row["title"],
        )


def livostyle(folder: Path) -> Iterator[Source]:
    for row in _parquet_rows(folder / "livostyle/products.parquet"):
        tags = [tag for tag in (row["tags"] or "").split(" | ") if not tag.startswith("Ship")]
        yield Source(
            _product(
                id=row["id"],
                title=row["title"],
                description=row["description"],
                category=row["category_full_path"],
                attributes={
                    "product type": row["product_type"],
                    "tags": ", ".join(tag for tag in tags if tag != "issues"),
                },
            ),
            re.sub(r"-\d+$", "", row["handle"]),
        )


def costco_grocery(folder: Path) -> Iterator[Source]:
    for number, row in enumerate(_csv_rows(folder / "costco_grocery/GroceryDataset.csv"), 1):
        yield Source(
            _product(
                id=f"costco-{number}",
                title=row["Title"],
                description=row["Product Description"],
                category=row["Sub Category"],
                attributes={"features": (row["Feature"] or "").replace("\n", "; ")},
            ),
            row["Title"],
        )


def amazon2020_708(folder: Path) -> Iterator[Source]:
    for row in _parquet_rows(folder / "amazon2020_708/products.parquet"):
        yield Source(
            _product(
                id=row["id"],
                title=row["title"],
                description=row["features"],
                brand=row["brand"],
                category=row["category"],
                attributes={"model number": row["model_number"]},
            ),
            row["title"],
        )


_BEFORE_GENDER = re.compile(
    r"^(\S+(?: \S+){0,2}?) (?:Men|Women|Boy|Girl|Kid|Unisex)", re.IGNORECASE
)


def fashion_styles(folder: Path) -> Iterator[Source]:
    """The set has no brand column: the brand is the head of the title, before the gender word."""
    for row in _csv_rows(folder / "fashion_styles/styles.csv"):
        yield Source(
            _product(
                id=row["id"],
                title=row["productDisplayName"],
                brand=brand[1]
                if (brand := _BEFORE_GENDER.match(row["productDisplayName"]))
                else "",
                category=" > ".join((row["masterCategory"], row["subCategory"])),
                attributes={
                    "gender": row["gender"],
                    "product type": row["articleType"],
                    "colour": row["baseColour"],
                    "season": row["season"],
                    "usage": row["usage"],
                },
            ),
            row["productDisplayName"] or "",
        )


def kobe(folder: Path) -> Iterator[Source]:
    """One product a title, all its human-written descriptions joined."""
    root = folder / "kobe_taodescribe_test"
    copies: dict[str, list[str]] = {}
    with (
        (root / "test.src.str").open(encoding="utf-8") as titles,
        (root / "test.tgt.str").open(encoding="utf-8") as texts,
    ):
        for title, text in zip(titles, texts, strict=True):
            characters = [part for part in title.split() if not part.startswith("<")]
            copies.setdefault("".join(characters), []).append(text.replace(" ", "").strip())
    for title, descriptions in copies.items():
        yield Source(
            _product(
                id=f"kobe-{hashlib.sha256(title.encode()).hexdigest()[:10]}",
                title=title,
                description="".join(dict.fromkeys(descriptions)),
            ),
            title,
        )


def zh_title_rewrite(folder: Path) -> Iterator[Source]:
    """The seven stated attributes and the standardised title."""
    (path,) = (folder / "zh_title_rewrite").glob("*train.json")
    for number, row in enumerate(json.loads(path.read_text(encoding="utf-8")), 1):
        question, answer = (turn["value"] for turn in row["conversations"][:2])
        block = question.split("错误或遗漏）\n")[1].split("2. 商品原始标题")[0]
        attributes = dict(line.split("：", 1) for line in block.splitlines() if "：" in line)
        attributes = {name: value for name, value in attributes.items() if value != "无"}
        title = answer.split("：", 1)[-1]
        yield Source(
            _product(
                id=f"zh-rewrite-{number}",
                title=title,
                brand=attributes.pop("品牌", ""),
                attributes=attributes,
            ),
            title,
        )


def weidian(folder: Path) -> Iterator[Source]:
    """Long spammy titles with the attributes that were read out of them."""
    rows = _xlsx_rows(folder / "weidian_title_attrs/item.xlsx")
    header = next(rows)
    for cells in rows:
        row = dict(zip(header, cells, strict=False))
        attributes = {
            name.split("/")[-1]: "; ".join(re.findall(r"'([^']+)'", value))
            for name, value in row.items()
            if "/" in name and value.startswith("[")
        }
        brand = attributes.pop("品牌", "").split("; ")[0]
        yield Source(
            _product(
                id=f"weidian-{row.get('item_id') or row.get('id')}",
                title=row["item_name"],
                brand=brand,
                attributes=attributes,
            ),
            row["item_name"],
        )


def _xlsx_rows(path: Path) -> Iterator[list[str]]:
    """Rows of a workbook's first sheet as text; enough for plain tables of shared strings."""
    from defusedxml import ElementTree

    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(path) as book:
        strings = [
            "".join(text.text or "" for text in item.iter(f"{space}t"))
            for item in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    for row in sheet.iter(f"{space}row"):
        cells: list[str] = []
        for cell in row.iter(f"{space}c"):
            letters = re.match(r"[A-Z]+", cell.get("r") or "A")
            column = 0
            for letter in letters[0] if letters else "A":
                column = column * 26 + ord(letter) - 64
            value = cell.find(f"{space}v")
            written = (value.text or "") if value is not None else ""
            cells += [""] * (column - len(cells))
            cells[column - 1] = strings[int(written)] if cell.get("t") == "s" else written
        yield cells


READERS: dict[str, Callable[[Path], Iterator[Source]]] = {
    reader.__name__: reader
    for reader in (
        icecat,
        myntra_catalog,
        crowdflower,
        walmart_free,
        livostyle,
        costco_grocery,
        amazon2020_708,
        fashion_styles,
        kobe,
        zh_title_rewrite,
        weidian,
    )
}


def data_folder() -> Path:
    folder = os.environ.get("TITLEWRIGHT_DATA")
    if not folder or not Path(folder).is_dir():
        sys.exit(
            f"TITLEWRIGHT_DATA must name the folder of evaluation data sets, not {folder!r}. "
            "Set it: export TITLEWRIGHT_DATA=/path/to/data"
        )
    return Path(folder)


def write_feed(
    name: str, sources: Iterator[Source], path: Path, split: str, most: int | None = None
) -> int:
    """Write one set's split as FEED.jsonl; returns the number of products.

    Of more than `most` products, those that a stable hash of their ids chooses.
    """
    products: dict[str, Product] = {}
    for source in sources:
        product = source.product
        if not product.title or product.id in products:
            continue
        if not (product.description or product.attributes):
            continue  # nothing to write a title from
        if split == "all" or split_of(f"{name}:{source.group}") == split:
            products[product.id] = product
    if most is not None:
        chosen = sorted(products, key=lambda identity: share_of(f"most:{name}:{identity}"))[:most]
        kept = set(chosen)
        products = {identity: one for identity, one in products.items() if identity in kept}
    with path.open("w", encoding="utf-8") as file:
        for product in products.values():
            row = {
                "id": product.id,
                "title": product.title,
                "description": product.description,
                "brand": product.brand,
                "category": list(product.category),
                "attributes": dict(product.attributes),
            }
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return len(products)


def write_judgments(folder: Path, feed: Path, path: Path) -> int:
    """crowdflower's grades (median_relevance, 1 irrelevant to 4 perfect) for the feed's products.

    Written as 0 to 3, so that an irrelevant product gains nothing.
    """
    with feed.open(encoding="utf-8") as file:
        ids = {json.loads(line)["id"] for line in file}
    count = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["query", "id", "grade"])
        for row in _csv_rows(folder / "crowdflower_relevance/train.csv"):
            if row["id"] in ids:
                writer.writerow([row["query"], row["id"], int(row["median_relevance"]) - 1])
                count += 1
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--out", type=Path, required=True, help="folder to write the feeds to")
    parser.add_argument("--only", default=",".join(READERS), help="sets, separated by commas")
    parser.add_argument("--split", choices=["test", "train", "all"], default="test")
    parser.add_argument("--most", type=int, help="products a set")
    arguments = parser.parse_args()
    if unknown := set(arguments.only.split(",")) - READERS.keys():
        parser.error(f"unknown set {', '.join(sorted(unknown))}; choose from {', '.join(READERS)}")
    folder = data_folder()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in arguments.only.split(","):
        feed = arguments.out / f"{name}.jsonl"
        count = write_feed(name, READERS[name](folder), feed, arguments.split, arguments.most)
        print(f"{feed}: {count} products")
        if name == "crowdflower":
            judged = write_judgments(folder, feed, arguments.out / f"{name}.judgments.csv")
            print(f"{arguments.out / f'{name}.judgments.csv'}: {judged} judgments")


if __name__ == "__main__":
    main()
