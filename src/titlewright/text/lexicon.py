"""Word lists kept as data: aliases (which wording backs which) and lexicons (what a word is).

Only reading and checking lives here. Matching words in a text, with inflections, joined spellings
and quantities, is the business of `titlewright.grounding`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from titlewright.errors import SettingsError

_DATA = Path(__file__).resolve().parents[1] / "data"
_SHAPES = {
    "equal": "a list of lists of two or more wordings each",
    "implies": "a list of [source wording, title wording] pairs",
    "implied_by": "a table: title wording = [source wordings]",
}


@dataclass(frozen=True, slots=True)
class Aliases:
    """Wordings that state the same fact (`equal`) or make another one true (`implies`).

    A pair of `implies` is (what the source states, what the title may then say), never the other
    way round. All wordings are lower case. Groups that share a wording are not merged: "s" may
    stand for "small" in one group and for something else in another.
    """

    equal: tuple[tuple[str, ...], ...]
    implies: tuple[tuple[str, str], ...]

    def __add__(self, other: Aliases) -> Aliases:
        return Aliases(self.equal + other.equal, self.implies + other.implies)


def load_aliases(extra: Path | None = None) -> Aliases:
    """The aliases that come with Titlewright, and those of `extra`: a TOML file or a folder of them.

    A user's file holds any of three keys; case doesn't matter:

        equal = [["grey", "gray"]]
        implies = [["upf", "uv protection"]]
        [implied_by]
        "shoe" = ["sneaker", "loafer"]

    Raises SettingsError, with the file and the line, when `extra` can't be read or isn't so.
    """
    built_in = _built_in_aliases()
    return built_in if extra is None else built_in + _read_aliases(extra)


@cache
def load_lexicon(name: str) -> Mapping[str, tuple[str, ...]]:
    """The lexicon `name` ("colours", "roles", ...): key to wordings, in the file's order.

    Keys inside a table are joined by a dot: `[length] width` is "length.width".
    Raises SettingsError for a name that `lexicon_names` doesn't list.
    """
    if name not in lexicon_names():
        raise SettingsError(
            f"There is no lexicon {name!r}. Choose one of: {', '.join(lexicon_names())}."
        )
    file = _DATA / "lexicon" / f"{name}.toml"
    return MappingProxyType(dict(_flat(tomllib.loads(file.read_text(encoding="utf-8")))))


@cache
def lexicon_names() -> tuple[str, ...]:
    """The names that `load_lexicon` knows, sorted."""
    return tuple(sorted(file.stem for file in (_DATA / "lexicon").glob("*.toml")))


@cache
def _built_in_aliases() -> Aliases:
    return _read_aliases(_DATA / "aliases")


def _read_aliases(path: Path) -> Aliases:
    found = Aliases((), ())
    for file in sorted(path.glob("*.toml")) if path.is_dir() else [path]:
        found += _read_alias_file(file)
    return found


def _read_alias_file(file: Path) -> Aliases:
    try:
        text = file.read_text(encoding="utf-8-sig")
        data = tomllib.loads(text)
    except OSError as error:
        raise SettingsError(f"The alias file {file} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"The alias file {file} isn't UTF-8. Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"The alias file {file} isn't valid TOML: {error}.") from error
    for key in data:
        if key not in _SHAPES:
            _refuse(file, text, key, f"has an unknown key {key!r}; use {', '.join(_SHAPES)}")
    equal = tuple(
        _wordings(file, text, "equal", group) for group in _list(file, text, data, "equal")
    )
    implies = [
        _wordings(file, text, "implies", pair) for pair in _list(file, text, data, "implies")
    ]
    return Aliases(
        equal, tuple((pair[0], pair[1]) for pair in implies) + _implied_by(file, text, data)
    )


def _list(file: Path, text: str, data: Mapping[str, Any], key: str) -> list[Any]:
    value = data.get(key, [])
    if not isinstance(value, list):
        _refuse(file, text, key, f"must give {key!r} as {_SHAPES[key]}, not {value!r}")
    return value


def _implied_by(file: Path, text: str, data: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    table = data.get("implied_by", {})
    if not isinstance(table, dict):
        _refuse(
            file,
            text,
            "implied_by",
            f"must give implied_by as {_SHAPES['implied_by']}, not {table!r}",
        )
    return tuple(
        (source, general.lower())
        for general, sources in table.items()
        for source in _wordings(file, text, "implied_by", sources)
    )


def _wordings(file: Path, text: str, key: str, group: object) -> tuple[str, ...]:
    """One group of an alias file in lower case, its size checked against the key it stands under."""
    if isinstance(group, list) and all(isinstance(word, str) and word.strip() for word in group):
        allowed = {"equal": len(group) >= 2, "implies": len(group) == 2, "implied_by": True}
        if allowed[key]:
            return tuple(word.lower() for word in group)
    first = str(group[0]) if isinstance(group, list) and group else str(group)
    _refuse(file, text, first, f"must give {key!r} as {_SHAPES[key]}, not {group!r}")


def _refuse(file: Path, text: str, near: str, problem: str) -> NoReturn:
    """Raise for a file that is TOML but not an alias file; the line is where `near` stands first."""
    position = text.find(near)
    line = text.count("\n", 0, position) + 1 if position >= 0 else 1
    raise SettingsError(f"The alias file {file}, line {line}, {problem}.")


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", tuple(value)
