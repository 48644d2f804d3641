"""A decoder alone (GPT-2, Llama, Qwen...): the prompt, then the title behind it.

Prompts are padded at the left, so that all titles begin in the same column.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from titlewright.generators.huggingface.writing import (
    IGNORED,
    Pair,
    TorchWriter,
    cross_entropy,
    padded,
)


class CausalWriter(TorchWriter):
    """Writes with a causal language model."""

    def inputs(self, prompts: Sequence[Sequence[int]]) -> dict[str, Tensor]:
        return {
            "input_ids": padded(prompts, self.form.pad, left=True),
            "attention_mask": padded([[1] * len(prompt) for prompt in prompts], 0, left=True),
        }

    def start(self, inputs: dict[str, Tensor]) -> int:
        return inputs["input_ids"].shape[1]

    def collate(self, pairs: Sequence[Pair]) -> dict[str, Tensor]:
        """Ids and mask (rows, prompt + title), labels (rows, title): the prompt has none."""
        asked = self.inputs([pair.prompt for pair in pairs])
        titles = padded([pair.title for pair in pairs], self.form.pad)
        known = padded([[1] * len(pair.title) for pair in pairs], 0)
        return {
            "input_ids": torch.cat([asked["input_ids"], titles], dim=1),
            "attention_mask": torch.cat([asked["attention_mask"], known], dim=1),
            "labels": titles.masked_fill(known == 0, IGNORED),
        }

    def loss(self, batch: dict[str, Tensor], label_smoothing: float = 0.0) -> tuple[Tensor, int]:
        labels, mask = batch["labels"], batch["attention_mask"]
        length = labels.shape[1]
        options: dict[str, Any] = {}
        if "position_ids" in self._takes:  # counted from the first real token
            options["position_ids"] = (mask.cumsum(dim=1) - 1).clamp(min=0)
        if "logits_to_keep" in self._takes:  # the vocabulary's product is most of the work
            options["logits_to_keep"] = length + 1
        logits = self.model(
            input_ids=batch["input_ids"], attention_mask=mask, use_cache=False, **options
        ).logits
        # what stands before a token predicts it
        return cross_entropy(logits[:, -length - 1 : -1], labels, label_smoothing)

    @cached_property
    def _takes(self) -> frozenset[str]:
        return frozenset(inspect.signature(self.model.forward).parameters)
