"""Small results files, feeds and rejects for the tests of reports."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from titlewright.records import Product


def line(row: int, title: str, previous: str = "", **more: Any) -> dict[str, Any]:
    """One line of a results file, for google unless said otherwise."""
    return {
        "row": row,
        "id": str(row),
        "channel": "google",
        "title": title,
        "previous_title": previous,
        "generator": "template",
        "model_made": False,
        "score": 0.8,
        "scores": [{"name": "complete", "value": 0.5, "reasons": ["leaves out brand"]}],
        "evidence": [],
        "repairs": [],
        "warnings": [],
        "alternatives": [],
        "input_tokens": 0,
        "output_tokens": 0,
        "cost": 0.0,
    } | more


def write_lines(path: Path, lines: Iterable[Mapping[str, Any] | str]) -> Path:
    texts = [item if isinstance(item, str) else json.dumps(item) for item in lines]
    path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    return path


def write_feed(path: Path, products: Iterable[Product]) -> Path:
    return write_lines(path, [product.to_json() for product in products])


MUGS = (
    Product("1", "MUG!!! BUY NOW", "A stoneware mug with lid, 350 ml.", "Acme",
            ("Home", "Mugs"), {"color": "Blue"}),
    Product("2", "Acme Steel Bottle", "A steel bottle, 500 ml.", "Acme",
            ("Home", "Bottles"), {"color": "Red"}),
    Product("3", "", "A cotton towel for the beach.", "Bolt", ("Bath",), {"color": "Green"}),
)  # fmt: skip
MADE = (
    line(1, "Acme Stoneware Mug 350 ml, Blue", "MUG!!! BUY NOW", repairs=['Removed "!".']),
    line(2, "Acme Steel Bottle", "Acme Steel Bottle"),
    line(3, "Bolt Cotton Beach Towel"),
)
