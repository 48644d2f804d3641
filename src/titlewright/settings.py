"""One settings object, read from the environment once and passed along."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment decides.

    home     TITLEWRIGHT_HOME  the ledger and the user's own rule packs and aliases live here
    workers  TITLEWRIGHT_WORKERS  processes for batches; 0 means one per core
    data     TITLEWRIGHT_DATA  folder of evaluation data sets; None skips what needs them
    database   TITLEWRIGHT_DATABASE  where events are kept, such as postgresql://user@host/shop;
               empty means a file in `home`
    keep_days  TITLEWRIGHT_KEEP_DAYS  days that single events are kept; 0 means for ever
    secret     TITLEWRIGHT_SECRET  the key under which shoppers are hashed; empty means a key file
               in `home`
    """

    home: Path = Path(".titlewright")
    workers: int = 0
    data: Path | None = None
    database: str = field(default="", repr=False)  # it may hold a password
    keep_days: int = 0
    secret: str = field(default="", repr=False)

    @property
    def ledger(self) -> Path:
        return self.home / "ledger.sqlite"

    @property
    def events(self) -> str | Path:
        """Where events are kept: a database's address, or a file."""
        return self.database or self.home / "learning.sqlite"

    @property
    def secret_file(self) -> Path:
        return self.home / "shoppers.key"

    @property
    def packs(self) -> Path:
        return self.home / "channels"

    @property
    def aliases(self) -> Path:
        return self.home / "aliases.toml"

    @property
    def known_aliases(self) -> Path | None:
        """The user's aliases, where there are any."""
        return self.aliases if self.aliases.exists() else None


def cores() -> int:
    """Cores that this process may use, which in a container are often fewer than there are."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1


def load_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from environment variables. Raises SettingsError when one makes no sense."""
    workers = _whole_number(environment, "TITLEWRIGHT_WORKERS")
    data = environment.get("TITLEWRIGHT_DATA")
    return Settings(
        home=Path(environment.get("TITLEWRIGHT_HOME", ".titlewright")),
        workers=workers,
        data=Path(data) if data else None,
        database=environment.get("TITLEWRIGHT_DATABASE", ""),
        keep_days=_whole_number(environment, "TITLEWRIGHT_KEEP_DAYS"),
        secret=environment.get("TITLEWRIGHT_SECRET", ""),
    )


def _whole_number(environment: Mapping[str, str], name: str) -> int:
    from titlewright.errors import SettingsError

    value = environment.get(name, "0")
    if not (value.isascii() and value.isdigit()):
        raise SettingsError(f"{name} must be a whole number from 0, not {value!r}.")
    return int(value)
