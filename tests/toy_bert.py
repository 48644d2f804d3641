"""A BERT of some ten thousand weights, and products whose titles state some of their attributes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from titlewright.neural.settings import TrainingSettings
from titlewright.records import Example, Product

BRANDS = ("Nordvik", "Aurelia", "Kestrel")
THINGS = ("bottle", "hat", "lamp", "bag", "mug", "chair")
COLOURS = ("red", "navy", "sage", "black", "amber")
SIZES = {
    "pieces": 200, "width": 64, "layers": 2, "heads": 2, "inner": 128, "positions": 48,
    "dropout": 0.0,
}  # fmt: skip
SETTINGS = TrainingSettings(
    steps=400, batch_tokens=600, learning_rate=5e-3, precision="float32", threads=1, measure_on=8,
    evaluate_every=400,
)  # fmt: skip
JUDGING = replace(SETTINGS, steps=400, learning_rate=3e-3, evaluate_every=400)


def example(number: int) -> Example:
    """The title states brand, thing and colour; weight and origin it never states."""
    brand, thing = BRANDS[number % 3], THINGS[number // 3 % 6]
    facts = {
        "weight": f"{100 + number * 7 % 900} g",
        "thing": thing,
        "origin": ("France", "Norway")[number % 2],
        "colour": (colour := COLOURS[number // 2 % 5]),
    }
    product = Product(id=str(number), brand=brand, attributes=facts)
    return Example(product, f"{brand} {thing}, {colour}")


def examples(numbers: Iterable[int]) -> list[Example]:
    return [example(number) for number in numbers]


def titled(numbers: Iterable[int]) -> list[Product]:
    """Products to pretrain on: their titles stand in them."""
    return [replace(one.product, title=one.title) for one in examples(numbers)]


def new(**sizes: Any) -> Any:
    """From scratch, as small as a test needs."""
    from titlewright.generators.bert.model import Bert

    return Bert.start(sizes=SIZES | sizes)


def save_trained(folder: Path) -> Path:
    """A model that has learnt words, then to judge, for some seconds, saved in `folder`."""
    from titlewright.generators.saved import save_whole

    model = new()
    model.pretrain(titled(range(120)), dev=[], settings=SETTINGS, folder=folder / "words")
    model.fit(
        examples(range(600)), dev=examples(range(1000, 1060)), settings=JUDGING,
        folder=folder / "judge",
    )  # fmt: skip
    save_whole(model, folder / "model")
    return folder / "model"
