"""An encoder and a decoder (BART, T5...): the prompt is read, the title written."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from titlewright.generators.huggingface.writing import (
    IGNORED,
    Pair,
    TorchWriter,
    cross_entropy,
    padded,
)


class Seq2SeqWriter(TorchWriter):
    """Writes with an encoder-decoder."""

    def inputs(self, prompts: Sequence[Sequence[int]]) -> dict[str, Tensor]:
        return {
            "input_ids": padded(prompts, self.form.pad),
            "attention_mask": padded([[1] * len(prompt) for prompt in prompts], 0),
        }

    def start(self, inputs: dict[str, Tensor]) -> int:  # noqa: ARG002 - the start token alone
        return 1

    def collate(self, pairs: Sequence[Pair]) -> dict[str, Tensor]:
        """Ids and mask (rows, prompt), decoder ids and labels (rows, title)."""
        start = self.form.start
        assert start is not None  # a Format of this kind always has one
        titles = [pair.title for pair in pairs]
        return {
            **self.inputs([pair.prompt for pair in pairs]),
            # the decoder reads what stands before each token that it writes
            "decoder_input_ids": padded([(start, *title[:-1]) for title in titles], self.form.pad),
            "labels": padded(titles, IGNORED),
        }

    def loss(self, batch: dict[str, Tensor], label_smoothing: float = 0.0) -> tuple[Tensor, int]:
        logits = self.model(
            input_ids=batch["input_ids"],
            attention_mask=batch["attention_mask"],
            decoder_input_ids=batch["decoder_input_ids"],
            use_cache=False,
        ).logits
        return cross_entropy(logits, batch["labels"], label_smoothing)
