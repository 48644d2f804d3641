"""A convolutional network that reads a product and a title and says how well they go together.

Kim 2014, "Convolutional neural networks for sentence classification": embeddings, convolutions of
several widths, the maximum of each over time. Two of them, one for the product and one for the
title, over the same words. B products, K titles of each, S units read, T units of a title.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.functional import pad

from titlewright.errors import GeneratorError
from titlewright.generators.sequence.batches import Source
from titlewright.generators.sequence.reading import FIELDS
from titlewright.generators.sequence.vocabulary import UNKNOWN
from titlewright.generators.writing.vocabulary import PAD

# What the seller states. The present title, wishes and inferences are not seen: in training they
# are made from the very title that is judged.
STATED = ("brand", "attribute name", "attribute", "category", "description")
_NOWHERE = len(FIELDS)  # the place of a title's unit that the product doesn't state


@dataclass(frozen=True, slots=True)
class CNNSizes:
    """How a judge is built.

    words    most words of the vocabulary
    width    D, of embeddings
    widest   W: there are convolutions over 1, 2 .. W units
    filters  F, of each convolution
    dropout  share of the features that are dropped while it learns
    """

    words: int = 10_000
    width: int = 128
    widest: int = 4
    filters: int = 64
    dropout: float = 0.5

    def __post_init__(self) -> None:
        for name in ("words", "width", "widest", "filters"):
            if getattr(self, name) < 1:
                raise GeneratorError(f"{name} must be at least 1, not {getattr(self, name)}.")
        if not 0 <= self.dropout < 1:
            raise GeneratorError(f"dropout must be at least 0 and below 1, not {self.dropout}.")


class TextCNN(nn.Module):
    """A text as W * F features: how strongly each filter answers to the part it likes best."""

    def __init__(self, sizes: CNNSizes) -> None:
        super().__init__()
        self.features = sizes.widest * sizes.filters
        self.convolutions = nn.ModuleList(
            nn.Conv1d(sizes.width, sizes.filters, size) for size in range(1, sizes.widest + 1)
        )

    def forward(self, embedded: Tensor, known: Tensor) -> Tensor:
        """[N, L, D], of which only the units are read where `known` [N, L]: [N, W * F].

        What isn't known is zero before and after, so that features don't depend on padding; a text
        without units has features of zero, the least that there is after the ReLU.
        """
        if not known.shape[1]:
            return embedded.new_zeros(len(embedded), self.features)
        inputs = (embedded * known[..., None]).transpose(1, 2)  # [N, D, L]
        found = []
        for size, convolution in enumerate(self.convolutions, 1):
            padded = pad(inputs, ((size - 1) // 2, size // 2))
            answers = torch.relu(convolution(padded))  # [N, F, L], equation 2
            found.append((answers * known[:, None]).amax(-1))  # max over time
        return torch.cat(found, -1)


class JudgeNetwork(nn.Module):
    """The log-odds that a title is the product's own.

    A title's unit is told with the field in which the product states it: else a model number, which
    no vocabulary holds, would be like any other.
    """

    def __init__(self, sizes: CNNSizes, vocabulary: int) -> None:
        super().__init__()
        self.size = vocabulary
        self.words = nn.Embedding(vocabulary, sizes.width)
        self.fields = nn.Embedding(len(FIELDS), sizes.width)
        self.places = nn.Embedding(len(FIELDS) + 1, sizes.width)
        for table in (self.words, self.fields, self.places):
            nn.init.normal_(table.weight, std=sizes.width**-0.5)
        self.product, self.title = TextCNN(sizes), TextCNN(sizes)
        self.hidden = nn.Linear(3 * self.title.features, sizes.width)
        self.dropout = nn.Dropout(sizes.dropout)
        self.out = nn.Linear(sizes.width, 1)
        seen = torch.tensor([name in STATED for name in FIELDS])
        self.register_buffer("stated", seen, persistent=False)

    def forward(self, source: Source, titles: Tensor) -> Tensor:
        """[B, K] in float32.

        titles  [B, K, T] ids as `sequence.reading` numbers them: a word's, UNKNOWN, or V + e for an
                unknown word of the product
        """
        rows, count, _ = titles.shape
        seen = source.known & cast(Tensor, self.stated)[source.fields]  # [B, S]
        product = self.product(self.words(source.ids) + self.fields(source.fields), seen)
        places = self._places(source, seen, titles.flatten(1)).view_as(titles)
        ids = titles.masked_fill(titles >= self.size, UNKNOWN)
        embedded = (self.words(ids) + self.places(places)).flatten(0, 1)
        title = self.title(embedded, (titles != PAD).flatten(0, 1))
        title = title.view(rows, count, self.title.features)
        product = product[:, None].expand(-1, count, -1)
        both = self.dropout(torch.cat([product, title, product * title], -1))
        answer = self.out(self.dropout(torch.relu(self.hidden(both))))
        return cast(Tensor, answer[..., 0].float())

    def _places(self, source: Source, seen: Tensor, units: Tensor) -> Tensor:
        """The field that first states each unit, _NOWHERE where none does: [B, U] of [B, U]."""
        if not source.ids.shape[1]:
            return torch.full_like(units, _NOWHERE)
        same = (source.copies[:, None] == units[..., None]) & seen[:, None]  # [B, U, S]
        first = same.int().argmax(-1)
        return torch.where(same.any(-1), source.fields.gather(1, first), _NOWHERE)
