"""What the training loop asks of a network of this room: batches, the loss, greedy titles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from titlewright.generators.overlap import rouge_l
from titlewright.generators.sequence.batches import Batch, Source, collate, collate_pairs
from titlewright.generators.sequence.copying import Distribution
from titlewright.generators.sequence.engine import greedy
from titlewright.generators.sequence.network import SequenceNetwork
from titlewright.generators.sequence.reading import MOST_READ, Reading, read
from titlewright.generators.writing.lengths import MOST_UNITS
from titlewright.generators.writing.targets import decode, encode
from titlewright.generators.writing.vocabulary import PAD, Vocabulary
from titlewright.generators.writing.wording import finished
from titlewright.neural.logs import Sample
from titlewright.records import Example

_BYTES_A_UNIT = 5  # of English with its spaces
AT_ONCE = 32  # titles written side by side


class SequenceTask:
    """A neural.task.Task over any of the networks."""

    def __init__(
        self, network: SequenceNetwork, vocabulary: Vocabulary, smoothing: float = 0.0
    ) -> None:
        self.module: nn.Module = network
        self._network = network
        self._vocabulary = vocabulary
        self._smoothing = smoothing

    def length(self, example: Example) -> int:
        return units_about(example)

    def collate(self, examples: Sequence[Example]) -> Batch:
        return self.pairs(examples, [self.read(example) for example in examples])

    def pairs(self, examples: Sequence[Example], readings: Sequence[Reading]) -> Batch:
        """What the network can't write is left out of a title: it learns the rest of it."""
        titles = [
            encode(example.title, reading, self._vocabulary)[0][:MOST_UNITS]
            for example, reading in zip(examples, readings, strict=True)
        ]
        return collate_pairs(readings, titles)

    def loss(self, batch: Batch) -> tuple[Tensor, int]:
        """Negative log-likelihood of the titles' units and their ends, summed, and their number."""
        return self.surprise(self._network(batch.source, batch.previous), batch)

    def surprise(self, told: Distribution, batch: Batch) -> tuple[Tensor, int]:
        """The loss of a network that tells this of the titles.

        Smoothing gives its share to the vocabulary, evenly (Szegedy et al. 2016, section 7).
        """
        counts = batch.targets != PAD
        loss = -told.of(batch.targets)
        if self._smoothing and self._network.training:
            even = -told.all()[..., : self._network.size].mean(-1)
            loss = (1 - self._smoothing) * loss + self._smoothing * even
        return (loss * counts).sum(), int(counts.sum())

    def evaluate(self, examples: Sequence[Example]) -> dict[str, float]:
        """ROUGE-L F1 of the greedy titles, in [0, 1]."""
        if not examples:
            return {}
        return {"rougeL": rouge_l(self.titles(examples), [one.title for one in examples])}

    def samples(self, examples: Sequence[Example]) -> list[Sample]:
        """The beginning of the description, the reference, the greedy title."""
        return [
            (example.product.description[:300], example.title, title)
            for example, title in zip(examples, self.titles(examples), strict=True)
        ]

    def titles(self, examples: Sequence[Example]) -> list[str]:
        """The greedy title of each example."""
        made: list[str] = []
        for start in range(0, len(examples), AT_ONCE):
            made += self.written(examples[start : start + AT_ONCE])
        return made

    @torch.no_grad()
    def written(
        self, examples: Sequence[Example], begin: Callable[[Any], Any] | None = None
    ) -> list[str]:
        """The greedy titles of one batch; for `begin` see `engine.greedy`."""
        device = self._network.words.weight.device
        readings = [self.read(example) for example in examples]
        source = Source(*(part.to(device) for part in collate(readings)))
        made = greedy(self._network, source, self._vocabulary, begin)
        return [
            finished(decode(ids, reading.words, self._vocabulary))
            for ids, reading in zip(made, readings, strict=True)
        ]

    def read(self, example: Example) -> Reading:
        return read(example.product, example.hints, self._vocabulary, copying=self._network.copies)


def units_about(example: Example) -> int:
    """Units of product and title, an estimate from bytes: they are counted when a batch is made."""
    product = example.product
    texts = (product.brand, product.title, *product.attributes, *product.attributes.values(),
             *product.category, product.description[:1000])  # fmt: skip
    shown = sum(len(text.encode("utf-8", "replace")) for text in texts) // _BYTES_A_UNIT
    told = len(example.title.encode("utf-8", "replace")) // _BYTES_A_UNIT
    return min(shown, MOST_READ) + min(told, MOST_UNITS) + 2
