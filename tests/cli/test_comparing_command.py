"""compare, as a user would run it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from titlewright.errors import TrainingError
from titlewright.generators.ngram.generator import NgramGenerator


@pytest.fixture
def feed(save_csv: Callable[..., Path]) -> Path:
    rows = [
        (f"{colour} {thing} T-{number}", f"this {colour} {thing} of number T-{number} is for you")
        for number in range(100, 104)
        for colour in ("Red", "Blue", "Green", "Black")
        for thing in ("Mug", "Lamp", "Chair", "Kettle")
    ]
    return save_csv([("title", "description"), *rows])


def test_it_shows_tables_and_says_who_failed(
    titlewright, feed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("compare", feed, "--test", feed, "-o", tmp_path / "out", "--limit", 3,
             "--families", "template,ngram")  # fmt: skip

    def failing(_self: NgramGenerator, _examples: object, **_how: object) -> None:
        raise TrainingError("Nothing can be learnt [here].")

    with monkeypatch.context() as patch:
        patch.setattr(NgramGenerator, "fit", failing)
        ran = titlewright(*asked)
    assert ran.code == 1
    assert "ngram failed: Nothing can be learnt [here]." in ran.err
    assert "tries them again" in ran.err
    assert "template" in ran.out
    assert "Nothing can be learnt [here]." in ran.out
    again = titlewright(*asked, "--json")
    assert again.code == 0, again.err
    told = json.loads(again.out)
    assert [one["name"] for one in told["entrants"]] == ["ngram", "template"]
    assert told["failed"] == []
