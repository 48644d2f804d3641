"""A text's meaning as numbers: what the shipped reader hands to its writer, averaged.

No model beside the one that writes is needed for it. Each text is read by itself: the reader's
int8 graph rounds by the largest number of a batch, so beside others a text would be another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from titlewright.generators.compact.generator import PIECES, READER, SHIPPED
from titlewright.generators.compact.pieces import Pieces
from titlewright.generators.compact.reading import read
from titlewright.generators.compact.runtime import arrays, open_graph
from titlewright.records import Hints, Product


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    """[N, E]: of each writer layer the mean over the text's pieces of the values it attends to."""
    rows = [_embed(text) for text in texts]
    return np.array(rows, np.float32).reshape(len(rows), -1)


@cache
def version() -> str:
    """Of the numbers: models learnt on one version are not for another."""
    return hashlib.sha256((SHIPPED / READER).read_bytes()).hexdigest()[:16]


def _embed(text: str) -> NDArray[np.float32]:
    reader, names, pieces = _shipped()
    given = arrays([read(Product(id="", description=text), Hints(), pieces)])
    del given["before"]  # the writer's
    values: list[NDArray[np.float32]] = reader.run(names, given)  # [1, H, P, D / H] each
    return np.concatenate([value[0].mean(1).ravel() for value in values])


@cache
def _shipped() -> tuple[Any, list[str], Pieces]:
    """The reader alone, on one thread, the names of what is averaged, and its pieces."""
    reader = open_graph(SHIPPED / READER, threads=1)
    names = sorted(out.name for out in reader.get_outputs() if "memory_value" in out.name)
    return reader, names, Pieces(SHIPPED / PIECES)
