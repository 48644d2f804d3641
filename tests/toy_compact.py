"""A compact model of a few thousand weights, built from products that stand here."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from titlewright.records import Example, Product

COLOURS = ("red", "navy", "sage green", "black")
THINGS = ("Steel Water Bottle", "Wool Hat", "Cotton T-Shirt", "Canvas Tote Bag", "Desk Lamp")


def example(number: int) -> Example:
    thing, colour = THINGS[number % 5], COLOURS[number // 5 % 4]
    brand, model = ("Nordvik", "Aurelia")[number % 2], f"NV-{100 + number}"
    description = f"A {colour} {thing.lower()} for every day, {number % 7 + 1} pieces, 500 ml."
    product = Product(
        id=str(number), brand=brand, description=description, attributes={"model": model}
    )
    return Example(product, f"{brand} {model} {thing} - {colour.title()}")


def examples(numbers: Iterable[int] = range(60)) -> list[Example]:
    return [example(number) for number in numbers]


def save_toy(folder: Path) -> Path:
    """A model folder with random weights, its pieces and words those of the examples."""
    from titlewright.generators.compact.base import (
        choose_words,
        new_network,
        product_text,
        save_base,
        train_pieces,
    )
    from titlewright.generators.compact.network import NetworkSettings
    from titlewright.generators.compact.pieces import Pieces

    folder.mkdir()
    known = examples()
    texts = [" ".join((*product_text(one.product), one.title)) for one in known]
    tokenizer = train_pieces(texts, 300)
    (folder / "tokenizer.json").write_text(tokenizer, encoding="utf-8")
    pieces, words = Pieces(folder / "tokenizer.json"), choose_words(known, least=2)
    sizes = NetworkSettings(
        width=32, heads=2, reader_layers=1, reader_inner=64, writer_layers=1, writer_heads=2,
        writer_inner=64,
    )  # fmt: skip
    save_base(folder, new_network(sizes, pieces, words), tokenizer, words)
    return folder
