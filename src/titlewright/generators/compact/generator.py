"""The compact generator: opened from its files, asked for titles, trained further, saved.

Writing needs no torch: ONNX Runtime does it. torch is imported when the model is trained.
"""

from __future__ import annotations

import multiprocessing
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from titlewright.errors import GeneratorError
from titlewright.generators.compact.pieces import Pieces
from titlewright.generators.compact.reading import read
from titlewright.generators.denoising import Denoising
from titlewright.generators.saved import read_model_json, write_model_json
from titlewright.generators.sizes import without_sizes
from titlewright.generators.writing.composing import compose
from titlewright.generators.writing.search import Engine
from titlewright.generators.writing.vocabulary import Vocabulary
from titlewright.neural.report import FitReport, Step
from titlewright.neural.settings import TrainingSettings
from titlewright.records import Candidate, Example, Hints, Product
from titlewright.settings import cores

if TYPE_CHECKING:
    from titlewright.generators.compact.network import CompactNetwork

SHIPPED = Path(__file__).resolve().parents[2] / "data" / "compact"
PIECES, WORDS = "tokenizer.json", "words.txt"
READER, WRITER = "reader.onnx", "writer.onnx"
_MEASURED_ON = 200  # products


class CompactGenerator(Denoising):
    """Writes titles that are made of the product's own words and of a small vocabulary."""

    name = "compact"
    model_made = True
    recommended: ClassVar[TrainingSettings] = TrainingSettings(
        epochs=3, batch_tokens=4096, learning_rate=3e-4, layer_factor=0.3, average=0.999,
        measure_on=64,
    )  # fmt: skip

    def __init__(self, folder: Path = SHIPPED) -> None:
        self._about = read_model_json(folder)
        self.folder = folder
        self.pieces = Pieces(folder / PIECES)
        self.vocabulary = Vocabulary.load(folder / WORDS)
        self._engine: Engine | None = None
        self._network: CompactNetwork | None = None  # once it is being trained
        self._measured_on: list[Product] = []  # what activations are measured on when it is saved

    @classmethod
    def load(cls, folder: Path) -> Self:
        return cls(folder)

    @property
    def engine(self) -> Engine:
        if self._engine is None:
            from titlewright.generators.compact.runtime import OnnxEngine

            # several workers share the machine's cores, one each
            threads = 1 if multiprocessing.parent_process() else cores()
            self._engine = OnnxEngine(self.folder / READER, self.folder / WRITER, threads=threads)
        return self._engine

    def use(self, engine: Engine) -> None:
        """Write with this engine instead of the folder's graphs."""
        self._engine = engine

    @property
    def size(self) -> dict[str, int]:
        """The network's sizes by name, see NetworkSettings."""
        return dict(self._about["network"])

    @property
    def network(self) -> CompactNetwork:
        """The network in PyTorch, with the weights of the folder's graphs until it is trained."""
        return self._trained(0)

    def generate(
        self,
        products: Sequence[Product],
        *,
        n: int,
        hints: Sequence[Hints] | None = None,
        seed: int = 0,
    ) -> list[list[Candidate]]:
        """Up to n different titles a product, likeliest first, each with its log-probability."""
        return compose(
            products, hints, n=n, seed=seed, name=self.name, engine=self.engine,
            vocabulary=self.vocabulary,
            read=lambda product, hint: read(product, hint, self.pieces),
            size=lambda reading: len(reading.pieces) if reading.words else 0,
        )  # fmt: skip

    # Training

    @classmethod
    def start(
        cls,
        source: str | None = None,
        *,
        lora: bool = False,
        sizes: Mapping[str, Any] | None = None,
        seed: int = 0,
    ) -> Self:
        """From the shipped weights, or those of a saved compact model."""
        if lora:
            raise GeneratorError("compact is small enough to train whole: leave --lora out.")
        without_sizes(cls.name, sizes)
        model = cls(SHIPPED if source in (None, "compact") else Path(str(source)))
        model._trained(seed)
        return model

    def fit(
        self,
        examples: Sequence[Example] | Callable[[int], Sequence[Example]],
        *,
        dev: Sequence[Example],
        settings: TrainingSettings,
        folder: Path,
        on_step: Callable[[Step], None],
        resume: bool = False,
    ) -> FitReport:
        from titlewright.generators.compact.task import Batch, CompactTask
        from titlewright.neural.loop import Task, fit

        task: Task[Example, Batch] = CompactTask(
            self._trained(settings.seed), self.pieces, self.vocabulary, settings.label_smoothing
        )
        first = examples(0) if callable(examples) else examples
        self._measured_on = [example.product for example in [*dev, *first][:_MEASURED_ON]]
        report = fit(task, examples, dev, settings, folder=folder, on_step=on_step, resume=resume)
        self._engine = None
        return report

    def save(self, folder: Path) -> None:
        from titlewright.generators.compact.export import export

        for name in (PIECES, WORDS):
            shutil.copyfile(self.folder / name, folder / name)
        if self._network is None:
            for name in (READER, WRITER):
                shutil.copyfile(self.folder / name, folder / name)
            network, weights = self._about["network"], self._about["weights"]
        else:
            from titlewright.generators.compact.quantise import fix_activations

            weights = export(self._network, folder)
            if self._measured_on:
                fix_activations(folder / READER, folder / WRITER, self._write_sample)
            network = self._network.settings.to_json()
        write_model_json(folder, self.name, network=network, weights=weights)

    def _write_sample(self, engine: Engine) -> None:
        self.use(engine)
        self.generate(self._measured_on, n=5)
        self._engine = None

    def _trained(self, seed: int) -> CompactNetwork:
        """The network to train, with the weights of the folder's graphs."""
        if self._network is None:
            from titlewright.generators.compact.weights import network_of

            self._network = network_of(
                self.folder, self._about["network"], self._about["weights"], seed
            )
        return self._network
