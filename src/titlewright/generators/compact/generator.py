"""The compact generator: opened from its files, asked for titles, trained further, saved.

Writing needs no torch: ONNX Runtime does it. torch is imported when the model is trained.
"""

from __future__ import annotations

import multiprocessing
import shutil
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

from titlewright.errors import GeneratorError
from titlewright.generators.compact.backing import Backing
from titlewright.generators.compact.pieces import Pieces
from titlewright.generators.compact.reading import read
from titlewright.generators.compact.search import Engine, write
from titlewright.generators.compact.units import is_word, split
from titlewright.generators.compact.vocabulary import Vocabulary
from titlewright.generators.compact.wishes import Written
from titlewright.generators.compact.wording import content
from titlewright.generators.denoising import denoising
from titlewright.generators.facts import is_short_name
from titlewright.generators.saved import read_model_json, write_model_json
from titlewright.neural.report import FitReport, Step
from titlewright.neural.settings import TrainingSettings
from titlewright.records import Candidate, Example, Hints, Product
from titlewright.settings import cores
from titlewright.text.casing import looks_like_code, title_case
from titlewright.text.language import identify, is_cjk
from titlewright.text.words import atoms, fold

if TYPE_CHECKING:
    from titlewright.generators.compact.network import CompactNetwork

SHIPPED = Path(__file__).resolve().parents[2] / "data" / "compact"
PIECES, WORDS = "tokenizer.json", "words.txt"
READER, WRITER = "reader.onnx", "writer.onnx"
_BATCH = 16  # products read at once
_MEASURED_ON = 200  # products
_MODEL_NAMES = frozenset({"model", "model number", "mpn", "型号"})
_MOST_CODES = 3
_PLACES = {"short": 60, "headline": 30}  # characters


class CompactGenerator:
    """Writes titles that are made of the product's own words and of a small vocabulary."""

    name = "compact"
    model_made = True
    recommended: ClassVar[TrainingSettings] = TrainingSettings(
        epochs=3, batch_tokens=4096, learning_rate=3e-4, layer_factor=0.3, average=0.999
    )

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
        if n < 1:
            raise GeneratorError(f"n must be 1 or more, not {n}.")
        asked = [_within_style(hint) for hint in hints or [Hints()] * len(products)]
        readings = [
            read(product, hint, self.pieces) for product, hint in zip(products, asked, strict=True)
        ]
        made: list[list[Candidate]] = [[] for _ in products]
        # products of like length are read together, so that little of a batch is padding
        order = sorted(
            (index for index in range(len(products)) if readings[index].words),
            key=lambda index: len(readings[index].pieces),
        )
        for start in range(0, len(order), _BATCH):
            chosen = order[start : start + _BATCH]
            written = write(
                self.engine,
                self.vocabulary,
                [readings[index] for index in chosen],
                [_keeping_codes(asked[index], products[index]) for index in chosen],
                [Backing(products[index]) for index in chosen],
                n=n,
                seeds=[(seed, _identity(products[index])) for index in chosen],
            )
            for index, titles in zip(chosen, written, strict=True):
                made[index] = self._candidates(products[index], asked[index], titles, n)
        return made

    def _candidates(
        self, product: Product, hint: Hints, titles: Sequence[Written], n: int
    ) -> list[Candidate]:
        """The n best that say different things, cased as the language has it."""
        kept: dict[frozenset[str], Candidate] = {}
        for title in titles:
            says = frozenset().union(*(content(fold(atom.text)) for atom in atoms(title.text)))
            if says and says not in kept:
                text = _cased(title.text, product)
                kept[says] = Candidate(text, self.name, title.log_probability, hint)
            if len(kept) == n:
                break
        return list(kept.values())

    # Training

    @classmethod
    def start(cls, source: str | None = None, *, lora: bool = False, seed: int = 0) -> Self:
        """From the shipped weights, or those of a saved compact model."""
        if lora:
            raise GeneratorError("compact is small enough to train whole: leave --lora out.")
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

    def pretrain(
        self,
        products: Sequence[Product],
        *,
        dev: Sequence[Product],
        settings: TrainingSettings,
        folder: Path,
        on_step: Callable[[Step], None],
        resume: bool = False,
    ) -> FitReport:
        """Denoising and copying, see `generators.denoising`."""
        return self.fit(
            denoising(products, settings.seed), dev=denoising(dev)(0), settings=settings,
            folder=folder, on_step=on_step, resume=resume,
        )  # fmt: skip

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


def _within_style(hint: Hints) -> Hints:
    """A short style is as long as its place, unless a length is asked for."""
    place = _PLACES.get(hint.style)
    if place is None:
        return hint
    most = min(place, hint.max_length or place)
    return replace(hint, max_length=most, target_length=min(most, hint.target_length or most))


def _keeping_codes(hint: Hints, product: Product) -> Hints:
    """What tells one product from the next is kept: model numbers, and a present title that is
    nothing but a name of that kind ("13A")."""
    named = [
        value
        for name, value in product.attributes.items()
        if name.casefold() in _MODEL_NAMES and len(value.split()) == 1
    ]
    short = is_short_name(product.title)
    named += [
        unit for unit in split(product.title) if looks_like_code(unit) or (short and is_word(unit))
    ]
    return replace(hint, prefer=(*hint.prefer, *named[:_MOST_CODES]))


def _identity(product: Product) -> int:
    """The same for the same product, so that its samples don't depend on its neighbours."""
    return zlib.crc32(f"{product.id}\n{product.brand}\n{product.description}".encode())


def _cased(title: str, product: Product) -> str:
    """Title Case where that is the custom: in English. Other languages keep the seller's own."""
    if is_cjk(title):
        return title
    language = product.locale[:2] or identify(f"{title} {product.description[:300]}", "en")
    if language != "en":
        return title
    return title_case(title, language, keep=(product.brand, *product.brand.split()))
