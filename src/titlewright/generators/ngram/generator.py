"""The n-gram generator: counted from titles in one pass, written with beams, saved in a folder.

No network and no PyTorch: a baseline that learns in seconds how a shop writes its titles.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np

from titlewright.errors import GeneratorError, TrainingError
from titlewright.generators.ngram.counting import Array, Counts, load_model, save_model
from titlewright.generators.ngram.engine import NgramEngine
from titlewright.generators.ngram.fitting import Round, choices, measures, rounds
from titlewright.generators.ngram.kneser_ney import KneserNey
from titlewright.generators.ngram.product_words import read
from titlewright.generators.ngram.title_model import TitleModel, start_weights
from titlewright.generators.saved import read_model_json, write_model_json
from titlewright.generators.sizes import without_sizes
from titlewright.generators.writing.composing import compose
from titlewright.generators.writing.units import split
from titlewright.neural.logs import Logs
from titlewright.neural.report import FitReport, Step
from titlewright.neural.settings import TrainingSettings
from titlewright.records import Candidate, Example, Hints, Product
from titlewright.text.words import fold

_HELD_BACK = 10  # every tenth example is held back while the others are counted
_MOST_HELD_BACK = 200
_MORE = 10  # titles asked for beyond n where too few were found
_FEWEST = 20  # examples; of fewer none is held back


class NgramGenerator:
    """Writes titles of the product's own words in the order that known titles have them."""

    name = "ngram"
    model_made = True
    recommended: ClassVar[TrainingSettings] = TrainingSettings(epochs=1)

    def __init__(self) -> None:
        self._model: TitleModel | None = None
        self._counts = Counts()
        self.fluency: Array = np.zeros(0)  # see `percentiles`; empty before anything is learnt

    @property
    def model(self) -> TitleModel:
        """What was learnt. Raises GeneratorError where that is nothing yet."""
        if self._model is None:
            raise GeneratorError(
                "This ngram model has learnt nothing yet. Train it: titlewright train DATA "
                "--family ngram -o MODEL"
            )
        return self._model

    def generate(
        self,
        products: Sequence[Product],
        *,
        n: int,
        hints: Sequence[Hints] | None = None,
        seed: int = 0,
    ) -> list[list[Candidate]]:
        """Up to n different titles a product, likeliest first, each with its log-probability.

        Beams of so small a model often end in the same words: where fewer than n titles were
        found, more samples are drawn. They come after the others, so those stay as they are.
        """
        asked = hints or [Hints()] * len(products)
        made = self._compose(products, asked, n, seed)
        few = [place for place, titles in enumerate(made) if 0 < len(titles) < n]
        more = self._compose(
            [products[place] for place in few], [asked[place] for place in few], n + _MORE, seed
        )
        for place, titles in zip(few, more, strict=True):
            made[place] = titles[:n]
        return made

    def _compose(
        self, products: Sequence[Product], hints: Sequence[Hints], n: int, seed: int
    ) -> list[list[Candidate]]:
        return compose(
            products, hints, n=n, seed=seed, name=self.name, engine=NgramEngine(self.model),
            vocabulary=self.model.vocabulary, read=lambda product, _: read(product),
            size=lambda words: len(words.words),
        )  # fmt: skip

    # Training

    @classmethod
    def start(
        cls,
        source: str | None = None,
        *,
        lora: bool = False,
        sizes: Mapping[str, Any] | None = None,
        seed: int = 0,  # noqa: ARG003 - nothing is random
    ) -> Self:
        """From nothing, or from a saved model, to whose counts more examples are added."""
        if lora:
            raise GeneratorError("ngram counts and has no weights to adapt: leave --lora out.")
        without_sizes(cls.name, sizes)
        if source is None or source == cls.name:
            return cls()
        model = cls.load(Path(source))
        model._counts.load(Path(source), model.model)
        return model

    def fit(
        self,
        examples: Sequence[Example] | Callable[[int], Sequence[Example]],
        *,
        dev: Sequence[Example],
        settings: TrainingSettings,  # noqa: ARG002 - counting has none
        folder: Path,
        on_step: Callable[[Step], None],
        resume: bool = False,  # noqa: ARG002 - no checkpoints: it starts anew
    ) -> FitReport:
        """Count the examples once; meanwhile some are held back to weigh the features on.

        A step is a round of that weighing, the last one the counting of what was held back; they
        are logged in the folder. Losses are nats a unit of title, its end included, given the
        product; a unit that is no candidate costs what the model gives to all such units together.
        Raises TrainingError when no example has a title.
        """
        began = time.monotonic()
        given = examples(0) if callable(examples) else examples
        known = [example for example in given if split(example.title)]
        if not known:
            raise TrainingError("There is no title to count. Give examples with titles.")
        with _logs(folder) as logs:
            told = _Telling(on_step, logs, known, began)
            return self._learn(known, dev, told)

    def _learn(self, known: Sequence[Example], dev: Sequence[Example], told: _Telling) -> FitReport:
        counted, held_back = _parted(known)
        weights = start_weights() if self._model is None else self._model.weights
        self._counts.add(counted)
        if held_back:
            model = self._counts.model(weights)
            self.fluency = percentiles(model.language, held_back)
            for found in rounds(choices(model, held_back)):
                told(found)
                weights = found.weights
            self._counts.add(held_back)
        self._counts.rates.forget_rare()
        self._model = self._counts.model(weights)
        if not len(self.fluency):
            self.fluency = percentiles(self._model.language, known)
        return told.the_end(self._model, measures(self._model, dev))

    def save(self, folder: Path) -> None:
        """Write the model and, where it was trained here, the titles that it counted."""
        save_model(self.model, self.fluency, folder)
        if self._counts.titles:
            self._counts.save(folder)
        language = self.model.language
        write_model_json(folder, self.name, order=language.order, ngrams=language.size)

    @classmethod
    def load(cls, folder: Path) -> Self:
        read_model_json(folder)
        generator = cls()
        generator._model, generator.fluency = load_model(folder)
        return generator


