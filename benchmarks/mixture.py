"""The examples that the shipped model is trained on, from the data folder: MIXTURE.jsonl.

Only training splits are read (benchmarks/datasets.py decides by a stable hash of each set's
grouping key); one group in twenty of them is held back as dev. Beside the sets with a product and
a title stand sets with titles alone: annotated spans become attributes, the offers of one product
become a present title to improve.

    python benchmarks/mixture.py --out MIXTURE.jsonl
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from datasets import READERS, Source, _csv_rows, _product, data_folder, split_of
from titlewright.evaluation.planted.splits import share_of
from titlewright.records import Product
from titlewright.text.leak import without_title

# how often a set's examples are taken: small sets more than once an epoch, large plain ones in part
WEIGHTS = {
    "icecat": 1.0,
    "myntra_catalog": 1.0,
    "crowdflower": 2.0,
    "walmart_free": 3.0,
    "livostyle": 3.0,
    "costco_grocery": 3.0,
    "amazon2020_708": 3.0,
    "fashion_styles": 0.2,
    "kobe": 3.0,
    "zh_title_rewrite": 10.0,
    "weidian": 3.0,
    "vespa": 0.5,
    "shein": 1.0,
    "shopee": 2.0,
    "lazada": 1.0,
    "jd": 0.6,
    "ebay_de": 0.7,
    "extractgpt": 0.5,
    "pricerunner": 0.2,
    "pricematch": 0.3,
    "shopee_tw": 0.2,
    "homedepot": 0.08,
}
DEV_SHARE = 0.05


def vespa(folder: Path) -> Iterator[Source]:
    """Real titles, descriptions by a language model: how titles are worded, never what is true."""
    with (folder / "vespa_amazon_llmdesc/data_0_1_0.jsonl").open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            row = row.get("fields", row)
            text = re.sub(r"^\s*##[^\n]*\n", "", row["description"] or "")
            text = re.sub(r"[*#`]+", " ", text)
            yield Source(
                _product(id=row.get("id") or row["title"], title=row["title"], description=text,
                         category=row.get("category")),
                row["title"],
            )  # fmt: skip


def _named(value: str) -> dict[str, str]:
    try:
        listed = json.loads(value or "[]") or []
    except json.JSONDecodeError:
        return {}
    named = [item for item in listed if isinstance(item, dict) and item.get("name")]
    return {item["name"]: item.get("value", "") for item in named}


def _crumbs(value: str) -> str:
    try:
        listed = json.loads(value or "[]") or []
    except json.JSONDecodeError:
        return ""
    return " > ".join(item["name"] if isinstance(item, dict) else str(item) for item in listed)


_TOLD = {"sku", "stok", "stock", "existencias", "คลัง", "kho hàng", "dikirim dari", "enviado desde"}


def _told(named: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in named.items() if name.lower() not in _TOLD}


def shein(folder: Path) -> Iterator[Source]:
    for row in _csv_rows(folder / "brightdata_samples/shein-products.csv"):
        yield Source(
            _product(id=row["product_id"], title=row["product_name"],
                     description=row["description"].split("✓.")[-1], brand=row["brand"],
                     category=_crumbs(row["category_tree"]),
                     attributes=_named(row["other_attributes"])),
            row["product_name"],
        )  # fmt: skip


def shopee(folder: Path) -> Iterator[Source]:
    for row in _csv_rows(folder / "brightdata_samples/shopee-products.csv"):
        yield Source(
            _product(id=row["id"], title=row["title"], description=row["Product Description"],
                     brand=row["brand"], category=_crumbs(row["breadcrumb"]),
                     attributes=_told(_named(row["Product Specifications"]))),
            row["title"],
        )  # fmt: skip


def lazada(folder: Path) -> Iterator[Source]:
    for row in _csv_rows(folder / "brightdata_samples/lazada-products.csv"):
        yield Source(
            _product(id=row["sku"], title=row["title"], description=row["product_description"],
                     brand=row["brand"], category=_crumbs(row["breadcrumb"]),
                     attributes=_told(_named(row["product_specifications"]))),
            row["title"],
        )  # fmt: skip


def _from_spans(title: str, spans: list[tuple[str, str]]) -> Source:
    """A product that states the annotated spans, in an order that says nothing."""
    spans = sorted(spans, key=lambda span: share_of(f"{title}:{span}"))
    attributes: dict[str, str] = {}
    for kind, text in spans:
        attributes[kind] = f"{attributes[kind]}; {text}" if kind in attributes else text
    brand = attributes.pop("brand", "")
    return Source(_product(id=title, title=title, brand=brand, attributes=attributes), title)


_JD = {"1": "brand", "4": "产品", "38": "型号", "5": "功能", "11": "材质", "13": "风格",
       "14": "款式", "16": "颜色", "18": "规格"}  # fmt: skip


def jd(folder: Path) -> Iterator[Source]:
    seen: set[str] = set()
    for title, tags in _jd_gold(folder / "jd_title_ner"):
        if title in seen:
            continue
        seen.add(title)
        spans = [(_JD.get(kind, "描述"), text) for kind, text in _bio_spans(list(title), tags)]
        yield _from_spans(title, spans)


def _jd_gold(folder: Path) -> Iterator[tuple[str, list[str]]]:
    with (folder / "dev_4000_uloveqian.json").open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            yield row["text"], row["labels"]
    characters: list[str] = []
    tags: list[str] = []
    for line in (folder / "dev_split.txt").read_text(encoding="utf-8").split("\n"):
        if line.strip("\r\n"):
            character, _, tag = line.rstrip("\r\n").rpartition(" ")
            characters.append(character or " ")
            tags.append(tag)
        elif characters:
            yield "".join(characters), tags
            characters, tags = [], []


def _bio_spans(tokens: list[str], tags: list[str], glue: str = "") -> list[tuple[str, str]]:
    spans: list[tuple[str, list[str]]] = []
    for token, tag in zip(tokens, tags, strict=False):
        place, _, kind = tag.partition("-")
        if place in ("B", "S"):
            spans.append((kind, [token]))
        elif place in ("I", "E", "M") and spans:
            spans[-1][1].append(token)
    return [(kind, glue.join(texts).strip()) for kind, texts in spans]


def ebay_de(folder: Path) -> Iterator[Source]:
    text = (folder / "ebay_de_title_ner/train_tab.txt").read_text(encoding="utf-8")
    for block in re.split(r"\n\s*\n", text):
        lines = [line.split("\t") for line in block.strip().split("\n") if "\t" in line]
        if lines:
            tokens, tags = [line[0] for line in lines], [line[1] for line in lines]
            spans = [
                ("brand" if kind == "Hersteller" else kind.replace("_", " "), text)
                for kind, text in _bio_spans(tokens, tags, " ")
            ]
            yield _from_spans(" ".join(tokens), spans)


def extractgpt(folder: Path) -> Iterator[Source]:
    for path in sorted((folder / "extractgpt_oamine_ae110k").glob("*/train.jsonl")):
        with path.open(encoding="utf-8") as file:
            for line in file:
                row = json.loads(line)
                spans = [
                    ("brand" if "brand" in kind.lower() else kind, value)
                    for kind, values in row["target_scores"].items()
                    for value in values
                    if value.lower() != "n/a"
                ]
                spans.append(("category", row["category"]))
                yield _from_spans(row["input"], spans)


def _improving(identity: str, present: str, better: str, **fields: Any) -> Source:
    product = _product(id=identity, title=better, attributes={"present title": present}, **fields)
    return Source(product, identity.split(":")[0])


def pricerunner(folder: Path) -> Iterator[Source]:
    path = folder / "pricerunner/pricerunner_aggregate.csv"
    with path.open(encoding="utf-8", newline="") as file:
        for number, offer, _, cluster, label, _, category in csv.reader(file):
            yield _improving(f"{cluster}:{number}", offer, label, category=category)


def pricematch(folder: Path) -> Iterator[Source]:
    """Several sellers' titles of one product: the one that shares most with the others is best."""
    groups: dict[str, list[str]] = {}
    for row in _csv_rows(folder / "shopee_pricematch/train.csv"):
        if "\\x" not in row["title"]:
            groups.setdefault(row["label_group"], []).append(row["title"])
    for group, titles in groups.items():
        if len(titles) < 2:
            continue
        words = [set(title.lower().split()) for title in titles]
        shared = [
            sum(len(mine & other) / len(mine | other) for other in words if mine | other)
            for mine in words
        ]
        best = titles[shared.index(max(shared))]
        for number, title in enumerate(titles[:4]):
            if title.lower() != best.lower():
                yield _improving(f"{group}:{number}", title, best)


