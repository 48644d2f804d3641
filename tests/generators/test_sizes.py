"""Sizes of a model from scratch: typed, checked, and explained where they are wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest

import toy_sequence
from titlewright.errors import GeneratorError
from titlewright.generators import start
from titlewright.generators.sizes import sized


@dataclass(frozen=True, slots=True)
class House:
    """What a house is built of."""

    rooms: int = 4
    height: float = 2.5
    cellar: bool = True
    roof: Literal["flat", "gable"] = "flat"
    dropout: float = 0.1

    def __post_init__(self) -> None:
        if self.cellar and self.rooms > 100:
            raise GeneratorError("A house of more than 100 rooms has no cellar.")


def test_what_is_asked_for_takes_the_place_of_defaults() -> None:
    assert sized("house", House, None) == House()
    asked = {"rooms": 7, "height": 3, "cellar": False, "roof": "gable", "dropout": 0}
    assert sized("house", House, asked) == House(7, 3, False, "gable", 0)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("wings", 2, "house has no size 'wings'"),
        ("rooms", 0, "rooms must be a whole number from 1, not 0"),
        ("rooms", 2.0, "rooms must be a whole number from 1, not 2.0"),
        ("rooms", True, "rooms must be a whole number from 1, not True"),
        ("rooms", None, "rooms must be a whole number from 1, not None"),
        ("height", "tall", "height must be a number from 0, not 'tall'"),
        ("height", -1.0, "height must be a number from 0, not -1.0"),
        ("height", float("nan"), "height must be a number from 0, not nan"),
        ("cellar", 1, "cellar must be true or false, not 1"),
        ("cellar", "yes", "cellar must be true or false, not 'yes'"),
        ("roof", "round", "roof must be flat or gable, not 'round'"),
        ("roof", ["flat"], r"roof must be flat or gable, not \['flat'\]"),
        ("dropout", 1.0, "dropout must be a number from 0, below 1, not 1.0"),
        ("rooms", 101, "A house of more than 100 rooms has no cellar."),
    ],
)
def test_what_is_wrong_is_said_and_all_sizes_are_listed(
    name: str, value: Any, message: str
) -> None:
    with pytest.raises(GeneratorError, match=message) as raised:
        sized("house", House, {name: value})
    listed = str(raised.value)
    assert "rooms (a whole number from 1; 4)" in listed
    assert "cellar (true or false; true), roof (flat or gable; flat)" in listed


@pytest.mark.parametrize("family", toy_sequence.FAMILIES)
def test_neural_families_have_sizes(family: str) -> None:
    pytest.importorskip("torch", reason="needs the extra train")
    model: Any = start(None, family, sizes={"width": 64, "words": 500})
    assert (model.sizes.width, model.sizes.words) == (64, 500)
    with pytest.raises(GeneratorError, match=r"no size 'wings'.*width \(a whole number from 1;"):
        start(None, family, sizes={"wings": 2})


def test_a_saved_model_keeps_its_sizes(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="needs the extra train")
    folder = toy_sequence.save_trained("neural-lm", tmp_path)
    with pytest.raises(GeneratorError, match="sizes can't be changed: leave --size width=64 out"):
        start(str(folder), sizes={"width": 64})


@pytest.mark.parametrize("family", ["compact", "ngram", "smollm", "huggingface"])
def test_families_without_sizes_say_so(family: str) -> None:
    if family != "ngram":
        pytest.importorskip("torch", reason="needs the extra train")
    source = "somewhere" if family == "huggingface" else None
    with pytest.raises(GeneratorError, match="leave --size width=64 out"):
        start(source, family, sizes={"width": 64})
