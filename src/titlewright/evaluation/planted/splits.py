"""Stable hashes: the same product falls on the same side on every machine and in every run."""

from __future__ import annotations

import hashlib


def share_of(key: str) -> float:
    """A stable number in [0, 1) for a key."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) / 2**64


def split_of(key: str, test_share: float = 0.5) -> str:
    """ "test" or "dev" for a grouping key."""
    return "test" if share_of(f"planted-split:{key}") < test_share else "dev"
