"""A stranger's feed, start to end as docs/training.md has it, on a compact model of toy size."""

from __future__ import annotations

import csv
import random
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

import toy_compact

PAGE = Path(__file__).parents[2] / "docs" / "training.md"


def commands() -> list[list[str]]:
    """The lines of the page's first block, without the program's name."""
    text = PAGE.read_text(encoding="utf-8")
    match = re.search(r"<!-- start to end.*?-->\n```sh\n(.*?)```", text, re.DOTALL)
    assert match is not None
    return [shlex.split(line)[1:] for line in match[1].splitlines()]


@pytest.fixture
def shop(save_csv: Callable[..., Path]) -> Path:
    """Five hundred rows as a shop exports them: mark-up, repetitions, rows without a title."""
    rng = random.Random(0)
    rows = []
    for number in range(500):
        colour = rng.choice(("red", "navy", "sage green", "black", "amber"))
        thing = rng.choice(("Steel Water Bottle", "Wool Hat", "Cotton T-Shirt", "Desk Lamp"))
        brand = rng.choice(("Nordvik", "Aurelia", "Fjell"))
        title = f"{brand} {thing} {colour.title()} NV-{number}"
        text = (
            f"<p>A {colour} {thing.lower()}, model NV-{number}, {rng.randint(2, 9)} pieces.</p>"
            "<p>Free returns within 30 days. Write to shop@example.com</p>"
        )
        rows.append((f"sku-{number}", "" if number % 50 == 7 else title, text, brand))
    rows += rows[:10]
    return save_csv([("id", "title", "description", "brand"), *rows], "shop.csv")


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The toy stands where the shipped weights do, for what begins with them."""
    pytest.importorskip("torch", reason="needs the extra train")
    pytest.importorskip("onnx", reason="needs the extra train")
    from titlewright.generators.compact import generator

    monkeypatch.setattr(generator, "SHIPPED", toy_compact.save_toy(tmp_path / "toy"))


@pytest.mark.usefixtures("toy")
def test_from_a_feed_to_titles_of_a_model_of_one_s_own(
    titlewright, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shop.parent)
    said = {}
    for words in commands():
        quick = " ".join(words).replace("--minutes 20", "--steps 25 --learning-rate 0.003")
        ran = titlewright(*quick.split())
        assert ran.code == 0, f"{words}: {ran.err}"
        said[words[0]] = ran
    assert list(said) == ["prepare", "train", "benchmark", "generate"]
    assert "Private data masked" in said["prepare"].out
    assert "rougeL" in said["benchmark"].out
    assert "compact" in said["benchmark"].out  # what it was trained from, beside it
    with Path("titled.csv").open(encoding="utf-8", newline="") as file:
        titled = list(csv.DictReader(file))
    with shop.open(encoding="utf-8", newline="") as file:
        before = list(csv.DictReader(file))
    assert [row["id"] for row in titled] == [row["id"] for row in before]  # nothing lost
    assert all(row["title"] for row in titled)
    assert [row["description"] for row in titled] == [row["description"] for row in before]
    assert Path("shop-model/model.json").exists()