def shopee_tw(folder: Path) -> Iterator[Source]:
    with (folder / "shopee_tw_titles/test_tcn.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield _improving(row["text"], row["text"], row["text"])


def homedepot(folder: Path) -> Iterator[Source]:
    path = folder / "homedepot_relevance/train.csv"
    with path.open(encoding="latin-1", newline="") as file:
        for row in csv.DictReader(file):
            title = row["product_title"]
            yield _improving(title, title, title)


ALONE: dict[str, Callable[[Path], Iterator[Source]]] = {
    reader.__name__: reader
    for reader in (
        vespa,
        shein,
        shopee,
        lazada,
        jd,
        ebay_de,
        extractgpt,
        pricerunner,
        pricematch,
        shopee_tw,
        homedepot,
    )
}


def examples(folder: Path) -> Iterator[dict[str, Any]]:
    """Every training example: set, split (train or dev), times an epoch, product, title."""
    for name, reader in (READERS | ALONE).items():
        seen: set[str] = set()
        for source in reader(folder):
            title = " ".join(source.product.title.split())
            key = f"{name}:{source.group}"
            if not title or split_of(key) != "train" or source.product.id in seen:
                continue
            seen.add(source.product.id)
            product, present = _split_present(source.product)
            if not present:
                product, _ = without_title(product)
            if not (product.description or product.attributes or present):
                continue
            yield {
                "set": name,
                "split": "dev" if share_of(f"dev:{key}") < DEV_SHARE else "train",
                "weight": WEIGHTS[name],
                "title": title,
                "product": {
                    "id": product.id,
                    "title": present,
                    "description": product.description[:3000],
                    "brand": product.brand,
                    "category": list(product.category),
                    "attributes": dict(product.attributes),
                },
            }


def _split_present(product: Product) -> tuple[Product, str]:
    present = product.attributes.get("present title", "")
    if not present:
        return product, ""
    return Product(id=product.id, title=product.title, category=product.category), present


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    counts: dict[str, int] = {}
    rows = list(examples(data_folder()))
    random.Random(0).shuffle(rows)
    with options.out.open("w", encoding="utf-8") as file:
        for row in rows:
            counts[row["set"]] = counts.get(row["set"], 0) + 1
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    for name, count in counts.items():
        print(f"{name}: {count} examples, taken {WEIGHTS[name]:g} times an epoch")


if __name__ == "__main__":
    main()
