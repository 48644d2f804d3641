"""The generator that all families of this room are: fitted, saved, opened, asked for titles.

A family adds its name, its network and how that one is sized.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar, Generic, NamedTuple, Self, TypeVar, cast

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from titlewright.errors import GeneratorError
from titlewright.generators import Examples
from titlewright.generators.compact.backing import Backing
from titlewright.generators.compact.search import write
from titlewright.generators.compact.units import split
from titlewright.generators.compact.vocabulary import Vocabulary
from titlewright.generators.compact.wishes import Written
from titlewright.generators.compact.wording import content
from titlewright.generators.denoising import denoising
from titlewright.generators.saved import read_model_json, write_model_json
from titlewright.generators.sequence.engine import NetworkEngine
from titlewright.generators.sequence.network import SequenceNetwork
from titlewright.generators.sequence.reading import Reading, read, units
from titlewright.generators.sequence.task import SequenceTask
from titlewright.generators.sequence.vocabulary import learn
from titlewright.neural import loop
from titlewright.neural.randomness import apart
from titlewright.neural.report import FitReport, Step
from titlewright.neural.settings import TrainingSettings
from titlewright.records import Candidate, Example, Hints, Product
from titlewright.text.words import atoms, fold

Sizes = TypeVar("Sizes")

WORDS, WEIGHTS = "words.txt", "weights.safetensors"
_BATCH = 16  # products read at once


class Ask(NamedTuple):
    """A product to be titled, how, and as it is read."""

    product: Product
    hints: Hints
    reading: Reading


class SequenceGenerator(Generic[Sizes]):
    """Writes titles with a network that has learnt from nothing but the examples it is given."""

    name: ClassVar[str]
    sizes_type: ClassVar[type[Any]]
    network_type: ClassVar[type[Any]]  # made of sizes and the number of words
    model_made = True
    recommended: ClassVar[TrainingSettings] = TrainingSettings(
        epochs=10, batch_tokens=4096, learning_rate=1e-3, average=0.999, measure_on=64, patience=3
    )

    def __init__(self, sizes: Sizes | None = None) -> None:
        self.sizes: Sizes = self.sizes_type() if sizes is None else sizes
        self.vocabulary: Vocabulary | None = None  # until the first fit
        self.network: SequenceNetwork | None = None

    def generate(
        self,
        products: Sequence[Product],
        *,
        n: int,
        hints: Sequence[Hints] | None = None,
        seed: int = 0,
    ) -> list[list[Candidate]]:
        """Up to n different titles a product, likeliest first, each with its log-probability."""
        if n < 1:
            raise GeneratorError(f"n must be 1 or more, not {n}.")
        network, vocabulary = self._ready()
        engine = NetworkEngine(network, vocabulary)
        asks = [
            Ask(product, hint, read(product, hint, vocabulary, copying=network.copies))
            for product, hint in zip(products, hints or [Hints()] * len(products), strict=True)
        ]
        made: list[list[Candidate]] = [[] for _ in products]
        for chosen in _batches(asks):
            written = self._write(engine, [asks[index] for index in chosen], n, seed)
            for index, titles in zip(chosen, written, strict=True):
                made[index] = self._candidates(asks[index].hints, titles, n)
        return made

    def _write(
        self, engine: NetworkEngine, asks: Sequence[Ask], n: int, seed: int
    ) -> list[list[Written]]:
        return write(
            engine,
            engine.vocabulary,
            [ask.reading for ask in asks],
            [ask.hints for ask in asks],
            [Backing(ask.product) for ask in asks],
            n=n,
            seeds=[(seed, _identity(ask.product)) for ask in asks],
            patient=True,
        )

    def _candidates(self, hint: Hints, titles: Sequence[Written], n: int) -> list[Candidate]:
        """The n best that say different things: order, case, marks and inflection aside."""
        kept: dict[frozenset[str], Candidate] = {}
        for title in titles:
            says = frozenset().union(*(content(fold(atom.text)) for atom in atoms(title.text)))
            if says and says not in kept:
                kept[says] = Candidate(title.text, self.name, title.log_probability, hint)
            if len(kept) == n:
                break
        return list(kept.values())

    # Training

    @classmethod
    def start(cls, source: str | None = None, *, lora: bool = False, seed: int = 0) -> Self:  # noqa: ARG003
        """From scratch, or from a saved model of this family; random weights come with `fit`."""
        if lora:
            raise GeneratorError(f"{cls.name} is small enough to train whole: leave --lora out.")
        return cls() if source in (None, cls.name) else cls.load(Path(str(source)))

    def fit(
        self,
        examples: Examples,
        *,
        dev: Sequence[Example],
        settings: TrainingSettings,
        folder: Path,
        on_step: Callable[[Step], None] = loop.ignore,
        resume: bool = False,
    ) -> FitReport:
        """Learn product to title; the vocabulary from the first examples that it is ever given."""
        if self.network is None:
            self._build(examples(0) if callable(examples) else examples, settings.seed)
        network, vocabulary = self._ready()
        task = SequenceTask(network, vocabulary, settings.label_smoothing)
        return loop.fit(
            task, examples, dev, settings, folder=folder, on_step=on_step, resume=resume
        )

    def pretrain(
        self,
        products: Sequence[Product],
        *,
        dev: Sequence[Product],
        settings: TrainingSettings,
        folder: Path,
        on_step: Callable[[Step], None] = loop.ignore,
        resume: bool = False,
    ) -> FitReport:
        """Denoising and copying, see `generators.denoising`."""
        return self.fit(
            denoising(products, settings.seed), dev=denoising(dev)(0), settings=settings,
            folder=folder, on_step=on_step, resume=resume,
        )  # fmt: skip

    def save(self, folder: Path) -> None:
        network, vocabulary = self._ready()
        vocabulary.save(folder / WORDS)
        weights = {name: value.contiguous() for name, value in network.state_dict().items()}
        save_file(weights, folder / WEIGHTS)
        write_model_json(folder, self.name, network=asdict(cast(Any, self.sizes)))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Open what `save` wrote. Raises GeneratorError where a file is missing or broken."""
        about = read_model_json(folder)
        try:
            model = cls(cls.sizes_type(**about["network"]))
            model.vocabulary = Vocabulary.load(folder / WORDS)
            model.network = model.network_type(model.sizes, len(model.vocabulary))
            model.network.load_state_dict(load_file(folder / WEIGHTS))
        except (OSError, KeyError, TypeError, ValueError, RuntimeError, SafetensorError) as error:
            raise GeneratorError(
                f"{folder} is no whole {cls.name} model: {error}. Train it again, or copy the "
                "whole folder."
            ) from error
        model.network.eval()
        return model

    def _build(self, examples: Sequence[Example], seed: int) -> None:
        self.vocabulary = learn(
            examples,
            lambda example: [unit.text for unit in units(example.product, example.hints)],
            lambda example: split(example.title),
            most=int(cast(Any, self.sizes).words),
        )
        with apart(seed):
            self.network = self.network_type(self.sizes, len(self.vocabulary))

    def _ready(self) -> tuple[SequenceNetwork, Vocabulary]:
        if self.network is None or self.vocabulary is None:
            raise GeneratorError(
                f"{self.name} has to be trained first: call fit, or open a saved model."
            )
        return self.network, self.vocabulary


def _batches(asks: Sequence[Ask]) -> Iterator[list[int]]:
    """The products that say something, _BATCH at a time, those of like length together: little of
    a batch is then padding."""
    order = [index for index, ask in enumerate(asks) if ask.reading.speaks]
    order.sort(key=lambda index: len(asks[index].reading.ids))
    for start in range(0, len(order), _BATCH):
        yield order[start : start + _BATCH]


def _identity(product: Product) -> int:
    """The same for the same product, so that its samples don't depend on its neighbours."""
    text = f"{product.id}\n{product.brand}\n{product.description}"
    return zlib.crc32(text.encode("utf-8", "replace"))
