"""How the compact network learns: examples as readings and target ids, batches, the loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from titlewright.generators.compact.greedy import greedy
from titlewright.generators.compact.network import CompactNetwork, log_likelihood
from titlewright.generators.compact.pieces import Pieces
from titlewright.generators.compact.reading import MAX_PIECES, Reading, padded, read
from titlewright.generators.compact.runtime import arrays
from titlewright.generators.overlap import rouge_l
from titlewright.generators.writing.lengths import BUCKET, MOST_UNITS, budget
from titlewright.generators.writing.targets import decode, encode
from titlewright.generators.writing.vocabulary import BEGIN, END, PAD, Vocabulary
from titlewright.generators.writing.wording import finished
from titlewright.neural.logs import Sample
from titlewright.neural.optimization import ParameterGroup
from titlewright.records import Example, Hints

_BYTES_A_PIECE = 5  # of English; a Chinese character has three
_AT_ONCE = 32
LEAST_KEPT = 0.4  # share of a title's words that the product must hold for it to teach anything


@dataclass(slots=True)
class Batch:
    """Padded tensors; -1 pads pieces, groups and targets."""

    pieces: Tensor  # [B, P]
    fields: Tensor  # [B, P]
    starts: Tensor  # [B, U]
    groups: Tensor  # [B, U]
    before: Tensor  # [B, U]
    first: Tensor  # [B, G]
    previous: Tensor  # [B, T + 1]
    budgets: Tensor  # [B, T + 1]
    targets: Tensor  # [B, T + 1]

    def to(self, device: torch.device) -> Batch:
        return Batch(*(getattr(self, name).to(device) for name in self.__slots__))


class CompactTask:
    """The training loop's view of a compact network."""

    def __init__(
        self, module: CompactNetwork, pieces: Pieces, vocabulary: Vocabulary, smoothing: float = 0.0
    ) -> None:
        self.module: nn.Module = module
        self.network = module
        self.pieces = pieces
        self.vocabulary = vocabulary
        self.smoothing = smoothing

    def length(self, example: Example) -> int:
        """An estimate: pieces are counted when a batch is made."""
        product = example.product
        texts = (product.brand, product.title, *product.attributes, *product.attributes.values(),
                 *product.category, product.description[:1200])  # fmt: skip
        pieces = sum(len(text.encode()) for text in texts) // _BYTES_A_PIECE
        return min(pieces, MAX_PIECES) + len(example.title.encode()) // _BYTES_A_PIECE

    def collate(self, examples: Sequence[Example]) -> Batch:
        """Titles that the product says too little of teach nothing: all their targets are -1."""
        readings = [read(example.product, example.hints, self.pieces) for example in examples]
        ids = [
            self._learnable(example.title, reading)
            for example, reading in zip(examples, readings, strict=True)
        ]
        budgets = [
            self._budgets(row, reading, example.hints)
            for row, reading, example in zip(ids, readings, examples, strict=True)
        ]
        batch = collate(readings, ids, budgets)
        batch.targets[[not row for row in ids]] = -1
        return batch

    def _learnable(self, title: str, reading: Reading) -> list[int]:
        ids, kept = encode(title, reading, self.vocabulary)
        return ids[:MOST_UNITS] if kept >= LEAST_KEPT else []

    def _budgets(self, ids: list[int], reading: Reading, hints: Hints) -> list[int]:
        if hints.target_length is None:
            return [0] * (len(ids) + 1)
        words = decode(ids, reading.words, self.vocabulary)
        written = np.cumsum([0, *(len(word) + 1 for word in words)])
        # words that the target leaves out make room that was never there
        wished = min(hints.target_length, int(written[-1]) + BUCKET * 2)
        return [budget(wished - int(length)) for length in written]

    def loss(self, batch: Batch) -> tuple[Tensor, int]:
        """Negative log-likelihood of the targets, summed, and their number.

        Smoothing gives its share to the words of the product, evenly (Szegedy et al. 2016).
        """
        network = self.network
        seen = network.read(
            batch.pieces, batch.fields, batch.starts, batch.groups, batch.before, batch.first
        )
        words, units = network(batch.previous, batch.budgets, seen)
        known = batch.targets >= 0
        likelihood = log_likelihood(words, units, batch.groups, batch.targets.clamp(min=0))
        loss = -(likelihood * known).sum()
        if self.smoothing and network.training:
            total = torch.cat([words, units], -1).float().logsumexp(-1)
            there = (batch.groups >= 0)[:, None, :]
            mean = (units.float() * there).sum(-1) / there.sum(-1).clamp(min=1)
            even = ((total - mean) * known).sum()
            loss = (1 - self.smoothing) * loss + self.smoothing * even
        return loss, int(known.sum())

    def evaluate(self, examples: Sequence[Example]) -> dict[str, float]:
        """ROUGE-L F1 of the greedy titles, and the share of the words to write next that are the
        likeliest, the words before being right."""
        if not examples:
            return {}
        right = words = 0
        for start in range(0, len(examples), _AT_ONCE):
            batch = self.collate(examples[start : start + _AT_ONCE])
            found = self._likeliest(batch)
            known = batch.targets >= 0
            right += int(((found == batch.targets) & known).sum())
            words += int(known.sum())
        return {
            "rougeL": rouge_l(self.titles(examples), [one.title for one in examples]),
            "next_word": right / max(words, 1),
        }

    def samples(self, examples: Sequence[Example]) -> list[Sample]:
        """The beginning of the description, the reference, the greedy title."""
        return [
            (example.product.description[:300], example.title, title)
            for example, title in zip(examples, self.titles(examples), strict=True)
        ]

    def titles(self, examples: Sequence[Example]) -> list[str]:
        """The greedy title of each example."""
        made: list[str] = []
        for start in range(0, len(examples), _AT_ONCE):
            chosen = examples[start : start + _AT_ONCE]
            readings = [read(one.product, one.hints, self.pieces) for one in chosen]
            made += [
                finished(decode(ids, reading.words, self.vocabulary))
                for ids, reading in zip(greedy(self.network, readings), readings, strict=True)
            ]
        return made

    def _likeliest(self, batch: Batch) -> Tensor:
        """[B, T + 1]: the likeliest id at each step; a group counts with its likeliest unit."""
        network = self.network
        batch = batch.to(next(network.parameters()).device)
        with torch.no_grad():
            seen = network.read(
                batch.pieces, batch.fields, batch.starts, batch.groups, batch.before, batch.first
            )
            words, units = network(batch.previous, batch.budgets, seen)
        best = torch.cat([words, units], -1).argmax(-1)
        size = words.shape[-1]
        group = batch.groups.gather(1, (best - size).clamp(min=0))
        return torch.where(best < size, best, size + group).cpu()

    def parameter_groups(self) -> Sequence[ParameterGroup]:
        """The reader is pretrained, the writer new."""
        reader = list(self.network.reader.parameters())
        known = {id(parameter) for parameter in reader}
        new = [value for value in self.module.parameters() if id(value) not in known]
        return [ParameterGroup(new), ParameterGroup(reader, depth=1)]


def collate(
    readings: Sequence[Reading],
    ids: Sequence[Sequence[int]] | None = None,
    budgets: Sequence[Sequence[int]] | None = None,
) -> Batch:
    """Readings, and what is written of each, as tensors."""
    ids = ids or [[]] * len(readings)
    budgets = budgets or [[0]] * len(readings)
    read = {name: torch.from_numpy(rows) for name, rows in arrays(readings).items()}

    def tensor(rows: Sequence[Sequence[int]], value: int) -> Tensor:
        return torch.tensor(padded(rows, value), dtype=torch.long)

    return Batch(
        **read,
        previous=tensor([[BEGIN, *row] for row in ids], PAD),
        budgets=tensor(budgets, 0),
        targets=tensor([[*row, END] for row in ids], -1),
    )
