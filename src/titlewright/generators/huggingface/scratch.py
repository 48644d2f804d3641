"""`gpt2` and `bart`: from scratch by configuration, or from any checkpoint of that architecture.

GPT-2: Radford et al. 2019, "Language models are unsupervised multitask learners"; the prompt is the
product, the completion its title, and the loss is on the title alone. BART: Lewis et al. 2020,
"BART: denoising sequence-to-sequence pre-training"; the product is read, the title written.
The models are Transformers' own, so what is saved opens there, and what was saved there opens here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from titlewright.errors import GeneratorError
from titlewright.generators.huggingface.byte_level import BEGIN, END, PAD, byte_level
from titlewright.generators.huggingface.checkpoints import (
    CONTINUED,
    Checkpoint,
    Kind,
    assembled,
)
from titlewright.generators.huggingface.copying import marks
from titlewright.generators.huggingface.generator import HuggingFaceGenerator
from titlewright.generators.huggingface.prompted import Decoding
from titlewright.generators.huggingface.prompts import CLOSE, OPEN, TASKS, Prompt, prompt
from titlewright.generators.sizes import sized
from titlewright.neural.randomness import apart
from titlewright.neural.settings import TrainingSettings
from titlewright.records import Candidate, Example, Hints, Product

# On a processor PyTorch's own attention takes longer to learn.
_QUICK: dict[str, Any] = {"attn_implementation": "eager"}
_MOST_NAMES = 200  # of fields that are one token each
_FEWEST_POSITIONS = 128  # a title takes up to 64 tokens, and a prompt has a frame and wishes
_FROM_SCRATCH = TrainingSettings(
    epochs=10, batch_tokens=1024, learning_rate=1e-3, average=0.999, measure_on=64, patience=3
)


# Small, short and with few pieces: what has to be learnt first is to copy, and that comes with
# steps and with pieces that are often seen, not with size. Four layers of 256, 8,000 pieces and
# prompts of 384 hadn't begun to after as long (LOG.md).


@dataclass(frozen=True, slots=True)
class GPT2Sizes:
    """How a GPT-2 is built.

    words      pieces of the vocabulary
    width      of all states
    layers     of the decoder
    heads      of attention; they share the width evenly
    positions  tokens of prompt and title together
    copies     marks for words of the product that pieces would spell, see copying.py
    dropout    share of values that are dropped while it learns
    """

    words: int = 2_000
    width: int = 192
    layers: int = 2
    heads: int = 4
    positions: int = 192
    copies: int = 48
    dropout: float = 0.0

    def __post_init__(self) -> None:
        _require_shared(self.width, self.heads)
        _require_room(self.positions)


@dataclass(frozen=True, slots=True)
class BARTSizes:
    """How a BART is built.

    words           pieces of the vocabulary
    width           of all states
    encoder_layers  that read
    decoder_layers  that write
    heads           of attention; they share the width evenly
    inner           width between the two halves of a feed-forward layer
    positions       tokens of prompt and title together; reader and writer have as many each
    copies          marks for words of the product that pieces would spell, see copying.py
    dropout         share of values that are dropped while it learns
    """

    words: int = 2_000
    width: int = 192
    encoder_layers: int = 2
    decoder_layers: int = 1
    heads: int = 4
    inner: int = 576
    positions: int = 192
    copies: int = 48
    dropout: float = 0.0

    def __post_init__(self) -> None:
        _require_shared(self.width, self.heads)
        _require_room(self.positions)


class ScratchGenerator(HuggingFaceGenerator, ABC):
    """A checkpoint's generator whose checkpoint may come with the first `fit`."""

    sizes_type: ClassVar[type[Any]]
    kind: ClassVar[Kind]
    from_scratch: ClassVar[TrainingSettings] = _FROM_SCRATCH
    adapter: Any = None
    _from_scratch = False

    def __init__(
        self,
        checkpoint: Checkpoint | None,
        *,
        adapter: Any = None,
        decoding: Decoding | None = None,
        sizes: Any = None,
    ) -> None:
        self.sizes = self.sizes_type() if sizes is None else sizes
        self.name = self.family
        self._built = checkpoint is not None
        if checkpoint is None:
            self._made_here()
            return
        if checkpoint.model.config.model_type != self.family:
            raise GeneratorError(
                f"{checkpoint.name} is a checkpoint of {checkpoint.model.config.model_type}, not "
                f"of {self.family}. Leave --family out: --from alone opens any of them."
            )
        super().__init__(checkpoint, adapter=adapter, decoding=decoding, name=self.family)

    @classmethod
    def start(
        cls,
        source: str | None = None,
        *,
        lora: bool = False,
        sizes: Mapping[str, Any] | None = None,
        seed: int = 0,
    ) -> Self:
        """From scratch, or from a checkpoint's folder, a hub name or a saved model."""
        if source not in (None, cls.family):
            return super().start(source, lora=lora, sizes=sizes, seed=seed)
        if lora:
            raise GeneratorError(
                f"{cls.family} from scratch has no weights to adapt. Leave --lora out, or say "
                "which checkpoint to begin with: --from FOLDER."
            )
        return cls(None, sizes=sized(cls.family, cls.sizes_type, sizes))

    def _made_here(self) -> None:
        """It began from scratch, so it is learnt, and trained further, as what is small and new."""
        self._from_scratch = True
        if self.adapter is None:
            self.recommended = self.from_scratch  # type: ignore[misc]

    def about(self) -> dict[str, Any]:
        return super().about() | {"from_scratch": self._from_scratch}

    def reopened(self, about: Mapping[str, Any]) -> None:
        if about.get("from_scratch"):
            self._made_here()

    def begin(self, examples: Callable[[], Iterable[Example]], seed: int) -> None:
        """The pieces and random weights, from the first examples that are ever given."""
        if not self._built:
            self._build(examples, seed)

    def generate(
        self,
        products: Sequence[Product],
        *,
        n: int,
        hints: Sequence[Hints] | None = None,
        seed: int = 0,
    ) -> list[list[Candidate]]:
        if not self._built:
            raise GeneratorError(
                f"{self.family} has to be trained first: call fit, or open a checkpoint."
            )
        return super().generate(products, n=n, hints=hints, seed=seed)

    def _build(self, examples: Callable[[], Iterable[Example]], seed: int) -> None:
        """The checkpoint, with random weights."""
        tokenizer = byte_level(
            _texts(examples()),
            self.sizes.words,
            wrapped=self.kind == "seq2seq",
            phrases=_phrases(examples()),
            marks=marks(self.sizes.copies),
        )
        with apart(seed):
            model = self.new(len(tokenizer))
        made = assembled(f"a new {self.family}", self.kind, model, tokenizer)
        most = min(Decoding().prompt_tokens, self.sizes.positions - Decoding().title_tokens)
        HuggingFaceGenerator.__init__(
            self, made, decoding=replace(Decoding(), prompt_tokens=most), name=self.family
        )
        self._built = True

    @abstractmethod
    def new(self, words: int) -> Any:
        """The model of Transformers, as large as the sizes say."""


