"""`titlewright fit-ranking`: from feedback to a ranking's file."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from titlewright.examples import EXAMPLE_FEED, example_products
from titlewright.ranking import WEIGHTS
from titlewright.ranking.keeping import read_ranking

pytest.importorskip("lightgbm", reason="needs the extra train")


def feedback(path: Path, products: int) -> Path:
    """People who like short titles, whatever they leave out."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "title", "approved"])
        long = [one for one in example_products() if len(one.title.split()) > 2]
        for product in long[:products]:
            writer.writerow([product.id, product.title, "no"])
            writer.writerow([product.id, " ".join(product.title.split()[-2:]), "yes"])
    return path


def test_feedback_becomes_a_ranking(titlewright: Callable, tmp_path: Path) -> None:
    told, out = feedback(tmp_path / "feedback.csv", 22), tmp_path / "ranking.json"
    ran = titlewright(
        "fit-ranking", str(told), "--feed", str(EXAMPLE_FEED), "-o", str(out), "--json"
    )
    assert ran.code == 0
    found = json.loads(ran.out)
    assert found["products"] == found["pairs"] == 22
    assert found["chosen"] == "learnt weights"
    assert set(found["trials"]) == {"default weights", "learnt weights"}
    weights = json.loads(out.read_text(encoding="utf-8"))["weights"]
    assert weights["complete"] < WEIGHTS["complete"]
    read_ranking(out)


def test_a_table_for_people_names_what_is_kept(titlewright: Callable, tmp_path: Path) -> None:
    told, out = feedback(tmp_path / "feedback.csv", 22), tmp_path / "ranking.json"
    with told.open("a", encoding="utf-8") as file:
        file.write("nobody,Mug,yes\n")
    ran = titlewright("fit-ranking", str(told), "--feed", str(EXAMPLE_FEED), "-o", str(out))
    assert ran.code == 0
    assert "22 pairs of titles of 22 products" in ran.out
    assert "learnt weights are in" in ran.err
    assert "1 products with feedback aren't in" in ran.err


def test_too_little_feedback_is_an_error_and_writes_nothing(
    titlewright: Callable, tmp_path: Path
) -> None:
    told, out = feedback(tmp_path / "feedback.csv", 3), tmp_path / "ranking.json"
    ran = titlewright("fit-ranking", str(told), "--feed", str(EXAMPLE_FEED), "-o", str(out))
    assert ran.code == 2
    assert "Only 3 products have two titles" in ran.err
    assert not out.exists()
