"""The generator that all families of this room are: fitted, saved, opened, asked for titles.

A family adds its name, its network and how that one is sized.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar, Generic, Self, TypeVar, cast

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from titlewright.errors import GeneratorError
from titlewright.generators import Examples
from titlewright.generators.denoising import Denoising
from titlewright.generators.saved import read_model_json, write_model_json
from titlewright.generators.sequence.engine import NetworkEngine
from titlewright.generators.sequence.network import SequenceNetwork
from titlewright.generators.sequence.reading import learn_words, read
from titlewright.generators.sequence.task import SequenceTask
from titlewright.generators.sizes import keep_sizes, sized
from titlewright.generators.writing.composing import compose
from titlewright.generators.writing.vocabulary import Vocabulary
from titlewright.neural import loop
from titlewright.neural.randomness import apart
from titlewright.neural.report import FitReport, Step
from titlewright.neural.settings import TrainingSettings
from titlewright.records import Candidate, Example, Hints, Product

Sizes = TypeVar("Sizes")

WORDS, WEIGHTS = "words.txt", "weights.safetensors"


class SequenceGenerator(Denoising, Generic[Sizes]):
    """Writes titles with a network that has learnt from nothing but the examples it is given."""

    name: str
    sizes_type: ClassVar[type[Any]]
    network_type: ClassVar[type[Any]]  # made of sizes and the number of words
    model_made = True
    recommended: ClassVar[TrainingSettings] = TrainingSettings(
        epochs=10, batch_tokens=2048, learning_rate=1.5e-3, average=0.999, measure_on=64, patience=3
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
        network, vocabulary = self._ready()
        return compose(
            products, hints, n=n, seed=seed, name=self.name, patient=True,
            engine=self._engine(network, vocabulary), vocabulary=vocabulary,
            read=lambda product, hint: read(product, hint, vocabulary, copying=network.copies),
            size=lambda reading: len(reading.ids) if reading.speaks else 0,
        )  # fmt: skip

    # Training

    @classmethod
    def start(
        cls,
        source: str | None = None,
        *,
        lora: bool = False,
        sizes: Mapping[str, Any] | None = None,
        seed: int = 0,  # noqa: ARG003
    ) -> Self:
        """From scratch, or from a saved model of this family; random weights come with `fit`."""
        if lora:
            raise GeneratorError(f"{cls.name} is small enough to train whole: leave --lora out.")
        if source is None or source == cls.name:
            return cls(sized(cls.name, cls.sizes_type, sizes))
        keep_sizes(source, sizes)
        return cls.load(Path(source))

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
        task = self._task(network, vocabulary, settings.label_smoothing)
        return loop.fit(
            task, examples, dev, settings, folder=folder, on_step=on_step, resume=resume
        )

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
        self.vocabulary = learn_words(examples, int(cast(Any, self.sizes).words))
        with apart(seed):
            self.network = self.network_type(self.sizes, len(self.vocabulary))

    def _engine(self, network: SequenceNetwork, vocabulary: Vocabulary) -> NetworkEngine:
        return NetworkEngine(network, vocabulary)

    def _task(
        self, network: SequenceNetwork, vocabulary: Vocabulary, smoothing: float
    ) -> SequenceTask:
        return SequenceTask(network, vocabulary, smoothing)

    def _ready(self) -> tuple[SequenceNetwork, Vocabulary]:
        if self.network is None or self.vocabulary is None:
            raise GeneratorError(
                f"{self.name} has to be trained first: call fit, or open a saved model."
            )
        return self.network, self.vocabulary
