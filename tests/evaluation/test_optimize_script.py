"""benchmarks/optimize.py and demand.py: which searches fit, which words are new, what is shown."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from titlewright.records import Product

SCRIPTS = Path(__file__).parents[2] / "benchmarks"
MUG = Product(
    id="1", title="Kilnworks coffee mug", brand="Kilnworks", description="Stoneware mug with a lid"
)


@pytest.fixture(autouse=True)
def scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(SCRIPTS))


def test_searches_that_fit_are_about_the_thing_and_backed() -> None:
    from searches import Searches, covered

    fitting = Searches(
        iter(["stoneware coffee mugs", "gold coffee mug", "coffee maker", "mug", "2 oz coffee mug"])
    )
    assert fitting(MUG) == ["stoneware coffee mugs"]
    assert not covered(MUG.title, "stoneware coffee mugs")
    assert covered("Stoneware Coffee Mug", "stoneware coffee mugs")


def test_new_words_are_counted_against_the_rest_of_the_product() -> None:
    from optimize import new_words

    assert new_words([MUG], ["Kilnworks stoneware coffee mug"]) == [0, 1]
    assert new_words([MUG], ["Kilnworks coffee mug, gold"]) == [1, 1]
    assert new_words([MUG], [None]) == [0, 0]


def test_what_was_measured_last_is_shown_as_tables() -> None:
    shown = subprocess.run(
        [sys.executable, str(SCRIPTS / "optimize.py"), "--show"],
        capture_output=True, text=True, encoding="utf-8", timeout=120, check=True,
    )  # fmt: skip
    assert "| walmart_free, walmart | small |" in shown.stdout
    assert "| free, like |" in shown.stdout
