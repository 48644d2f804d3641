"""`gan`: an LSTM that copies, taught by a CNN that tells sellers' titles from written ones.

Yu, Zhang, Wang and Yu 2017, "SeqGAN: sequence generative adversarial nets with policy gradient".
The generator is the family `lstm`, the judge the family `cnn`. First the generator learns by
likelihood, then the judge from wrong titles, then both against each other.

Such a game tends to collapse: whatever pleases the judge is written everywhere. Against that:
likelihood stays a share of the loss (`teacher`); entropy counts in favour; the generator learns at
a tenth of the judge's rate (`layer_factor`); small differences of reward aren't blown up (see
`rewards`); the judge also learns from wrong titles that nobody wrote, so that it goes on looking
at the product; and what is kept is chosen by dev loss. `task.AdversarialTask.evaluate` has the
measures in which a collapse shows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, ClassVar, Self

from titlewright.generators import Examples
from titlewright.generators.adversarial.phases import combined, phases
from titlewright.generators.adversarial.sizes import GANSizes
from titlewright.generators.adversarial.task import AdversarialTask
from titlewright.generators.denoising import denoising
from titlewright.generators.judging.judge import CNNJudge
from titlewright.generators.judging.questions import questions
from titlewright.generators.judging.task import JudgeTask
from titlewright.generators.saved import write_model_json
from titlewright.generators.sequence.generator import SequenceGenerator
from titlewright.generators.sequence.lstm import LSTMNetwork
from titlewright.generators.sequence.task import SequenceTask
from titlewright.neural import loop
from titlewright.neural.report import FitReport, Step
from titlewright.neural.settings import TrainingSettings
from titlewright.records import Example, Product


class GANGenerator(SequenceGenerator[GANSizes]):
    """Writes titles as `lstm` does; the judge that taught it is saved with it.

    The weights that are kept are those of the lowest dev loss, the generator's likelihood, among
    the evaluations of the adversarial phase, which is played to its end whatever `patience` says.
    """

    name = "gan"
    sizes_type = GANSizes
    network_type = LSTMNetwork
    recommended: ClassVar[TrainingSettings] = replace(
        SequenceGenerator.recommended, layer_factor=0.1
    )

    def __init__(self, sizes: GANSizes | None = None) -> None:
        super().__init__(sizes)
        self.judge = CNNJudge(self.sizes.judge())

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
        """All phases, each with its logs and checkpoints in a folder of its own name.

        The report is of the whole run, its measures on dev those of the last phase.
        """
        if self.network is None:
            self._build(examples(0) if callable(examples) else examples, settings.seed)
        network, vocabulary = self._ready()
        judge, _ = self.judge.ready()
        asked, dev_asked = questions(examples, settings.seed), questions(dev)(0)
        likelihood = SequenceTask(network, vocabulary, settings.label_smoothing)
        judging = JudgeTask(judge, vocabulary)
        game = AdversarialTask(
            network, judge, vocabulary, self.sizes, smoothing=settings.label_smoothing
        )
        lessons: dict[str, tuple[Any, Any, Any]] = {
            "likelihood": (likelihood, examples, dev),
            "judging": (judging, asked, dev_asked),
            "adversarial": (game, asked, dev_asked),
        }
        reports: list[FitReport] = []
        for phase in phases(settings, self._shares()):
            task, learnt, held_out = lessons[phase.name]
            patient = phase.settings if task is not game else replace(phase.settings, patience=None)
            report = loop.fit(
                task, learnt, held_out, patient, folder=folder / phase.name,
                on_step=phase.told(on_step, reports), resume=resume,
            )  # fmt: skip
            reports.append(report)
        whole = combined(reports)
        return replace(whole, dev={**whole.dev, **self.judge.calibrate(dev_asked)})

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
        """The generator alone, by likelihood: denoising and copying, see `generators.denoising`."""
        return super().fit(
            denoising(products, settings.seed), dev=denoising(dev)(0), settings=settings,
            folder=folder, on_step=on_step, resume=resume,
        )  # fmt: skip

    def save(self, folder: Path) -> None:
        super().save(folder)
        self.judge.save_beside(folder)
        write_model_json(folder, self.name, network=asdict(self.sizes), **self.judge.about())

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Open what `save` wrote. Raises GeneratorError where a file is missing or broken."""
        model = super().load(folder)
        model.judge = CNNJudge.load(folder)
        return model

    def _build(self, examples: Sequence[Example], seed: int) -> None:
        super()._build(examples, seed)
        self.judge.build(self._ready()[1], seed)

    def _shares(self) -> dict[str, float]:
        """How much of the run each phase takes."""
        judging, adversarial = self.sizes.judging, self.sizes.adversarial
        return {
            "likelihood": 1 - judging - adversarial,
            "judging": judging,
            "adversarial": adversarial,
        }
