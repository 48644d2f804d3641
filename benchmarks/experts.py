"""Titles that experts made of present ones (zh_title_rewrite): how close does `optimize` come?

Measured as optimize.py says, which shows it beside the rest.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from datasets import data_folder
from titlewright.channels import get_channel
from titlewright.evaluation.bootstrap import difference_interval, mean_of
from titlewright.evaluation.overlap import overlaps
from titlewright.generators import create
from titlewright.optimizing import Optimizer
from titlewright.records import Example, Product, TitleResult
from titlewright.rewriting import Freedom, letters_changed
from titlewright.rewriting.form import Form

FREEDOMS: tuple[Freedom, ...] = ("small", "free")
FOLDS = 5


def standard(generator: str) -> dict[str, Any]:
    """How close titles come to the experts', before and after."""
    examples = read_pairs(data_folder())
    written: dict[str, list[str]] = {"as they are": [one.product.title for one in examples]}
    for freedom in FREEDOMS:
        optimizer = Optimizer(create(generator), get_channel("taobao"), edits=freedom)
        written[freedom] = titles_of(optimizer, examples)
    written["free, like"] = learnt(generator, examples)
    goals = [example.title for example in examples]
    before = written["as they are"]
    return {
        name: {
            "untouched": sum(a == b for a, b in zip(titles, before, strict=True)) / len(titles),
            "same": sum(a == b for a, b in zip(titles, goals, strict=True)),
            **closeness(titles, before, goals),
        }
        for name, titles in written.items()
    } | {"titles": len(goals)}


def learnt(generator: str, examples: Sequence[Example]) -> list[str]:
    """Each fold's titles in the form that the others show."""
    places = list(range(len(examples)))
    random.Random(0).shuffle(places)
    found = [""] * len(examples)
    for fold in range(FOLDS):
        held = places[fold::FOLDS]
        form = Form.learn([examples[place] for place in sorted(set(places) - set(held))])
        optimizer = Optimizer(create(generator), get_channel("taobao"), edits="free", form=form)
        for place, title in zip(
            held, titles_of(optimizer, [examples[place] for place in held]), strict=True
        ):
            found[place] = title
    return found


def titles_of(optimizer: Optimizer, examples: Sequence[Example]) -> list[str]:
    """A title a product; where none can be made the present one stays."""
    products = [example.product for example in examples]
    return [
        made.title if isinstance(made, TitleResult) else product.title
        for made, product in zip(optimizer.run(products), products, strict=True)
    ]


def closeness(
    titles: Sequence[str], before: Sequence[str], goals: Sequence[str]
) -> dict[str, list[float]]:
    """Distance and ROUGE-L: the mean, the difference to before, and its 95 % interval."""

    def distances(texts: Sequence[str]) -> list[float]:
        return [letters_changed(*pair) for pair in zip(texts, goals, strict=True)]

    def rouge(texts: Sequence[str]) -> list[float]:
        return [overlap.rougeL for overlap in overlaps(texts, goals)]

    found = {}
    for name, measure_of in (("distance", distances), ("rougeL", rouge)):
        ours, theirs = mean_of(measure_of(titles)), mean_of(measure_of(before))
        value, old = ours.value or 0.0, theirs.value or 0.0
        low, high = difference_interval(ours, theirs) or (0.0, 0.0)
        found[name] = [value, value - old, low, high]
    return found


def read_pairs(folder: Path) -> list[Example]:
    """zh_title_rewrite: stated attributes and the present title, and the experts' title."""
    (path,) = (folder / "zh_title_rewrite").glob("*train.json")
    examples = []
    for number, row in enumerate(json.loads(path.read_text(encoding="utf-8")), 1):
        question, answer = (turn["value"] for turn in row["conversations"][:2])
        block, _, rest = question.split("错误或遗漏）\n")[1].partition("2. 商品原始标题：")
        stated = dict(line.split("：", 1) for line in block.splitlines() if "：" in line)
        stated = {name: value for name, value in stated.items() if value != "无"}
        product = Product(
            id=f"zh-rewrite-{number}",
            title=rest.split("\n\n根据")[0].strip(),
            brand=stated.get("品牌", ""),
        )
        attributes = {name: value for name, value in stated.items() if name != "品牌"}
        examples.append(
            Example(replace(product, attributes=attributes), answer.split("：", 1)[-1].strip())
        )
    return examples
