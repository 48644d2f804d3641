"""What was once made of an object, remembered while the object is: by identity, the latest few.

For frozen records that several rooms read in turn. Equal objects count as different ones, so that
nothing has to be hashed or compared.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """Calls `make` once for each of the latest `most` objects."""

    def __init__(self, make: Callable[[K], V], *, most: int) -> None:
        self._make = make
        self._most = most
        self._kept: dict[int, tuple[K, V]] = {}  # holds the object, so that its id stays its own

    def __call__(self, key: K) -> V:
        known = self._kept.get(id(key))
        if known is not None:
            return known[1]
        value = self._make(key)
        if len(self._kept) >= self._most:
            self._kept.pop(next(iter(self._kept)), None)
        self._kept[id(key)] = (key, value)
        return value
