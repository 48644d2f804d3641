"""Titles from prompts: beam search, then seeded sampling until there are enough different ones.

What runs the model is a `Writer`; this file decides what is asked, what is kept, and the order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol, Self, cast

from titlewright.errors import GeneratorError
from titlewright.generators.avoiding import avoided
from titlewright.generators.huggingface.copying import Copied
from titlewright.generators.huggingface.prompts import prompt, read_title
from titlewright.generators.huggingface.tokens import Read, Tokens
from titlewright.records import Candidate, Hints, Product
from titlewright.text.width import Unit, count

_ROUNDS = 28  # of sampling, after which a product has no more to give


@dataclass(frozen=True, slots=True)
class Decoding:
    """How titles are searched for.

    beams          width of the beam; its titles come first
    samples        titles sampled in each further round
    prompt_tokens  the prompt is cut to this many
    title_tokens   the longest title
    temperature    of sampling, in the first round; it rises by 0.02 a round
    top_k          sampling chooses among this many tokens
    no_repeat      a run of this many tokens is not written twice; 0: may be. Not few: a list of
                   compatible models repeats most of their digits
    """

    beams: int = 6
    samples: int = 4
    prompt_tokens: int = 384
    title_tokens: int = 64
    temperature: float = 0.8
    top_k: int = 50
    no_repeat: int = 16

    def __post_init__(self) -> None:
        for name, low in (("beams", 1), ("samples", 1), ("prompt_tokens", 16),
                          ("title_tokens", 2), ("top_k", 1), ("no_repeat", 0)):  # fmt: skip
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or value < low:
                raise GeneratorError(f"{name} must be a whole number from {low}, not {value!r}.")
        if not self.temperature > 0:
            raise GeneratorError(f"temperature must be above 0, not {self.temperature!r}.")

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return cls(**data)


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What a model wrote: ids without the end, and the natural log of its probability.

    `finished` is False where it ran into the length limit.
    """

    ids: tuple[int, ...]
    log_probability: float
    finished: bool

    @property
    def mean(self) -> float:
        """Log-probability per token, the end counted: long and short ones compare."""
        return self.log_probability / (len(self.ids) + self.finished)


@dataclass(frozen=True, slots=True)
class Ask:
    """One prompt to one model.

    `found` is what was written so far, the beam first; `seed` is this product's own, so that what
    stands beside it changes nothing. `banned` are token sequences not to be written.
    """

    prompt: tuple[int, ...]
    banned: tuple[tuple[int, ...], ...] = ()
    found: tuple[Hypothesis, ...] = ()
    seed: int = 0


class Writer(Protocol):
    """A model that writes. Both calls give one list a request, in order."""

    def beam(self, asks: Sequence[Ask]) -> list[list[Hypothesis]]:
        """The `Decoding.beams` likeliest, best first."""
        ...

    def sample(self, asks: Sequence[Ask], temperature: float) -> list[list[Hypothesis]]:
        """`Decoding.samples` drawn by each request's seed."""
        ...


