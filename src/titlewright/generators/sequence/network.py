"""What a network of this room is asked: read products once, then tell the next unit, step by step.

Shapes: B products or titles in the making, S units read, T units written, D width, V vocabulary,
E unknown words of a product. A previous id of V or above is one that was copied.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, TypeVar, cast

from torch import Tensor, nn

from titlewright.generators.sequence.batches import Source
from titlewright.generators.sequence.copying import Distribution
from titlewright.generators.sequence.reading import FIELDS
from titlewright.generators.sequence.vocabulary import UNKNOWN

Rows = TypeVar("Rows")  # a tensor whose first dimension is B, or a tuple of Rows


class SequenceNetwork(nn.Module, ABC):
    """The embeddings that all share, and the three calls of which a title is made.

    `copies` says whether it can write words that its vocabulary lacks. Memory and state are
    tensors, or tuples of them, whose first dimension is B.
    """

    copies = False

    def __init__(self, vocabulary: int, width: int, dropout: float) -> None:
        super().__init__()
        self.size = vocabulary
        self.words = nn.Embedding(vocabulary, width)
        self.fields = nn.Embedding(len(FIELDS), width)
        self.dropout = nn.Dropout(dropout)
        nn.init.normal_(self.words.weight, std=width**-0.5)
        nn.init.normal_(self.fields.weight, std=width**-0.5)

    @abstractmethod
    def encode(self, source: Source) -> Any:
        """What writing needs to remember of the products."""

    @abstractmethod
    def begin(self, memory: Any) -> Any:
        """The state before the first unit."""

    @abstractmethod
    def write(self, previous: Tensor, state: Any, memory: Any) -> tuple[Distribution, Any]:
        """What comes after each of [B, T] ids, and the state after them."""

    def step(self, previous: Tensor, state: Any, memory: Any) -> tuple[Tensor, Any]:
        """Natural log-probabilities [B, V + E] of the unit after `previous` [B], and the state."""
        told, state = self.write(previous[:, None], state, memory)
        return told.all()[:, 0], state

    def forward(self, source: Source, previous: Tensor) -> Distribution:
        """What comes after each of [B, T] ids of titles from their beginning."""
        memory = self.encode(source)
        return self.write(previous, self.begin(memory), memory)[0]

    def embed_source(self, source: Source) -> Tensor:  # [B, S, D]
        return cast(Tensor, self.dropout(self.words(source.ids) + self.fields(source.fields)))

    def embed(self, previous: Tensor) -> Tensor:
        """[...] ids to [..., D]; what was copied from outside the vocabulary is just unknown."""
        ids = previous.masked_fill(previous >= self.size, UNKNOWN)
        return cast(Tensor, self.dropout(self.words(ids)))


def select(rows: Rows, index: Tensor) -> Rows:
    """The rows of that index, of every tensor within."""
    if isinstance(rows, Tensor):
        return cast(Rows, rows[index])
    parts = [select(part, index) for part in cast(tuple[Any, ...], rows)]
    return cast(Rows, type(rows)(*parts) if hasattr(rows, "_fields") else tuple(parts))
