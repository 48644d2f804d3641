"""What the training loop asks of a judge: batches of questions, the loss, how often it is right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from titlewright.generators.judging.batches import JudgeBatch, both_titles, read_stated
from titlewright.generators.judging.cnn import JudgeNetwork
from titlewright.generators.judging.questions import KINDS, Question
from titlewright.generators.sequence.batches import collate
from titlewright.generators.sequence.task import units_about
from titlewright.generators.writing.vocabulary import Vocabulary
from titlewright.neural.calibration import calibration_error, probability
from titlewright.neural.device import to_device
from titlewright.neural.logs import Sample

_AT_ONCE = 64


class JudgeTask:
    """A neural.task.Task over questions, two judgements each: of the own title and the wrong."""

    def __init__(self, network: JudgeNetwork, vocabulary: Vocabulary) -> None:
        self.module: nn.Module = network
        self._network = network
        self._vocabulary = vocabulary

    def length(self, question: Question) -> int:
        return units_about(question.example)

    def collate(self, questions: Sequence[Question]) -> JudgeBatch:
        readings = [read_stated(one.example.product, self._vocabulary) for one in questions]
        return JudgeBatch(collate(readings), both_titles(questions, readings, self._vocabulary))

    def loss(self, batch: JudgeBatch) -> tuple[Tensor, int]:
        """Negative log-likelihood of the right answers in nats, summed, and their number."""
        logits = self._network(batch.source, batch.titles)  # [B, 2]
        right = torch.zeros_like(logits)
        right[:, 0] = 1
        return binary_cross_entropy_with_logits(logits, right, reduction="sum"), logits.numel()

    def evaluate(self, questions: Sequence[Question]) -> dict[str, float]:
        """Share of right judgements, in all and by the kind of the wrong title; their calibration
        before any temperature, see `neural.calibration`. All in [0, 1]."""
        if not questions:
            return {}
        logits = self.logits(questions)
        right = (logits >= 0) == np.array([True, False])
        kinds = np.array([question.kind for question in questions])
        measures = {"accuracy": float(right.mean())}
        for kind in KINDS:
            if (kinds == kind).any():
                name = f"accuracy_{kind.replace(' ', '_')}"
                measures[name] = float(right[kinds == kind].mean())
        labels = np.tile([1, 0], len(questions))
        return measures | {"ece": calibration_error(probability(logits).ravel(), labels)}

    def samples(self, questions: Sequence[Question]) -> list[Sample]:
        """The own title and the wrong one, each with the probability that it is the own."""
        chances = probability(self.logits(questions)).tolist()
        return [
            (one.kind, f"{own:.2f} {one.example.title}", f"{wrong:.2f} {one.wrong}")
            for one, (own, wrong) in zip(questions, chances, strict=True)
        ]

    @torch.no_grad()
    def logits(self, questions: Sequence[Question]) -> NDArray[np.float64]:
        """Log-odds [questions, 2] that the own title and the wrong one are the product's own."""
        device = self._network.words.weight.device
        found = [np.zeros((0, 2))]
        for start in range(0, len(questions), _AT_ONCE):
            batch = to_device(self.collate(questions[start : start + _AT_ONCE]), device)
            found.append(self._network(*batch).double().cpu().numpy())
        return np.concatenate(found)
