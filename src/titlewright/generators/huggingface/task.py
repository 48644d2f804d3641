"""What the training loop learns from: pairs of prompt and title; the loss is on the title only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from torch import Tensor

from titlewright.generators.huggingface.copying import NOTHING
from titlewright.generators.huggingface.prompted import Ask
from titlewright.generators.huggingface.prompts import prompt, read_title
from titlewright.generators.huggingface.tokens import Read
from titlewright.generators.huggingface.writing import Pair
from titlewright.generators.overlap import rouge_l
from titlewright.grounding.pruning import tidy
from titlewright.records import Example, Hints, Product
from titlewright.text.codes import without_unstated_codes

if TYPE_CHECKING:
    from titlewright.generators.huggingface.generator import HuggingFaceGenerator

MOST_TOKENS = 512  # of a text that is learnt in one piece


class TitleTask:
    """A neural.task.Task: examples are Pairs, batches the writer's tensors."""

    def __init__(self, generator: HuggingFaceGenerator, label_smoothing: float) -> None:
        self.module = generator.module
        self._generator = generator
        self._writer = generator.writer
        self._label_smoothing = label_smoothing

    def read(self, examples: Iterable[Example]) -> list[Pair]:
        """Examples as token ids.

        A product or title that says nothing is left out, and a title too long to be written. So
        are codes that a title holds and its prompt doesn't: to write them would be to guess.
        """
        tokens, most = self._generator.tokens, self._generator.decoding.title_tokens
        pairs = []
        for example in examples:
            read = self._generator.read(_without_answer(example), example.hints)
            text = " ".join(example.title.encode("utf-8", "ignore").decode("utf-8").split())
            if not read:
                continue
            shown = tokens.text(read.ids, read.copied)
            if (stated := without_unstated_codes(text, shown)) != text:
                text = tidy(stated)
            if not text:
                continue
            title = tokens.title_ids(text, read.copied)
            if len(title) <= most:
                pairs.append(Pair(tuple(read.ids), tuple(title), read.copied))
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
        samples = self.samples(pairs)
        references = [reference for _, reference, _ in samples]
        return {"rougeL": rouge_l([title for _, _, title in samples], references)}

    def samples(self, pairs: Sequence[Pair]) -> list[tuple[str, str, str]]:
        """Prompt, reference and greedy title of each pair."""
        tokens = self._generator.tokens
        written = self._writer.greedy([Ask(pair.prompt) for pair in pairs])
        return [
            (
                tokens.text(pair.prompt, pair.copied),
                tokens.text(pair.title, pair.copied).strip(),
                read_title(tokens.text(one.ids, pair.copied), finished=one.finished),
            )
            for pair, one in zip(pairs, written, strict=True)
        ]


class TextTask(TitleTask):
    """A decoder's pretraining: each next token of the product's lines counts."""

    def read_products(self, products: Iterable[Product]) -> list[Pair]:
        """Each product's lines as token ids, in runs of at most MOST_TOKENS; the first is given."""
        most = min(MOST_TOKENS, (self._generator.tokens.form.window or MOST_TOKENS) - 1)
        runs = []
        for product in products:
            ids, copied = self._text_ids(product)
            for start in range(0, len(ids) - 1, most):
                run = ids[start : start + most + 1]
                runs.append(Pair(tuple(run[:1]), tuple(run[1:]), copied))
        return runs

    def _text_ids(self, product: Product) -> Read:
        """What a prompt would show of the product, whole, and the end; empty for one without."""
        tokens = self._generator.tokens
        asked = prompt(product, Hints(), tokens.form.control)
        if asked is None:
            return Read([], NOTHING)
        copied, lines = tokens.copied(asked)
        text = "\n".join(f"{line.name}: {line.value}" for line in lines)
        ids = tokens.tokenizer.encode(text, add_special_tokens=tokens.form.wrap).ids
        return Read([*ids, tokens.form.end[0]], copied)

    def evaluate(self, pairs: Sequence[Pair]) -> dict[str, float]:  # noqa: ARG002
        """Nothing beside the loss: a text has no one continuation."""
        return {}

    def samples(self, pairs: Sequence[Pair]) -> list[tuple[str, str, str]]:
        """Each text's beginning, how it goes on, and how the model would go on."""
        tokens = self._generator.tokens
        halves = [pair.title[: len(pair.title) // 2] for pair in pairs]
        written = self._writer.greedy(
            [Ask(pair.prompt + half) for pair, half in zip(pairs, halves, strict=True)]
        )
        return [
            (
                tokens.text([*pair.prompt, *half], pair.copied),
                tokens.text(pair.title[len(half) :], pair.copied),
                tokens.text(one.ids, pair.copied),
            )
            for pair, half, one in zip(pairs, halves, written, strict=True)
        ]


def _without_answer(example: Example) -> Product:
    """The product without a present title that is the very one to be written."""
    product = example.product
    same = product.title.strip().casefold() == example.title.strip().casefold()
    return replace(product, title="") if same else product
