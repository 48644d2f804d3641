"""Who looked, as a keyed hash: whoever has the events alone can't tell, nor try names.

HMAC-SHA256 (RFC 2104), cut to its first 128 bits as section 5 there allows. The key comes from
TITLEWRIGHT_SECRET or from a file that only its owner may read; without the key nobody can be
looked up, so it is to be backed up like any secret and never written into a log.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from titlewright.errors import SettingsError

if TYPE_CHECKING:
    from titlewright.settings import Settings

_MARK = "who:"  # tells a hash from a raw id, whatever the raw ids look like
_HASHED = re.compile(r"who:[0-9a-f]{32}")
_SHORTEST = 16  # bytes of a key


def is_hashed(who: str) -> bool:
    """Whether this is a keyed hash as `Shoppers.hashed` makes them."""
    return _HASHED.fullmatch(who) is not None


class Shoppers:
    """Turns raw ids of shoppers into keyed hashes.

    key  at least 16 bytes. Raises SettingsError where it is shorter.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) < _SHORTEST:
            raise SettingsError(
                f"The key for hashing shoppers has {len(key)} bytes; it takes {_SHORTEST} or more. "
                "Set TITLEWRIGHT_SECRET to a long random text, or unset it to have a key made."
            )
        self._key = key

    def __repr__(self) -> str:
        return "Shoppers(key hidden)"

    def hashed(self, raw: str) -> str:
        """The keyed hash of a raw id; one that is hashed already stays, and "" is nobody."""
        if not raw or is_hashed(raw):
            return raw
        return (
            _MARK + hmac.new(self._key, raw.encode("utf-8", "replace"), "sha256").hexdigest()[:32]
        )

    def derived(self, purpose: str) -> bytes:
        """A key for another purpose, 32 bytes, that says nothing about the one for hashing."""
        return hmac.digest(self._key, purpose.encode(), "sha256")


def load_shoppers(settings: Settings) -> Shoppers:
    """With the key from the settings, or from the key file, which is made on first use.

    Raises SettingsError where the key is too short, can't be read, or others may read it.
    """
    if settings.secret:
        return Shoppers(settings.secret.encode())
    path = settings.secret_file
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
        mode = stat.S_IMODE(path.stat().st_mode)
        if os.name == "posix" and mode & 0o077:
            raise SettingsError(
                f"The key file {path} may be read by others (mode {mode:o}): chmod 600 {path}"
            )
        return Shoppers(path.read_bytes().strip())
    except OSError as error:
        raise SettingsError(
            f"The key file {path} can't be used: {error.strerror}. Point TITLEWRIGHT_HOME to a "
            "folder that you may write to, or set TITLEWRIGHT_SECRET."
        ) from error


def _make(path: Path) -> None:
    """A new key, whole or not at all; of several processes that try at once, one wins."""
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    opened = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(opened, "wb") as stream:
            stream.write(secrets.token_hex(32).encode() + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        with suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        temporary.unlink()
