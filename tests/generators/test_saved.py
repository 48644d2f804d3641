"""Opening generators by name and by folder; saving them whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from titlewright import generators
from titlewright.errors import GeneratorError
from titlewright.generators import create, families, names, start
from titlewright.generators.saved import read_model_json, save_whole, write_model_json


class Remembering:
    """A family without a model: it keeps the folder that it was opened from."""

    name = "remembering"
    model_made = True

    def __init__(self, source: object = None) -> None:
        self.source = source

    @classmethod
    def start(
        cls,
        source: str | None = None,
        *,
        lora: bool = False,
        sizes: Mapping[str, Any] | None = None,
        seed: int = 0,
    ) -> Remembering:
        return cls((source, lora, dict(sizes or {}), seed))

    @classmethod
    def load(cls, folder: Path) -> Remembering:
        return cls(folder)

    def save(self, folder: Path) -> None:
        (folder / "weights").write_text("new")
        write_model_json(folder, "remembering")


@pytest.fixture(autouse=True)
def remembering(monkeypatch: pytest.MonkeyPatch) -> None:
    family = generators._Family(f"{__name__}:Remembering", ready=False)
    monkeypatch.setitem(generators._FAMILIES, "remembering", family)


def opened(generator: Any) -> Any:
    return generator.source


def saved(folder: Path, **about: Any) -> Path:
    folder.mkdir()
    write_model_json(folder, **({"family": "remembering"} | about))
    return folder


def test_what_can_be_made_and_what_can_be_trained() -> None:
    assert "template" in names()
    assert "remembering" not in names()
    assert "remembering" in families()
    assert "template" not in families()


def test_a_folder_is_opened_by_its_family(tmp_path: Path) -> None:
    folder = saved(tmp_path / "model", words=7)
    assert opened(create(str(folder))) == folder
    assert read_model_json(folder) == {"family": "remembering", "version": 1, "words": 7}


def test_a_family_that_needs_training_says_how() -> None:
    with pytest.raises(GeneratorError, match="titlewright train DATA --family remembering"):
        create("remembering")


def test_neither_a_name_nor_a_folder(tmp_path: Path) -> None:
    with pytest.raises(GeneratorError, match=r"no generator 'templat'.*template.*folder"):
        create("templat")
    with pytest.raises(GeneratorError, match=r"holds no model\.json"):
        create(str(tmp_path))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "can't be read"),
        ("[]", 'names no "family"'),
        ('{"family": 3, "version": 1}', 'names no "family"'),
        ('{"family": "remembering", "version": 2}', "version 2"),
        ('{"family": "remembering"}', "version None"),
        ('{"family": "later", "version": 1}', "'later', which this Titlewright doesn't know"),
    ],
)
def test_a_model_json_that_cant_be_used(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "model.json").write_text(text)
    with pytest.raises(GeneratorError, match=message):
        create(str(tmp_path))


def test_training_starts_from_a_name_a_folder_or_from_scratch(tmp_path: Path) -> None:
    folder = str(saved(tmp_path / "model"))
    assert opened(start("remembering", seed=3)) == ("remembering", False, {}, 3)
    assert opened(start(folder, lora=True)) == (folder, True, {}, 0)
    assert opened(start(None, "remembering")) == (None, False, {}, 0)
    assert opened(start("org/name", "remembering")) == ("org/name", False, {}, 0)
    wide = start(None, "remembering", sizes={"width": 9})
    assert opened(wide) == (None, False, {"width": 9}, 0)
    with pytest.raises(GeneratorError, match="--from or --family"):
        start(None)
    with pytest.raises(GeneratorError, match="'template' is no family that can be trained"):
        start("template")


def test_a_model_is_saved_whole_over_an_older_one(tmp_path: Path) -> None:
    (tmp_path / "weights").write_text("old")
    (tmp_path / "training").mkdir()
    save_whole(Remembering(), tmp_path)  # type: ignore[arg-type]
    assert (tmp_path / "weights").read_text() == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "model.json", "training", "weights",
    ]  # fmt: skip
    assert json.loads((tmp_path / "model.json").read_text())["family"] == "remembering"


def test_saving_that_fails_leaves_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_self: object, folder: Path) -> None:
        (folder / "weights").write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Remembering, "save", full)
    with pytest.raises(GeneratorError, match="No space left on device"):
        save_whole(Remembering(), tmp_path / "model")  # type: ignore[arg-type]
    with pytest.raises(GeneratorError, match=r"holds no model\.json"):
        create(str(tmp_path / "model"))