class GPT2Generator(ScratchGenerator):
    """Writes titles with a GPT-2."""

    family = "gpt2"
    sizes_type = GPT2Sizes
    kind = "causal"
    from_scratch = replace(_FROM_SCRATCH, learning_rate=2e-3)

    def new(self, words: int) -> Any:
        from transformers import GPT2Config, GPT2LMHeadModel

        sizes = self.sizes
        config = GPT2Config(
            vocab_size=words, n_positions=sizes.positions, n_embd=sizes.width,
            n_layer=sizes.layers, n_head=sizes.heads, resid_pdrop=sizes.dropout,
            embd_pdrop=sizes.dropout, attn_pdrop=sizes.dropout, pad_token_id=PAD,
            bos_token_id=BEGIN, eos_token_id=END, **_QUICK,
            activation_function="gelu_pytorch_tanh",  # the same function in one pass
        )  # fmt: skip
        return GPT2LMHeadModel(config)


class BARTGenerator(ScratchGenerator):
    """Writes titles with a BART."""

    family = "bart"
    sizes_type = BARTSizes
    kind = "seq2seq"

    def new(self, words: int) -> Any:
        from transformers import BartConfig, BartForConditionalGeneration

        sizes = self.sizes
        config = BartConfig(
            vocab_size=words, max_position_embeddings=sizes.positions, d_model=sizes.width,
            encoder_layers=sizes.encoder_layers, decoder_layers=sizes.decoder_layers,
            encoder_attention_heads=sizes.heads, decoder_attention_heads=sizes.heads,
            encoder_ffn_dim=sizes.inner, decoder_ffn_dim=sizes.inner, dropout=sizes.dropout,
            pad_token_id=PAD, bos_token_id=BEGIN, eos_token_id=END, decoder_start_token_id=END,
            forced_eos_token_id=END,
            # as large as Vaswani et al. 2017 have them; from BART's own 0.02, meant for millions of
            # texts, it long ignores what it reads
            init_std=sizes.width**-0.5, scale_embedding=True, **_QUICK,
        )  # fmt: skip
        return BartForConditionalGeneration(config)


def _texts(examples: Iterable[Example]) -> Iterator[str]:
    """All that is read and written piece by piece."""
    for example, asked in _asked(examples):
        yield "\n".join([*(line.value for line in asked.lines), asked.task, example.title])


def _phrases(examples: Iterable[Example]) -> list[str]:
    """What stands in prompts again and again, each to be one token."""
    names: Counter[str] = Counter()
    number = 0
    for _, asked in _asked(examples):
        names.update(line.name for line in asked.lines)
        number += 1
    usual = [name for name, count in names.most_common(_MOST_NAMES) if count >= number / 100]
    frame = (OPEN, CLOSE, *TASKS.values(), f"\n{CONTINUED}")
    return [*frame, *(f"\n{name}:" for name in usual)]


def _asked(examples: Iterable[Example]) -> Iterator[tuple[Example, Prompt]]:
    for example in examples:
        asked = prompt(example.product, example.hints)
        if asked is not None:
            yield example, asked


def _require_room(positions: int) -> None:
    if positions < _FEWEST_POSITIONS:
        raise GeneratorError(
            f"positions must be at least {_FEWEST_POSITIONS}, not {positions}: a product and its "
            "title have to fit."
        )


def _require_shared(width: int, heads: int) -> None:
    if width % heads:
        raise GeneratorError(f"width must be a multiple of heads, not {width} with {heads} heads.")
