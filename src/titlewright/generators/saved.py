"""Saved models: a folder with a `model.json` that names the family, and the family's own files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from titlewright.errors import GeneratorError

if TYPE_CHECKING:
    from titlewright.generators import Learner

VERSION = 1
_FILE = "model.json"


def is_model(folder: Path) -> bool:
    return (folder / _FILE).is_file()


def write_model_json(folder: Path, family: str, **about: Any) -> None:
    """Write model.json; a family's `save` does so last. `about` is the family's own, as JSON."""
    data = {"family": family, "version": VERSION, **about}
    text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    (folder / _FILE).write_text(text, encoding="utf-8")


def read_model_json(folder: Path) -> dict[str, Any]:
    """What model.json says, "family" and "version" among it. Raises GeneratorError."""
    if not folder.is_dir():
        raise GeneratorError(f"There is no folder {folder}. Give the folder of a saved model.")
    if not is_model(folder):
        raise GeneratorError(
            f"{folder} holds no {_FILE}: it is no saved model, or was not saved to the end. "
            "Make one with: titlewright train DATA -o MODEL"
        )
    try:
        data = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise GeneratorError(f"{folder / _FILE} can't be read: {error}. Save it again.") from error
    if not isinstance(data, dict) or not isinstance(data.get("family"), str):
        raise GeneratorError(f'{folder / _FILE} names no "family". Save the model again.')
    if data.get("version") != VERSION:
        raise GeneratorError(
            f"{folder} is in version {data.get('version')!r} of the format; this Titlewright "
            f"reads version {VERSION}. Use the Titlewright that saved it, or train it again."
        )
    return data


def save_whole(model: Learner, folder: Path) -> None:
    """Save the model so that the folder is a model only when all of its files are there.

    Other files in the folder stay. Raises GeneratorError when it can't be written.
    """
    part = folder / "saving.part"
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        model.save(part)
        for file in sorted(part.iterdir(), key=lambda file: file.name == _FILE):
            target = folder / file.name
            if target.is_dir():
                shutil.rmtree(target)
            file.replace(target)
        part.rmdir()
    except OSError as error:
        raise GeneratorError(
            f"The model can't be saved in {folder}: {error.strerror or error}. Check the space and "
            "your rights."
        ) from error