@dataclass
class _Pool:
    """The different titles of one product, as they are found."""

    hint: Hints
    wanted: int
    titles: list[tuple[str, float]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    @property
    def full(self) -> bool:
        return len(self.titles) >= self.wanted

    def add(self, found: Sequence[tuple[str, Hypothesis]]) -> None:
        """Take a round's titles, those that fit first, then by mean log-probability."""
        ordered = sorted(found, key=lambda pair: (self._too_long(pair[0]), -pair[1].mean))
        for text, hypothesis in ordered:
            if self.full:
                return
            key = _key(text)
            if key and not avoided(text, self.hint.avoid) and not self._known(key):
                self.titles.append((text, round(hypothesis.log_probability, 4)))
                self.keys.append(key)

    def _too_long(self, text: str) -> bool:
        hint = self.hint
        if hint.max_length is None:
            return False
        return count(text, cast(Unit, hint.unit), weight=hint.unit_weight) > hint.max_length

    def _known(self, key: str) -> bool:
        return any(_near(key, other) for other in self.keys)


def _key(text: str) -> str:
    """What titles are compared by: letters, digits and signs, without case or punctuation."""
    folded = "".join(
        character if character.isalnum() or ord(character) > 0x2FFF else " " for character in text
    )
    return " ".join(folded.casefold().split()) or text.strip()


def _near(one: str, other: str) -> bool:
    """Whether two keys are nearly the same. Another number is another fact, never a near match."""
    from rapidfuzz.fuzz import ratio

    if one == other or one.replace(" ", "") == other.replace(" ", ""):
        return True
    digits = [[c for c in key if c.isdigit()] for key in (one, other)]
    return digits[0] == digits[1] and ratio(one, other, score_cutoff=95) > 0


class PromptedGenerator:
    """A generator over any Writer.

    `name` is the family or what the user calls the model. The log-probability of a candidate is of
    the whole title with its end, in the model's own tokens.
    """

    model_made = True

    def __init__(
        self, writer: Writer, tokens: Tokens, decoding: Decoding, *, name: str = "huggingface"
    ) -> None:
        self.writer = writer
        self.tokens = tokens
        self.decoding = decoding
        self.name = name

    def generate(
        self,
        products: Sequence[Product],
        *,
        n: int,
        hints: Sequence[Hints] | None = None,
        seed: int = 0,
    ) -> list[list[Candidate]]:
        """Up to n different titles a product: the beam's, best first, then sampled ones.

        Within each round those that fit `max_length` come first, then the likelier. Fewer titles
        are the first of more.
        """
        asked = list(hints) if hints is not None else [Hints()] * len(products)
        pools = [_Pool(hint, n) for hint in asked]
        asks: dict[int, Ask] = {}
        copied: dict[int, Copied] = {}
        for index, (product, hint) in enumerate(zip(products, asked, strict=True)):
            if n > 0 and (read := self.read(product, hint)):
                asks[index] = Ask(tuple(read.ids), self._banned(hint.avoid, read.copied))
                copied[index] = read.copied
        found = dict(zip(asks, self.writer.beam(list(asks.values())), strict=True))
        for index, hypotheses in found.items():
            pools[index].add(self._written(hypotheses, copied[index]))
        for turn in range(_ROUNDS):
            waiting = [index for index in asks if not pools[index].full]
            if not waiting:
                break
            requests = [
                Ask(ask.prompt, ask.banned, tuple(found[index]), _seed(seed, turn, ask.prompt))
                for index in waiting
                for ask in (asks[index],)
            ]
            drawn = self.writer.sample(requests, self.decoding.temperature + 0.02 * turn)
            for index, hypotheses in zip(waiting, drawn, strict=True):
                pools[index].add(self._written(hypotheses, copied[index]))
                found[index] = [*found[index], *hypotheses]
        return [
            [Candidate(text, self.name, logp, pool.hint) for text, logp in pool.titles]
            for pool in pools
        ]

    def read(self, product: Product, hint: Hints) -> Read | None:
        """What the model reads for this product; None when the product says nothing."""
        form = self.tokens.form
        asked = prompt(product, hint, form.control)
        if asked is None:
            return None
        most = self.decoding.prompt_tokens
        if form.window is not None:  # a decoder alone has prompt and title in the same window
            most = min(
                most, form.window - (self.decoding.title_tokens if form.start is None else 0)
            )
        return self.tokens.read(asked, most)

    def _banned(self, words: Sequence[str], copied: Copied) -> tuple[tuple[int, ...], ...]:
        return tuple(
            tuple(ids) for word in words for ids in self.tokens.spellings(word.strip(), copied)
        )

    def _written(
        self, hypotheses: Sequence[Hypothesis], copied: Copied
    ) -> list[tuple[str, Hypothesis]]:
        return [
            (read_title(self.tokens.text(one.ids, copied), finished=one.finished), one)
            for one in hypotheses
        ]


def _seed(seed: int, turn: int, ids: tuple[int, ...]) -> int:
    """A product's seed for one round, from what is asked alone; in [0, 2**63)."""
    digest = hashlib.blake2b(f"{seed} {turn} {ids}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
