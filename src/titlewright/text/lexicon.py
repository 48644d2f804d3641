"""Word lists kept as data: aliases (which wording backs which) and lexicons (what a word is).

Only reading and checking lives here. Matching words in a text, with inflections, joined spellings
and quantities, is the business of `titlewright.grounding`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from sys import maxsize
from types import MappingProxyType
from typing import Any

import tomli

from titlewright.errors import SettingsError

_DATA = Path(__file__).resolve().parents[1] / "data"
_SHAPES = {
    "equal": "a list of lists of two or more wordings each",
    "implies": "a list of [source wording, title wording] pairs",
    "implied_by": "a table: title wording = [source wordings]",
}
_SIZES = {"equal": (2, maxsize), "implies": (2, 2), "implied_by": (1, maxsize)}  # least, most


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
    """The aliases that come with Titlewright and those of `extra`, a TOML file or a folder of them.

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
    return MappingProxyType(dict(_flat(tomli.loads(file.read_text(encoding="utf-8")))))


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


def _read_alias_file(path: Path) -> Aliases:
    try:
        text = path.read_text(encoding="utf-8-sig")
        data = tomli.loads(text)
    except OSError as error:
        raise SettingsError(f"The alias file {path} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"The alias file {path} isn't UTF-8. Save it as UTF-8.") from error
    except tomli.TOMLDecodeError as error:
        raise SettingsError(f"The alias file {path} isn't valid TOML: {error}.") from error
    file = _AliasFile(path, text)
    for key in data:
        if key not in _SHAPES:
            raise file.refusal(key, f"has an unknown key {key!r}; use {', '.join(_SHAPES)}")
    equal = file.groups("equal", data.get("equal", []))
    implies = [(pair[0], pair[1]) for pair in file.groups("implies", data.get("implies", []))]
    implied_by = data.get("implied_by", {})
    if not isinstance(implied_by, dict):
        raise file.wrong_shape("implied_by", implied_by)
    for general, sources in implied_by.items():
        implies += [(source, general.lower()) for source in file.wordings("implied_by", sources)]
    return Aliases(equal, tuple(implies))


@dataclass(frozen=True, slots=True)
class _AliasFile:
    """An alias file being checked: it knows the line of what it refuses."""

    path: Path
    text: str

    def groups(self, key: str, value: object) -> tuple[tuple[str, ...], ...]:
        if not isinstance(value, list):
            raise self.wrong_shape(key, value)
        return tuple(self.wordings(key, group) for group in value)

    def wordings(self, key: str, group: object) -> tuple[str, ...]:
        """One group in lower case, its size checked against the key that it stands under."""
        least, most = _SIZES[key]
        if not isinstance(group, list) or not least <= len(group) <= most:
            raise self.wrong_shape(key, group)
        if not all(isinstance(word, str) and word.strip() for word in group):
            raise self.wrong_shape(key, group)
        return tuple([word.lower() for word in group])

    def wrong_shape(self, key: str, value: object) -> SettingsError:
        first = value[0] if isinstance(value, list) and value else value
        near = f'"{first}"' if f'"{first}"' in self.text else key
        return self.refusal(near, f"must give {key!r} as {_SHAPES[key]}, not {value!r}")

    def refusal(self, near: str, problem: str) -> SettingsError:
        """The error to raise; its line is the first on which `near` stands."""
        line = self.text.count("\n", 0, max(self.text.find(near), 0)) + 1
        return SettingsError(f"The alias file {self.path}, line {line}, {problem}.")


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", tuple(value)
