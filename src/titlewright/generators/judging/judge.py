"""`cnn`: the probability that a title is a seller's own title of this product, from a CNN.

Trained on titles that are and titles that aren't, one of each a product, so its probability is for
even odds. It doesn't see case (channels care for that), nor the title that a product has now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from titlewright.errors import GeneratorError
from titlewright.generators import Examples
from titlewright.generators.judging.batches import stacked
from titlewright.generators.judging.cnn import CNNSizes, JudgeNetwork
from titlewright.generators.judging.questions import Question, questions
from titlewright.generators.judging.task import JudgeTask
from titlewright.generators.saved import read_model_json, write_model_json
from titlewright.generators.sequence.batches import collate
from titlewright.generators.sequence.generator import WORDS
from titlewright.generators.sequence.reading import Reading, learn_words
from titlewright.generators.sizes import keep_sizes, sized
from titlewright.generators.writing.vocabulary import Vocabulary
from titlewright.neural import loop
from titlewright.neural.calibration import calibration_error, probability, temperature
from titlewright.neural.randomness import apart
from titlewright.neural.report import FitReport, Step
from titlewright.neural.settings import TrainingSettings
from titlewright.records import Example

WEIGHTS = "judge.safetensors"


class CNNJudge:
    """Judges titles; what it says in words is `titlewright.scorers.cnn`'s business.

    `temperature` divides its log-odds, so that 0.8 is right eight times in ten (on dev).
    """

    name = "cnn"
    recommended: ClassVar[TrainingSettings] = TrainingSettings(
        epochs=10, batch_tokens=4096, learning_rate=1e-3, average=0.999, measure_on=400, patience=3
    )

    def __init__(self, sizes: CNNSizes | None = None) -> None:
        self.sizes = sizes or CNNSizes()
        self.vocabulary: Vocabulary | None = None  # until the first fit
        self.network: JudgeNetwork | None = None
        self.temperature = 1.0

    @classmethod
    def start(
        cls,
        source: str | None = None,
        *,
        lora: bool = False,
        sizes: Mapping[str, Any] | None = None,
        seed: int = 0,  # noqa: ARG003 - random weights come with `fit`
    ) -> Self:
        """From scratch, or from a saved model with a judge in it."""
        if lora:
            raise GeneratorError(f"{cls.name} is small enough to train whole: leave --lora out.")
        if source is None or source == cls.name:
            return cls(sized(cls.name, CNNSizes, sizes))
        keep_sizes(source, sizes)
        return cls.load(Path(source))

    def build(self, vocabulary: Vocabulary, seed: int) -> None:
        """Random weights over these words."""
        self.vocabulary = vocabulary
        with apart(seed):
            self.network = JudgeNetwork(self.sizes, len(vocabulary)).eval()

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
        """Learn from the examples' titles and wrong ones, then set the temperature on dev.

        The report's measures on dev have what comes of that as "temperature" and "calibrated_ece".
        """
        if self.network is None:
            known = examples(0) if callable(examples) else examples
            self.build(learn_words(known, self.sizes.words), settings.seed)
        network, vocabulary = self.ready()
        asked = questions(dev)(0)
        report = loop.fit(
            JudgeTask(network, vocabulary), questions(examples, settings.seed), asked, settings,
            folder=folder, on_step=on_step, resume=resume,
        )  # fmt: skip
        return replace(report, dev={**report.dev, **self.calibrate(asked)})

    def calibrate(self, asked: Sequence[Question]) -> dict[str, float]:
        """Set the temperature by these questions; it and the calibration error that is left."""
        if not asked:
            return {}
        logits = JudgeTask(*self.ready()).logits(asked).ravel()
        labels = np.tile([1, 0], len(asked))
        self.temperature = temperature(logits, labels)
        left = calibration_error(probability(logits / self.temperature), labels)
        return {"temperature": self.temperature, "calibrated_ece": left}

    @torch.inference_mode()
    def probabilities(
        self, reading: Reading, titles: Sequence[Sequence[int]]
    ) -> NDArray[np.float64]:
        """That each of these titles is the product's own, [K], see `judging.batches`."""
        network, _ = self.ready()
        logits = network(collate([reading]), stacked([titles]))[0]
        return probability(logits.double().numpy() / self.temperature)

    def ready(self) -> tuple[JudgeNetwork, Vocabulary]:
        """The network and its words. Raises GeneratorError before there are any."""
        if self.network is None or self.vocabulary is None:
            raise GeneratorError(
                f"{self.name} has to be trained first: call fit, or open a saved model."
            )
        return self.network, self.vocabulary

    def save(self, folder: Path) -> None:
        self.save_beside(folder)
        write_model_json(folder, self.name, **self.about())

    def save_beside(self, folder: Path) -> None:
        """All but the model.json, which holds `about` among what else it says."""
        network, vocabulary = self.ready()
        vocabulary.save(folder / WORDS)
        weights = {name: value.contiguous() for name, value in network.state_dict().items()}
        save_file(weights, folder / WEIGHTS)

    def about(self) -> dict[str, Any]:
        return {"judge": {"sizes": asdict(self.sizes), "temperature": self.temperature}}

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The judge in a saved model. Raises GeneratorError where there is none or it is broken."""
        about = read_model_json(folder)
        if not isinstance(about.get("judge"), dict):
            raise GeneratorError(
                f"{folder} is a model of the family {about['family']!r}, which holds no judge. "
                "Train one: titlewright train DATA --family cnn -o MODEL"
            )
        try:
            model = cls(CNNSizes(**about["judge"]["sizes"]))
            model.temperature = float(about["judge"]["temperature"])
            model.build(Vocabulary.load(folder / WORDS), seed=0)
            model.ready()[0].load_state_dict(load_file(folder / WEIGHTS))
        except (OSError, KeyError, TypeError, ValueError, RuntimeError, SafetensorError) as error:
            raise GeneratorError(
                f"{folder} holds no whole judge: {error}. Train it again, or copy the whole folder."
            ) from error
        return model
