"""A PyTorch model that writes: beam search and sampling in batches, for either kind of model."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import torch
from torch import Tensor
from transformers import GenerationConfig, LogitsProcessor, LogitsProcessorList

from titlewright.generators.huggingface.copying import NOTHING, Copied
from titlewright.generators.huggingface.prompted import Ask, Decoding, Hypothesis
from titlewright.generators.huggingface.search import GumbelSampling, NoRepeat, rows_at_once
from titlewright.generators.huggingface.tokens import Format

IGNORED = -100  # label of what is not learned
_MOST = 16  # prompts in a batch; more gain nothing on a CPU


class Pair(NamedTuple):
    """A training example: what is asked, the title with its end, and words that marks stand for."""

    prompt: tuple[int, ...]
    title: tuple[int, ...]
    copied: Copied = NOTHING


class TorchWriter(ABC):
    """Beam search and sampling with Transformers' `generate`, and the loss of a batch."""

    def __init__(self, model: Any, form: Format, decoding: Decoding) -> None:
        self.model = model
        self.form = form
        self.decoding = decoding

    @abstractmethod
    def inputs(self, prompts: Sequence[Sequence[int]]) -> dict[str, Tensor]:
        """Keyword arguments of `generate`, (rows, longest prompt) each, on the CPU."""

    @abstractmethod
    def start(self, inputs: dict[str, Tensor]) -> int:
        """How many tokens of what `generate` returns stand before the title."""

    @abstractmethod
    def collate(self, pairs: Sequence[Pair]) -> dict[str, Tensor]:
        """Training examples as a batch for `loss`, on the CPU."""

    @abstractmethod
    def loss(self, batch: dict[str, Tensor], label_smoothing: float = 0.0) -> tuple[Tensor, int]:
        """Cross-entropy of the titles in nats, summed (a scalar), and their number of tokens."""

    def beam(self, asks: Sequence[Ask]) -> list[list[Hypothesis]]:
        """The likeliest by mean log-probability per token, best first."""
        return self._search(asks, self.decoding.beams)

    def _search(self, asks: Sequence[Ask], width: int) -> list[list[Hypothesis]]:
        found: list[list[Hypothesis]] = [[] for _ in asks]
        for batch in self._batches(asks, width):
            inputs = self._on_device([asks[index].prompt for index in batch])
            with self._ready():
                made = self.model.generate(
                    **inputs,
                    generation_config=self._config(
                        asks[batch[0]], num_beams=width, num_return_sequences=width,
                        output_scores=True, early_stopping=True if width > 1 else None,
                        length_penalty=1.0 if width > 1 else None,
                    ),
                    logits_processor=LogitsProcessorList(self._processors(inputs)),
                )  # fmt: skip
            rows = made.sequences[:, self.start(inputs) :].tolist()
            totals = self._totals(made, rows, width)
            for at, index in enumerate(batch):
                span = slice(at * width, (at + 1) * width)
                hypotheses = map(self._hypothesis, rows[span], totals[span])
                found[index] = sorted(hypotheses, key=lambda one: -one.mean)
        return found

    def greedy(self, asks: Sequence[Ask]) -> list[Hypothesis]:
        """The title that the likeliest next token leads to."""
        return [found[0] for found in self._search(asks, 1)]

    def sample(self, asks: Sequence[Ask], temperature: float) -> list[list[Hypothesis]]:
        """`Decoding.samples` titles a request, by ancestral sampling among the `top_k`."""
        count = self.decoding.samples
        found: list[list[Hypothesis]] = [[] for _ in asks]
        for batch in self._batches(asks, count):
            repeated = [asks[index] for index in batch for _ in range(count)]
            seeds = [(ask.seed + at % count) % 2**63 for at, ask in enumerate(repeated)]
            inputs = self._on_device([ask.prompt for ask in repeated])
            sampling = GumbelSampling(seeds, temperature, self.decoding.top_k, self.form.end)
            with self._ready():
                made = self.model.generate(
                    **inputs,
                    generation_config=self._config(asks[batch[0]]),
                    logits_processor=LogitsProcessorList([*self._processors(inputs), sampling]),
                )
            rows = made.sequences[:, self.start(inputs) :].tolist()
            totals = sampling.log_probability.tolist()
            for at, index in enumerate(batch):
                span = slice(at * count, (at + 1) * count)
                found[index] = list(map(self._hypothesis, rows[span], totals[span]))
        return found

    def _on_device(self, prompts: Sequence[Sequence[int]]) -> dict[str, Tensor]:
        return {name: value.to(self.model.device) for name, value in self.inputs(prompts).items()}

    def _batches(self, asks: Sequence[Ask], width: int) -> Iterator[list[int]]:
        """Indices of requests of like length that ban the same words."""
        most = rows_at_once(self.model.config.vocab_size, self.decoding.title_tokens) // width
        order = sorted(range(len(asks)), key=lambda at: (asks[at].banned, len(asks[at].prompt)))
        batch: list[int] = []
        for index in order:
            other = bool(batch) and asks[batch[0]].banned != asks[index].banned
            if batch and (other or len(batch) >= max(1, min(_MOST, most))):
                yield batch
                batch = []
            batch.append(index)
        if batch:
            yield batch

    def _processors(self, inputs: dict[str, Tensor]) -> list[LogitsProcessor]:
        size = self.decoding.no_repeat
        return [NoRepeat(size, self.start(inputs))] if size else []

    def _config(self, ask: Ask, **options: Any) -> GenerationConfig:
        return GenerationConfig(  # type: ignore[no-untyped-call]
            max_new_tokens=self.decoding.title_tokens,
            do_sample=False,
            eos_token_id=list(self.form.end),
            pad_token_id=self.form.pad,
            decoder_start_token_id=self.form.start,
            bad_words_ids=[list(ids) for ids in ask.banned] or None,
            renormalize_logits=True,  # what is forbidden has probability 0, as in CTranslate2
            return_dict_in_generate=True,
            **options,
        )

    @contextmanager
    def _ready(self) -> Iterator[None]:
        """The model in reading mode, without the generation defaults of its checkpoint (a
        summariser's shortest length, say), which `generate` would mix in."""
        own = self.model.generation_config
        self.model.generation_config = GenerationConfig()  # type: ignore[no-untyped-call]
        self.model.eval()
        try:
            with torch.inference_mode():
                yield
        finally:
            self.model.generation_config = own

    def _totals(self, made: Any, rows: list[list[int]], width: int) -> list[float]:
        """Log-probabilities of whole rows: beam search returns the mean over written tokens."""
        if width == 1:
            return _greedy_totals(made.scores, rows, self.form.end)
        lengths = [self._written(row) for row in rows]
        means = made.sequences_scores.double().tolist()
        return [mean * length for mean, length in zip(means, lengths, strict=True)]

    def _written(self, row: list[int]) -> int:
        """Tokens up to the end token, itself counted."""
        return next((at + 1 for at, one in enumerate(row) if one in self.form.end), len(row))

    def _hypothesis(self, row: list[int], total: float) -> Hypothesis:
        written = row[: self._written(row)]
        finished = bool(written) and written[-1] in self.form.end
        return Hypothesis(tuple(written[:-1] if finished else written), total, finished)


