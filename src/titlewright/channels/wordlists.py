"""The word lists that rule packs share and shortening needs, from lists.toml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import tomli


@cache
def word_lists() -> Mapping[str, tuple[str, ...]]:
    """Every list by name, its languages together, in the order of the file."""
    data = tomli.loads((Path(__file__).parent / "lists.toml").read_text("utf-8"))
    return {
        name: tuple(
            entry
            for text in languages.values()
            for line in text.splitlines()
            for entry in map(str.strip, line.split(","))
            if entry
        )
        for name, languages in data.items()
    }
