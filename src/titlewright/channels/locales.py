"""Languages and countries of BCP 47 locale tags ("zh-Hans-CN")."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple


class Locale(NamedTuple):
    """Language in lower case and country in upper case; empty when unknown."""

    language: str
    country: str


@lru_cache(maxsize=1024)
def parse_locale(tag: str) -> Locale:
    """The language and country of a tag; underscores are accepted."""
    parts = tag.replace("_", "-").split("-")
    country = next((part.upper() for part in parts[1:] if len(part) == 2 and part.isalpha()), "")
    return Locale(parts[0].lower(), country)
