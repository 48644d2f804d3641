"""What the training loop learns from: pairs of prompt and title; the loss is on the title only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from torch import Tensor

from titlewright.generators.huggingface.prompted import Ask
from titlewright.generators.huggingface.prompts import read_title
from titlewright.generators.huggingface.writing import Pair
from titlewright.records import Example, Product
from titlewright.text.tokens import words

if TYPE_CHECKING:
    from titlewright.generators.huggingface.generator import HuggingFaceGenerator


class TitleTask:
    """A neural.task.Task: examples are Pairs, batches the writer's tensors."""

    def __init__(self, generator: HuggingFaceGenerator, label_smoothing: float) -> None:
        self.module = generator.module
        self._generator = generator
        self._writer = generator.writer
        self._label_smoothing = label_smoothing

    def read(self, examples: Iterable[Example]) -> list[Pair]:
        """Examples as token ids.

        A product or title that says nothing is left out, and a title too long to be written.
        """
        most = self._generator.decoding.title_tokens
        pairs = []
        for example in examples:
            ids = self._generator.prompt_ids(_without_answer(example), example.hints)
            text = " ".join(example.title.encode("utf-8", "ignore").decode("utf-8").split())
            title = self._generator.tokens.title_ids(text)
            if ids and text and len(title) <= most:
                pairs.append(Pair(tuple(ids), tuple(title)))
        return pairs

    def length(self, pair: Pair) -> int:
        return len(pair.prompt) + len(pair.title)

    def collate(self, pairs: Sequence[Pair]) -> dict[str, Tensor]:
        return self._writer.collate(pairs)

    def loss(self, batch: dict[str, Tensor]) -> tuple[Tensor, int]:
        smoothing = self._label_smoothing if self.module.training else 0.0
        return self._writer.loss(batch, smoothing)

    def evaluate(self, pairs: Sequence[Pair]) -> dict[str, float]:
        """ROUGE-L F1 of the likeliest titles, in [0, 1]."""
        from rouge_score.rouge_scorer import RougeScorer

        rouge = RougeScorer(["rougeL"], tokenizer=cast(Any, _Words()))
        scores = [
            rouge.score(reference, title)["rougeL"].fmeasure
            for _, reference, title in self.samples(pairs)
        ]
        return {"rougeL": sum(scores) / len(scores)}

    def samples(self, pairs: Sequence[Pair]) -> list[tuple[str, str, str]]:
        """Prompt, reference and greedy title of each pair."""
        tokens = self._generator.tokens
        written = self._writer.greedy([Ask(pair.prompt) for pair in pairs])
        return [
            (
                tokens.text(list(pair.prompt)),
                tokens.text(list(pair.title)).strip(),
                read_title(tokens.text(list(one.ids)), finished=one.finished),
            )
            for pair, one in zip(pairs, written, strict=True)
        ]


def _without_answer(example: Example) -> Product:
    """The product without a present title that is the very one to be written."""
    product = example.product
    same = product.title.strip().casefold() == example.title.strip().casefold()
    return replace(product, title="") if same else product


class _Words:
    """rouge-score's tokenizer, for every script."""

    def tokenize(self, text: str) -> list[str]:
        return words(text)
