"""Every random generator that training may draw from: seeded, saved, and kept apart."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor

_CPU = "cpu"


def seed_all(seed: int) -> None:
    """Seed Python's, numpy's and torch's global generators."""
    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.manual_seed(seed)


def states() -> tuple[dict[str, Any], dict[str, Tensor]]:
    """The generators' states: what fits JSON, and tensors of bytes."""
    version, words, gauss = random.getstate()
    name, keys, position, has_gauss, cached = np.random.get_state()
    plain = {
        "python": [version, list(words), gauss],
        "numpy": [name, np.asarray(keys).tolist(), int(position), int(has_gauss), float(cached)],
    }
    tensors = {_CPU: torch.get_rng_state()}
    if torch.cuda.is_available():
        tensors |= {f"cuda:{n}": state for n, state in enumerate(torch.cuda.get_rng_state_all())}
    return plain, tensors


def restore(plain: dict[str, Any], tensors: dict[str, Tensor]) -> None:
    """Put the generators back to where `states` found them."""
    version, words, gauss = plain["python"]
    random.setstate((version, tuple(words), gauss))
    name, keys, position, has_gauss, cached = plain["numpy"]
    np.random.set_state((name, np.asarray(keys, np.uint32), position, has_gauss, cached))
    torch.set_rng_state(tensors[_CPU])
    if torch.cuda.is_available():
        for number in range(torch.cuda.device_count()):
            if (state := tensors.get(f"cuda:{number}")) is not None:
                torch.cuda.set_rng_state(state, number)


@contextmanager
def apart(seed: int) -> Iterator[None]:
    """Draw from generators seeded for this context; training then goes on as if it hadn't been."""
    before = states()
    seed_all(seed)
    try:
        yield
    finally:
        restore(*before)
