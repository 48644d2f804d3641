"""Lengths as the network sees them: the characters that are left, in buckets."""

from __future__ import annotations

MOST_UNITS = 60  # units of a title
BUCKET = 4  # characters
BUCKETS = 64


def budget(left: int) -> int:
    """The bucket of the characters that are left, 1 to BUCKETS - 1; 0 is for no wish."""
    return min(max(left, 0) // BUCKET + 1, BUCKETS - 1)
