"""Feeds for the tests of the preparation, and what came out of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from titlewright.training.prepare import PrepareReport
from titlewright.training.prepare.storage import SPLITS, read_rows

KINDS = ("kettle", "backpack", "lamp", "jacket", "notebook", "drill", "vase", "scarf")
SYLLABLES = (
    "bra", "kov", "lun", "tis", "wem", "dor", "fyl", "gan", "hep", "jur", "mig", "nox",
    "pez", "qua", "rit", "sul", "vek", "xan", "yor", "zim", "cho", "thu", "ske", "plo",
)  # fmt: skip
MAKES = ("steel", "oak", "linen", "copper", "felt", "ceramic", "bamboo", "leather")


def plain_rows(number: int) -> list[dict[str, Any]]:
    """Products that have little in common, up to 552: every one becomes an example."""
    rows = []
    for index in range(number):
        kind, make = KINDS[index % 8], MAKES[index // 8 % 8]
        name = SYLLABLES[index % 24].title() + SYLLABLES[(index + 1 + index // 24) % 24]
        rows.append(
            {
                "id": f"p{index}",
                "title": f"{name} {make.title()} {kind.title()}",
                "description": f"A {kind} that {name} makes of {make} in its workshop {name}.",
                "brand": name,
            }
        )
    return rows


def save_jsonl(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    with path.open("w", encoding="utf-8") as stream:
        for row in rows:
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
    return path


def examples_of(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """The rows of each split."""
    return {split: list(read_rows(folder / f"{split}.parquet")) for split in SPLITS}


def all_examples(folder: Path) -> dict[str, dict[str, Any]]:
    """The examples of all splits by their id."""
    return {row["id"]: row for rows in examples_of(folder).values() for row in rows}


def touched(report: PrepareReport) -> dict[str, int]:
    """Rows per step, of the steps that touched any."""
    return {item.step.id: item.rows for item in report.steps if item.rows}
