"""Which side of the split a group falls on, the same on every machine and in every run."""

from __future__ import annotations

from typing import Literal

from titlewright.training.prepare.options import PrepareOptions
from titlewright.training.prepare.rows import stable_hash

Split = Literal["train", "dev", "test"]


def split_of(group: int, options: PrepareOptions) -> Split:
    """ "train", "dev" or "test" by a hash of seed and group. Other rows don't matter."""
    share = stable_hash(f"split\0{options.seed}\0{group:016x}") / 2**64
    if share < options.test:
        return "test"
    return "dev" if share < options.test + options.dev else "train"
