"""The fast path: the generator over a model that conversion.py wrote.

Serving needs ctranslate2 and tokenizers only. CTranslate2's own sampling can't be repeated (each
thread has a random generator that can't be set back), so titles beyond the beam come by branching:
a likely title is left before a word drawn by the seed, and each of the likeliest other tokens is
followed to its end.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

from titlewright.errors import GeneratorError, MissingExtraError
from titlewright.generators.huggingface.prompted import (
    Ask,
    Decoding,
    Hypothesis,
    PromptedGenerator,
)
from titlewright.generators.huggingface.tokens import Format, Tokens
from titlewright.generators.saved import read_model_json
from titlewright.settings import cores

_BATCH = 8  # prompts of one length that are searched together
_BRANCH = 4  # titles from one place
_INSIDE = 0.25  # share of branches that may leave a title inside a word: there are more places


class CTranslateWriter:
    """Writes with a converted model.

    Only prompts of the same length share a batch: nothing is padded, so what stands beside a
    product changes nothing, to the last bit.
    """

    def __init__(
        self, folder: Path, kind: str, tokens: Tokens, decoding: Decoding, *, threads: int = 0
    ) -> None:
        """Open the converted model; `threads` 0 is one for each core that we may use."""
        ctranslate2 = library()
        self.kind = kind
        self.tokens = tokens
        self.decoding = decoding
        family = ctranslate2.Generator if kind == "causal" else ctranslate2.Translator
        try:
            self.model = family(
                str(folder), device="cpu", inter_threads=threads or cores(), intra_threads=1
            )
        except (RuntimeError, ValueError) as error:
            raise GeneratorError(f"{folder} can't be opened by CTranslate2: {error}") from error

    def beam(self, asks: Sequence[Ask]) -> list[list[Hypothesis]]:
        """The likeliest by mean log-probability per token, best first."""
        return self._search(asks, self.decoding.beams)

    def greedy(self, asks: Sequence[Ask]) -> list[Hypothesis]:
        """The title that the likeliest next token leads to."""
        return [found[0] for found in self._search(asks, 1)]

    def _search(self, asks: Sequence[Ask], width: int) -> list[list[Hypothesis]]:
        running = []
        for batch in _batches(asks, [len(ask.prompt) for ask in asks]):
            options = self._options(asks[batch[0]]) | {
                "beam_size": width, "num_hypotheses": width, "length_penalty": 1.0,
            }  # fmt: skip
            prompts = [asks[index].prompt for index in batch]
            running.append((batch, self._start(prompts, [()] * len(batch), options)))
        found: list[list[Hypothesis]] = [[] for _ in asks]
        for batch, results in running:
            for index, waiting in zip(batch, results, strict=True):
                made = waiting.result()
                found[index] = [
                    self._hypothesis(names, score, mean=True)
                    for names, score in zip(_sequences(made), made.scores, strict=True)
                ]
        return found

    def sample(self, asks: Sequence[Ask], temperature: float) -> list[list[Hypothesis]]:  # noqa: ARG002 - nothing is drawn from a distribution
        """Titles that branch off those found so far at places drawn by each request's seed."""
        branches: list[tuple[int, Hypothesis, int]] = []  # request, the title left, where
        for number, ask in enumerate(asks):
            rng = random.Random(ask.seed)
            bases = [one for one in ask.found if len(one.ids) > 1] or list(ask.found)
            for _ in range(-(-self.decoding.samples // _BRANCH) if bases else 0):
                base = rng.choice(bases)
                anywhere = rng.random() < _INSIDE
                places = range(len(base.ids)) if anywhere else self.tokens.word_starts(base.ids)
                branches.append((number, base, rng.choice(places or (0,))))
        before = self._prefix_scores(asks, branches)
        parts = [
            Ask(asks[number].prompt, asks[number].banned, (base,), place)
            for number, base, place in branches
        ]
        sizes = [len(part.prompt) * 10_000 + place for part, (_, _, place) in zip(
            parts, branches, strict=True)]  # fmt: skip
        running = []
        for batch in _batches(parts, sizes):
            options = self._options(parts[batch[0]]) | {
                "beam_size": 1, "num_hypotheses": _BRANCH, "length_penalty": 0.0,
                "return_alternatives": True,
            }  # fmt: skip
            prompts = [parts[index].prompt for index in batch]
            prefixes = [branches[index][1].ids[: branches[index][2]] for index in batch]
            running.append((batch, self._start(prompts, prefixes, options)))
        found: list[list[Hypothesis]] = [[] for _ in asks]
        for batch, results in running:
            for index, waiting in zip(batch, results, strict=True):
                made, (number, base, place) = waiting.result(), branches[index]
                for names, score in zip(_sequences(made), made.scores, strict=True):
                    one = self._hypothesis(names, score, mean=False)
                    ids = one.ids if self.kind == "seq2seq" else base.ids[:place] + one.ids
                    total = one.log_probability + before[index]
                    found[number].append(replace(one, ids=ids, log_probability=total))
        return [hypotheses[: self.decoding.samples] for hypotheses in found]

    def _prefix_scores(
        self, asks: Sequence[Ask], branches: Sequence[tuple[int, Hypothesis, int]]
    ) -> list[float]:
        """Log-probability of what stands before each branch: a search counts what it writes."""
        name = self.tokens.names
        totals = []
        for number, base, place in branches:  # one by one: batches of other lengths would pad
            asked, prefix = list(asks[number].prompt), list(base.ids[:place])
            if not prefix:
                totals.append(0.0)
            elif self.kind == "causal":
                scored = self.model.score_batch([name(asked + prefix)])[0]
                totals.append(float(sum(scored.log_probs[-place:])))
            else:
                scored = self.model.score_batch([name(asked)], [name(prefix)], max_input_length=0)
                totals.append(float(sum(scored[0].log_probs[:place])))
        return totals

    def _start(
        self, prompts: Sequence[Sequence[int]], prefixes: Sequence[Sequence[int]], options: Any
    ) -> list[Any]:
        """Begin a batch; one result to wait for a prompt."""
        name = self.tokens.names
        if self.kind == "causal":
            asked = [name([*one, *prefix]) for one, prefix in zip(prompts, prefixes, strict=True)]
            longest = self.decoding.title_tokens - len(prefixes[0])
            if options.get("return_alternatives"):  # then the prompt, but for one, counts too
                longest += len(asked[0]) - 1
            whole = options | {"max_length": longest}
            started = self.model.generate_batch(
                asked, include_prompt_in_result=False, asynchronous=True, **whole
            )
        else:
            started = self.model.translate_batch(
                [name(list(one)) for one in prompts],
                target_prefix=[name(list(prefix)) for prefix in prefixes],
                max_decoding_length=self.decoding.title_tokens,
                max_input_length=0,
                asynchronous=True,
                **options,
            )
        return list(started)

    def _options(self, ask: Ask) -> dict[str, Any]:
        return {
            "no_repeat_ngram_size": self.decoding.no_repeat,
            "suppress_sequences": [self.tokens.names(list(ids)) for ids in ask.banned] or None,
            "end_token": list(self.tokens.form.end),
            "return_end_token": True,
            "return_scores": True,
        }

    def _hypothesis(self, names: Sequence[str], score: float, *, mean: bool) -> Hypothesis:
        """Tokens with their end, and a score that is a sum or (`mean`) an average over them."""
        known = map(self.tokens.tokenizer.token_to_id, names)
        ids = tuple(one for one in known if one is not None)  # None: filling of the vocabulary
        total = float(score) * (max(1, len(ids)) if mean else 1)
        finished = bool(ids) and ids[-1] in self.tokens.form.end
        return Hypothesis(ids[:-1] if finished else ids, total, finished)


class CTranslateGenerator(PromptedGenerator):
    """Writes titles with a model that `convert` wrote."""

    @classmethod
    def load(cls, folder: Path, *, threads: int = 0) -> CTranslateGenerator:
        """Open a converted model. Raises GeneratorError for another folder."""
        data = read_model_json(folder)
        if data.get("runtime") != "ctranslate2":
            raise GeneratorError(
                f"{folder} is not converted to CTranslate2. Convert it with "
                "titlewright.generators.huggingface.conversion.convert."
            )
        tokens = Tokens.open(folder / "tokenizer.json", Format.from_json(data["format"]))
        decoding = Decoding.from_json(data["decoding"])
        writer = CTranslateWriter(
            folder / "ctranslate2", data["kind"], tokens, decoding, threads=threads
        )
        return CTranslateGenerator(writer, tokens, decoding)


def _batches(asks: Sequence[Ask], sizes: Sequence[int]) -> list[list[int]]:
    """Indices of requests of one size that ban the same words."""

    def alike(index: int) -> tuple[int, tuple[tuple[int, ...], ...]]:
        return sizes[index], asks[index].banned

    batches = []
    for _, group in groupby(sorted(range(len(asks)), key=alike), key=alike):
        members = list(group)
        batches += [members[at : at + _BATCH] for at in range(0, len(members), _BATCH)]
    return batches


def _sequences(made: Any) -> list[list[str]]:
    """The token sequences of a GenerationResult or a TranslationResult."""
    return list(made.sequences if hasattr(made, "sequences") else made.hypotheses)


def library() -> Any:
    """The package ctranslate2. Raises MissingExtraError when it is not installed."""
    try:
        import ctranslate2  # type: ignore[import-untyped]
    except ImportError as error:
        raise MissingExtraError("ctranslate2", "train") from error
    return ctranslate2
