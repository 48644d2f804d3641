"""Finding rule packs: the shipped ones, and the user's own that add or override.

How a pack reads as data is the business of pack_format.py.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import tomli

from titlewright.channels.model import Channel, Law
from titlewright.channels.pack_format import PackReader, extended
from titlewright.channels.program import compile_rule
from titlewright.channels.wordlists import word_lists
from titlewright.errors import ChannelError

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class _Shipped:
    """The packs of the installation: as raw data, for those who extend them, and as read."""

    raw: dict[str, dict[str, Any]]
    laws: dict[str, Law]
    channels: dict[str, Channel]


def load_channels(folder: Path | None = None) -> dict[str, Channel]:
    """All channels by name and alias: the shipped packs, then the TOML files of the folder.

    A file in the folder adds a channel or replaces the one of its name. With `extends = "amazon"`
    it starts from that channel: its tables are laid over the other's, a rule with the id of an
    inherited one changes it, `disable = ["title-case"]` takes rules away. Files in folder/laws
    are law packs. A folder that doesn't exist counts as empty. Raises ChannelError, naming the
    file, for a pack that isn't valid.
    """
    shipped = _shipped()
    if folder is None or not folder.is_dir():
        return dict(shipped.channels)
    laws = dict(shipped.laws)
    for path in sorted((folder / "laws").glob("*.toml")):
        law = _reader().law(_read(path), path)
        for rule in law.rules:
            compile_rule(rule, None)
        laws[law.name] = law
    channels = dict(shipped.channels)
    if laws != shipped.laws:
        for path in _packs():
            _add(channels, _reader().channel(shipped.raw[path.stem], path, laws))
    raw = dict(shipped.raw)
    own = {path.stem: (path, _read(path)) for path in sorted(folder.glob("*.toml"))}
    for name in own:
        channel = _reader().channel(_resolved(name, own, raw, ()), own[name][0], laws)
        for rule in channel.rules:
            compile_rule(rule, channel)  # a user's mistake shows now, not at the first title
        _add(channels, channel)
    return channels


def get_channel(name: str, folder: Path | None = None) -> Channel:
    """The channel of that name or alias. Raises ChannelError with near names when unknown."""
    channels = load_channels(folder)
    key = name.strip().casefold().replace("_", "-").replace(" ", "-")
    if key in channels:
        return channels[key]
    near = difflib.get_close_matches(key, channels, n=3, cutoff=0.5)
    advice = f"Did you mean {' or '.join(near)}?" if near else f"There are: {', '.join(channels)}."
    raise ChannelError(f"There is no channel {name!r}. {advice}")


def _resolved(
    name: str,
    own: dict[str, tuple[Path, dict[str, Any]]],
    shipped: dict[str, dict[str, Any]],
    extending: tuple[str, ...],
) -> dict[str, Any]:
    """The data of a user's pack with what it extends under it. Its own name means the shipped."""
    path, data = own[name]
    base = data.get("extends")
    if base is None:
        return {"name": name} | data
    if name in extending:
        raise ChannelError(f"{path}: {' extends '.join((*extending, name))}, which has no end.")
    if base in own and base != name:
        under = _resolved(base, own, shipped, (*extending, name))
    elif base in shipped:
        under = shipped[base]
    else:
        raise ChannelError(
            f"{path} extends {base!r}, which is no channel. There are: {', '.join(shipped)}."
        )
    return extended(under, {"name": name} | data, path)


def _add(channels: dict[str, Channel], channel: Channel) -> None:
    for name in (channel.name, *channel.aliases):
        channels[name] = channel


def _packs() -> list[Path]:
    return sorted((_HERE / "packs").glob("*.toml"))


@lru_cache(maxsize=1)
def _reader() -> PackReader:
    return PackReader(word_lists())


@lru_cache(maxsize=1)
def _shipped() -> _Shipped:
    laws: dict[str, Law] = {}
    for path in sorted((_HERE / "laws").glob("*.toml")):
        laws[path.stem] = _reader().law(_read(path), path)
    found = {path.stem: (path, _read(path)) for path in _packs()}
    raw: dict[str, dict[str, Any]] = {}
    for name, (path, data) in found.items():
        base = found.get(data.get("extends", ""), (path, {}))[1]
        raw[name] = extended(base, {"name": name} | data, path) if base else {"name": name} | data
    channels: dict[str, Channel] = {}
    for name, (path, _) in found.items():
        _add(channels, _reader().channel(raw[name], path, laws))
    return _Shipped(raw, laws, channels)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomli.loads(path.read_text("utf-8"))
    except (tomli.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ChannelError(f"{path} is not valid TOML: {error}.") from error
    except OSError as error:
        raise ChannelError(f"{path} can't be read: {error.strerror}.") from error