def _greedy_totals(
    scores: Sequence[Tensor], rows: list[list[int]], end: tuple[int, ...]
) -> list[float]:
    totals = [0.0] * len(rows)
    for at, row in enumerate(rows):
        for step, token in enumerate(row):
            totals[at] += float(scores[step][at].log_softmax(-1)[token])
            if token in end:
                break
    return totals


def padded(rows: Sequence[Sequence[int]], fill: int, *, left: bool = False) -> Tensor:
    """Rows of ids as one tensor (rows, longest), filled up at the right or the left."""
    longest = max(map(len, rows))
    filled = [
        [fill] * (longest - len(row)) + list(row)
        if left
        else list(row) + [fill] * (longest - len(row))
        for row in rows
    ]
    return torch.tensor(filled, dtype=torch.long)


def cross_entropy(logits: Tensor, labels: Tensor, label_smoothing: float) -> tuple[Tensor, int]:
    """Summed cross-entropy in nats over labels that count: logits (rows, tokens, vocabulary),
    labels (rows, tokens). Label smoothing: Szegedy et al. 2016, section 7."""
    total = torch.nn.functional.cross_entropy(
        logits.float().flatten(0, 1),
        labels.flatten(),
        ignore_index=IGNORED,
        reduction="sum",
        label_smoothing=label_smoothing,
    )
    return total, int((labels != IGNORED).sum())
