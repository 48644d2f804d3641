"""BERT as it is trained, saved and asked: what a title lacks, whether it is right, vectors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import torch
from numpy.typing import NDArray

from titlewright.errors import GeneratorError
from titlewright.generators import Examples
from titlewright.generators.bert import missing as lacking
from titlewright.generators.bert.calibration import Calibration, calibrate
from titlewright.generators.bert.checkpoints import (
    Checkpoint,
    new_checkpoint,
    open_checkpoint,
    save_checkpoint,
)
from titlewright.generators.bert.judging import JudgeTask, judged, log_odds
from titlewright.generators.bert.missing import Lack
from titlewright.generators.bert.network import encode, inputs_of
from titlewright.generators.bert.pretraining import MaskedWordTask, lessons
from titlewright.generators.bert.reading import Pair, Pieces, Reader, product_texts
from titlewright.generators.bert.sizes import BertSizes
from titlewright.generators.saved import is_model, read_model_json, write_model_json
from titlewright.generators.sizes import keep_sizes, sized
from titlewright.neural import loop
from titlewright.neural.device import to_device
from titlewright.neural.report import FitReport, Step
from titlewright.neural.settings import TrainingSettings
from titlewright.records import Example, Product

_CHECKPOINT = "checkpoint"  # the folder that Transformers opens
# What a large pretrained BERT bears (Devlin et al. 2019, appendix A.3, has 2e-5 to 5e-5).
_RATE_OF_CHECKPOINTS = 5e-5


class Bert:
    """An encoder that learns masked words (`pretrain`) and to judge titles (`fit`).

    calibration  of the judge; None until `fit`
    """

    name: ClassVar[str] = "bert"
    recommended: ClassVar[TrainingSettings] = TrainingSettings(
        epochs=10, batch_tokens=2048, learning_rate=1e-3, measure_on=200, patience=3
    )

    def __init__(self, sizes: BertSizes | None = None, *, seed: int = 0) -> None:
        self._sizes = sizes or BertSizes()
        self._seed = seed
        self._checkpoint: Checkpoint | None = None  # until the first training
        self._from_checkpoint = False
        self.calibration: Calibration | None = None

    @property
    def checkpoint(self) -> Checkpoint:
        """Raises GeneratorError before there is one."""
        if self._checkpoint is None:
            raise GeneratorError(
                "bert has to be trained first: call pretrain or fit, or open a saved model."
            )
        return self._checkpoint

    @property
    def reader(self) -> Reader:
        return self.checkpoint.reader

    # Asking

    def log_odds(self, product: Product, titles: Sequence[str]) -> list[float]:
        """Of each title being right for the product, not calibrated; each for itself."""
        pairs = [self.reader.pair(product, title) for title in titles]
        return log_odds(self.checkpoint.network, self.reader, pairs)

    def probabilities(self, product: Product, titles: Sequence[str]) -> list[float]:
        """Calibrated, in [0, 1]. Raises GeneratorError where it hasn't learnt to judge."""
        calibration = self.require_judge()
        return [calibration.probability(one) for one in self.log_odds(product, titles)]

    def require_judge(self) -> Calibration:
        """Raises GeneratorError where it hasn't learnt to judge."""
        if self.calibration is None:
            raise GeneratorError(
                "This BERT has learnt words but not to judge. Train it: titlewright train DATA "
                "--from MODEL -o JUDGE"
            )
        return self.calibration

    def missing(self, product: Product, title: str) -> list[Lack]:
        """What the product states, the title lacks and BERT would put there, best first."""
        return lacking.missing(self.checkpoint.network, self.reader, product, title)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """A vector for each text, [N, D]: the mean over its pieces in the last layer (Reimers and
        Gurevych 2019, section 3). One text at a time, so that none depends on the others."""
        return self._embed([self.reader.text(text) for text in texts])

    def embed_products(self, products: Sequence[Product]) -> NDArray[np.float32]:
        """The same for all that each product states, its title left out: [N, D]."""
        return self._embed([self.reader.product(product) for product in products])

    @torch.inference_mode()
    def _embed(self, texts: Sequence[Pieces]) -> NDArray[np.float32]:
        network, reader = self.checkpoint.network, self.reader
        device = next(network.parameters()).device
        found = np.zeros((len(texts), network.config.hidden_size), np.float32)
        for place, text in enumerate(texts):
            row = reader.sequence(Pair(text.first(reader.most - 2), Pieces()))
            inputs = to_device(inputs_of([row], reader.padding), device)
            found[place] = encode(network, inputs).pieces[0].mean(0).float().cpu().numpy()
        return found

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
        """From scratch, from a saved model, or from any BERT's folder or hub name."""
        if lora:
            raise GeneratorError("bert is trained whole: leave --lora out.")
        if source is None or source == cls.name:
            return cls(sized(cls.name, BertSizes, sizes), seed=seed)
        keep_sizes(source, sizes)
        if is_model(Path(source)):
            return cls.load(Path(source))
        return cls._of(open_checkpoint(source, seed), foreign=True)

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
        """Masked words of products and their titles; other words each epoch."""
        self._begin(products)
        task = MaskedWordTask(self.checkpoint.network, self.reader)
        known, held_out = ([self._whole(one) for one in part] for part in (products, dev))
        return loop.fit(
            task, lessons(known, settings.seed), lessons(held_out, settings.seed)(0), settings,
            folder=folder, on_step=on_step, resume=resume,
        )  # fmt: skip

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
        """Learn to tell right titles from wrong ones; then calibrate on dev.

        What is asked of titles, in hints, plays no part: of examples that vary by epoch the first
        ones are learnt. The report's dev measures have "temperature" and "ece" too.
        """
        known = examples(0) if callable(examples) else examples
        self._begin([replace(one.product, title=one.title) for one in known])
        task = JudgeTask(self.checkpoint.network, self.reader, settings.seed)
        held_out = judged(dev, self.reader, settings.seed, rehearsing=False)(0)
        report = loop.fit(
            task, judged(known, self.reader, settings.seed), held_out, settings,
            folder=folder, on_step=on_step, resume=resume,
        )  # fmt: skip
        odds = log_odds(self.checkpoint.network, self.reader, [one.pair for one in held_out])
        self.calibration = calibrate(odds, [one.right for one in held_out])
        if not self.calibration.pairs:
            return report
        told = {"temperature": self.calibration.temperature, "ece": self.calibration.ece}
        return replace(report, dev={**report.dev, **told})

    def save(self, folder: Path) -> None:
        save_checkpoint(self.checkpoint, folder / _CHECKPOINT)
        write_model_json(
            folder,
            self.name,
            from_checkpoint=self._from_checkpoint,
            judge=self.calibration.to_json() if self.calibration else None,
        )

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Open what `save` wrote. Raises GeneratorError where a file is missing or broken."""
        about = read_model_json(folder)
        if about["family"] != cls.name:
            raise GeneratorError(
                f"{folder} is a model of the family {about['family']!r}, not of bert. Train one "
                "with: titlewright pretrain DATA --family bert -o MODEL"
            )
        model = cls._of(
            open_checkpoint(str(folder / _CHECKPOINT)), foreign=bool(about.get("from_checkpoint"))
        )
        try:
            model.calibration = Calibration.from_json(about["judge"]) if about["judge"] else None
        except (KeyError, TypeError, AttributeError) as error:
            raise GeneratorError(
                f"{folder} is no whole bert model: {error!r}. Train it again, or copy the whole "
                "folder."
            ) from error
        return model

    @classmethod
    def _of(cls, checkpoint: Checkpoint, *, foreign: bool) -> Self:
        model = cls()
        model._checkpoint = checkpoint
        model._from_checkpoint = foreign
        if foreign:
            model.recommended = replace(  # type: ignore[misc]
                cls.recommended, epochs=3, batch_tokens=4096, learning_rate=_RATE_OF_CHECKPOINTS
            )
        return model

    def _begin(self, products: Sequence[Product]) -> None:
        """A new network and its pieces, where there is none yet."""
        if self._checkpoint is None:
            texts = [text for product in products for text in product_texts(product)]
            self._checkpoint = new_checkpoint(self._sizes, texts, self._seed)

    def _whole(self, product: Product) -> Pair:
        return self.reader.pair(product, product.title)
