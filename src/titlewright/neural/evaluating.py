"""The dev loss, and the measures that a family adds to it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import nn

from titlewright.neural.batching import cut, lengths_of
from titlewright.neural.device import autocast, to_device
from titlewright.neural.logs import Sample
from titlewright.neural.randomness import apart
from titlewright.neural.settings import Precision, TrainingSettings
from titlewright.neural.task import Task

_SAMPLES = 8


class Evaluation:
    """Evaluates a task on dev; training is the same whether or when it does."""

    def __init__(
        self,
        task: Task[Any, Any],
        dev: Sequence[Any],
        settings: TrainingSettings,
        device: torch.device,
        precision: Precision,
    ) -> None:
        self._task = task
        self._dev = dev
        self._seed = settings.seed
        self._device = device
        self._precision = precision
        lengths = lengths_of(dev, task.length)
        order = np.argsort(lengths, kind="stable")
        self._batches = cut(order, lengths, settings.batch_tokens)
        count = min(settings.measure_on, len(dev))
        chosen = np.random.default_rng(settings.seed).choice(len(dev), count, replace=False)
        self._measured = [dev[index] for index in sorted(chosen.tolist())]

    def measures(self) -> dict[str, float]:
        """ "loss", in nats per target token, "loss_per_example", in nats, which can be compared
        where models cut titles into other tokens, and the family's own measures."""
        with self._still():
            return self._loss() | (self._task.evaluate(self._measured) if self._measured else {})

    def samples(self) -> list[Sample]:
        with self._still():
            return self._task.samples(self._measured[:_SAMPLES])

    @contextmanager
    def _still(self) -> Iterator[None]:
        with apart(self._seed), torch.no_grad(), evaluating(self._task.module):
            yield

    def _loss(self) -> dict[str, float]:
        total, tokens = 0.0, 0
        for batch in self._batches:
            tensors = to_device(self._task.collate([self._dev[i] for i in batch]), self._device)
            with autocast(self._device, self._precision):
                loss, count = self._task.loss(tensors)
            total += float(loss)
            tokens += count
        return {
            "loss": total / tokens if tokens else math.nan,
            "loss_per_example": total / len(self._dev),
        }


@contextmanager
def evaluating(module: nn.Module) -> Iterator[None]:
    """The module in evaluation mode while the context lasts."""
    before = module.training
    module.eval()
    try:
        yield
    finally:
        module.train(before)