def percentiles(language: KneserNey, examples: Sequence[Example]) -> Array:
    """[101] mean nats a unit, its end included, that 0, 1 .. 100 % of the titles don't exceed."""
    titles = [[fold(unit) for unit in split(example.title)] for example in examples]
    means = [language.score(title) / (len(title) + 1) for title in titles]
    return np.percentile(means, range(101))


def _parted(examples: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    """Those to count and those to hold back meanwhile, spread over all."""
    if len(examples) < _FEWEST:
        return list(examples), []
    every = max(_HELD_BACK, math.ceil(len(examples) / _MOST_HELD_BACK))
    counted = [example for place, example in enumerate(examples) if place % every]
    return counted, list(examples[::every])


@contextmanager
def _logs(folder: Path) -> Iterator[Logs]:
    """The logs of one run. Raises TrainingError when the folder can't be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        logs = Logs(folder)
    except OSError as error:
        raise TrainingError(
            f"{folder} can't be written: {error.strerror}. Choose another folder."
        ) from error
    with closing(logs):
        yield logs


class _Telling:
    """Tells of each round as a training step, and of the whole in the end."""

    def __init__(
        self,
        on_step: Callable[[Step], None],
        logs: Logs,
        examples: Sequence[Example],
        began: float,
    ) -> None:
        self._on_step, self._logs, self._began = on_step, logs, began
        self._examples = len(examples)
        self._units = sum(len(split(example.title)) + 1 for example in examples)
        self._last = Round(start_weights(), math.nan, 0.0)
        self._steps = 0

    def __call__(
        self, found: Round, *, used: float = 0.5, dev: Mapping[str, float] | None = None
    ) -> None:
        self._last = found
        self._steps += 1
        seconds = max(time.monotonic() - self._began, 1e-9)
        step = Step(
            step=self._steps, epoch=used, used=used, loss=found.loss, learning_rate=1.0,
            norm=found.norm, examples_per_second=self._examples / seconds,
            tokens_per_second=self._units / seconds, seconds_left=0.0,
            dev=dev or {},
        )  # fmt: skip
        self._logs.step(step, seconds)
        self._on_step(step)

    def the_end(self, model: TitleModel, dev: Mapping[str, float]) -> FitReport:
        self(self._last, used=1.0, dev=dev)
        size = model.language.size + len(model.weights)
        return FitReport(
            ended="epochs", steps=self._steps, epochs=1.0, examples=self._examples,
            tokens=self._units, seconds=time.monotonic() - self._began,
            train_loss=self._last.loss, best_step=self._steps,
            dev=dev, parameters=size, trained_parameters=size,
            device="cpu", precision="float64",
        )  # fmt: skip
