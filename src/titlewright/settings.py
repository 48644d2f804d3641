"""One settings object, read from the environment once and passed along."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment decides.

    home     TITLEWRIGHT_HOME  the ledger and the user's own rule packs and aliases live here
    workers  TITLEWRIGHT_WORKERS  processes for batches; 0 means one per core
    data     TITLEWRIGHT_DATA  folder of evaluation data sets; None skips what needs them
    """

    home: Path = Path(".titlewright")
    workers: int = 0
    data: Path | None = None

    @property
    def ledger(self) -> Path:
        return self.home / "ledger.sqlite"

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
    from titlewright.errors import SettingsError

    workers = environment.get("TITLEWRIGHT_WORKERS", "0")
    if not (workers.isascii() and workers.isdigit()):
        raise SettingsError(f"TITLEWRIGHT_WORKERS must be a whole number from 0, not {workers!r}.")
    data = environment.get("TITLEWRIGHT_DATA")
    return Settings(
        home=Path(environment.get("TITLEWRIGHT_HOME", ".titlewright")),
        workers=int(workers),
        data=Path(data) if data else None,
    )
