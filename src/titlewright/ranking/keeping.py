"""A learnt ranking as a file: JSON with the weights, or with the trees in LightGBM's own text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from titlewright.errors import SettingsError
from titlewright.ranking.trees import Trees
from titlewright.ranking.weighing import Weigher, WeightedMean

_KIND, _VERSION = "titlewright ranking", 1
_AGAIN = "Learn it anew: titlewright fit-ranking"


def write_ranking(path: Path, weigher: Weigher, **about: Any) -> None:
    """Write a ranking, whole or not at all; `about` says what it was learnt from.

    Raises SettingsError where the file can't be written.
    """
    said: dict[str, Any] = {"kind": _KIND, "version": _VERSION, **about}
    if isinstance(weigher, WeightedMean):
        said["weights"] = dict(weigher.weights)
    elif isinstance(weigher, Trees):
        said |= {"names": list(weigher.names), "trees": weigher.model}
    else:
        raise TypeError(f"{type(weigher).__name__} has no file form")
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise SettingsError(f"{path} can't be written: {error.strerror}.") from error


def read_ranking(path: Path) -> Weigher:
    """The ranking in a file that `write_ranking` wrote. Raises SettingsError for any other."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"The ranking {path} can't be read: {error.strerror}.") from error
    except ValueError as error:
        raise SettingsError(f"{path} is no ranking: {error}. {_AGAIN}") from error
    if not isinstance(said, dict) or said.get("kind") != _KIND:
        raise SettingsError(f"{path} is no ranking. {_AGAIN}")
    if said.get("version") != _VERSION:
        raise SettingsError(
            f"{path} was written by another version ({said.get('version')!r}). {_AGAIN}"
        )
    if isinstance(weights := said.get("weights"), dict):
        return WeightedMean({name: _weight(path, name, value) for name, value in weights.items()})
    if isinstance(trees := said.get("trees"), str) and isinstance(said.get("names"), list):
        return Trees(trees, [str(name) for name in said["names"]])
    raise SettingsError(f"{path} holds neither weights nor trees. {_AGAIN}")


def _weight(path: Path, name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e6:
        raise SettingsError(f"{path}: the weight of {name} must be a number from 0, not {value!r}.")
    return float(value)
