"""Learning to judge: is this title right for this product?

The seller's titles are right, those of `wrong_titles` wrong, one wrong title for each right one.
One verdict a pair teaches slowly, so each word of the title is judged too, while it learns: does
the seller's title have it? (The replaced tokens of Clark et al. 2020, "ELECTRA", section 2, with
the words of wrong titles for replacements.) And so that the encoder doesn't forget masked words
meanwhile, some pairs are learnt as in pretraining.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from titlewright.generators.bert.masking import IGNORED
from titlewright.generators.bert.network import Inputs, encode, fit_scores, inputs_of, tensor
from titlewright.generators.bert.pretraining import (
    Lesson,
    MaskedBatch,
    collate_masked,
    masked_losses,
)
from titlewright.generators.bert.reading import Pair, Pieces, Reader, length
from titlewright.generators.bert.wrong_titles import WrongTitles
from titlewright.neural.device import to_device
from titlewright.neural.logs import Sample
from titlewright.neural.randomness import apart
from titlewright.records import Example

_REHEARSED = 0.25  # share of the examples whose title and product are learnt as masked words too


class Judged(NamedTuple):
    """A pair and whether its title is right; with `masks`, a seed, its words are what is learnt.

    belongs  for each piece of the title 1 where the seller's title has its word, else 0
    """

    pair: Pair
    right: bool
    belongs: tuple[int, ...] = ()
    masks: str = ""


class JudgedBatch(NamedTuple):
    """N pairs to judge, and pairs with masked words; either may be none."""

    inputs: Inputs
    right: Tensor  # [N], 1 or 0
    belongs: Tensor  # [N, S], 1 or 0, IGNORED outside the title
    masked: MaskedBatch


def judged(
    examples: Sequence[Example], reader: Reader, seed: int, *, rehearsing: bool = True
) -> Callable[[int], list[Judged]]:
    """What is learnt in each epoch (0, 1, ...), other wrong titles each time."""
    wrong = WrongTitles(examples)
    pairs = [reader.pair(example.product, example.title) for example in examples]

    def of_epoch(epoch: int) -> list[Judged]:
        rng = random.Random(f"{seed}:{epoch}")
        found = []
        for number, (example, pair) in enumerate(zip(examples, pairs, strict=True)):
            found.append(Judged(pair, True, belonging(pair.title, pair.title)))
            if (made := wrong.make(example, rng)) is not None:
                title = reader.text(made[0]).first(reader.most_of_title)
                found.append(Judged(Pair(pair.product, title), False, belonging(title, pair.title)))
            if rehearsing and rng.random() < _REHEARSED:
                found.append(Judged(pair, True, masks=f"{seed}:{epoch}:{number}"))
        return found

    return of_epoch


def belonging(title: Pieces, own: Pieces) -> tuple[int, ...]:
    """For each piece of a title, whether the seller's own has the word that it is of, 1 or 0."""
    known = set(_words(own).values())
    found = _words(title)
    return tuple(int(found[word] in known) for word in title.words)


def _words(text: Pieces) -> dict[int, tuple[int, ...]]:
    """The pieces of each word by its number."""
    found: dict[int, tuple[int, ...]] = {}
    for piece, word in zip(text.ids, text.words, strict=True):
        found[word] = (*found.get(word, ()), piece)
    return found


class JudgeNetwork(nn.Module):
    """The encoder with its heads, and one for single words, which is given up after training."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network
        self.belongs = nn.Linear(network.config.hidden_size, 1)


class JudgeTask:
    """A neural.task.Task."""

    def __init__(self, network: Any, reader: Reader, seed: int = 0) -> None:
        with apart(seed):
            self.module: nn.Module = JudgeNetwork(network)
        self._network, self._reader = network, reader

    def length(self, one: Judged) -> int:
        return length(one.pair)

    def collate(self, many: Sequence[Judged]) -> JudgedBatch:
        plain = [one for one in many if not one.masks]
        masked = [Lesson(one.pair, one.masks) for one in many if one.masks]
        return JudgedBatch(
            inputs_of([self._reader.sequence(one.pair) for one in plain], self._reader.padding),
            torch.tensor([float(one.right) for one in plain]),
            tensor([self._beside_product(one) for one in plain], IGNORED),
            collate_masked(masked, self._reader),
        )

    def loss(self, batch: JudgedBatch) -> tuple[Tensor, int]:
        """Cross-entropy of the verdicts; of words, masked or judged, as a mean over each pair's
        own, so that a pair weighs one. Summed, and the number of pairs; on dev the verdicts' only.
        """
        losses = torch.zeros((), device=batch.right.device)
        if len(batch.right):
            encoded = encode(self._network, batch.inputs)
            verdicts = fit_scores(self._network, encoded.whole)
            losses = losses + cross_entropy(verdicts, batch.right, reduction="sum")
            if self.module.training:
                losses = losses + self._word_loss(encoded.pieces, batch.belongs)
        if len(batch.masked.targets):
            pieces = encode(self._network, batch.masked.inputs).pieces
            asked = batch.masked.targets != IGNORED
            each = masked_losses(self._network, pieces, batch.masked.targets)
            losses = losses + (each * _weights(asked)).sum()
        return losses, len(batch.right) + len(batch.masked.targets)

    def _beside_product(self, one: Judged) -> tuple[int, ...]:
        """`belongs` at the places of the title's pieces in the encoder's row."""
        after = (IGNORED,) if one.belongs else ()
        return (IGNORED,) * (len(one.pair.product.ids) + 2) + one.belongs + after

    def _word_loss(self, pieces: Tensor, belongs: Tensor) -> Tensor:
        """[N, S, D] and [N, S] to the sum over pairs."""
        asked = belongs != IGNORED
        scores = self.module.belongs(pieces[asked]).float()[:, 0]  # type: ignore[operator]
        losses = cross_entropy(scores, belongs[asked].float(), reduction="none")
        return (losses * _weights(asked)).sum()

    def evaluate(self, many: Sequence[Judged]) -> dict[str, float]:
        """The share of verdicts that are right, in [0, 1]."""
        if not many:
            return {}
        odds = log_odds(self._network, self._reader, [one.pair for one in many])
        right = [(one > 0) == each.right for one, each in zip(odds, many, strict=True)]
        return {"accuracy": sum(right) / len(right)}

    def samples(self, many: Sequence[Judged]) -> list[Sample]:  # noqa: ARG002
        """None: it writes no titles."""
        return []


@torch.no_grad()
def log_odds(network: Any, reader: Reader, pairs: Sequence[Pair]) -> list[float]:
    """Of each title being right; one at a time, so that none depends on the others."""
    device = next(network.parameters()).device
    found = []
    for pair in pairs:
        row = to_device(inputs_of([reader.sequence(pair)], reader.padding), device)
        found.append(float(fit_scores(network, encode(network, row).whole)))
    return found


def _weights(asked: Tensor) -> Tensor:
    """[N, S] of what is asked to a weight for each that is, one in all for each row."""
    counts = asked.sum(1)
    return (1 / counts).repeat_interleave(counts)
