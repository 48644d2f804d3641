"""Saved scorers that judge with the shipped reader: what their model.json says, and errors."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from titlewright.errors import GeneratorError
from titlewright.generators.compact import embedding
from titlewright.generators.saved import read_model_json, write_model_json


def write_about(folder: Path, kind: str, features: Sequence[str], **more: Any) -> None:
    """What the weights were learnt on: this reader and features of these names."""
    write_model_json(folder, kind, reader=embedding.version(), features=list(features), **more)


@contextmanager
def opened(folder: Path, kind: str, features: Sequence[str]) -> Iterator[dict[str, Any]]:
    """What `write_about` wrote, for the time in which the weights are read.

    Raises GeneratorError where the folder holds no model of this kind, where it was learnt on
    another reader or other features than are here now, and where its files are missing or broken.
    """
    about = read_model_json(folder)
    if about["family"] != kind:
        raise GeneratorError(
            f"{folder} is a model of the family {about['family']!r}, which doesn't judge {kind}."
        )
    if about.get("reader") != embedding.version() or about.get("features") != list(features):
        raise GeneratorError(
            f"The {kind} model in {folder} was learnt with another version of the reader or of the "
            f"features. Learn it anew: titlewright.scorers.{kind}.training.learn"
        )
    try:
        yield about
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise GeneratorError(
            f"{folder} is no whole {kind} model: {error}. Copy the whole folder, or learn it anew: "
            f"titlewright.scorers.{kind}.training.learn"
        ) from error


def read_arrays(path: Path) -> dict[str, NDArray[np.float32]]:
    """The arrays of an .npz file by name, as float32."""
    with path.open("rb") as file, np.load(file) as kept:  # given a path, it leaks broken files
        return {name: kept[name].astype(np.float32) for name in kept.files}
