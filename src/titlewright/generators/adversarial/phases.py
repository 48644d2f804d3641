"""A run in phases, each a run of the training loop in a folder of its own, told as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from titlewright.neural.report import FitReport, Step
from titlewright.neural.settings import TrainingSettings


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of a run.

    name      of its folder
    settings  the run's, their length this phase's share of it
    begins    share of the run that is over before it
    share     of the run
    """

    name: str
    settings: TrainingSettings
    begins: float
    share: float

    def told(
        self, on_step: Callable[[Step], None], before: Sequence[FitReport]
    ) -> Callable[[Step], None]:
        """The phase's steps as those of the whole run; the time left is that of the phase."""
        steps, epochs = sum(one.steps for one in before), sum(one.epochs for one in before)

        def tell(step: Step) -> None:
            used = self.begins + self.share * step.used
            on_step(replace(step, step=steps + step.step, epoch=epochs + step.epoch, used=used))

        return tell


def phases(settings: TrainingSettings, shares: dict[str, float]) -> list[Phase]:
    """The run cut by these shares, which sum to 1. Each gets a step at least; the first gives."""
    made: list[Phase] = []
    begins = 0.0
    cut = None if settings.steps is None else _steps(settings.steps, list(shares.values()))
    for at, (name, share) in enumerate(shares.items()):
        steps = None if cut is None else cut[at]
        made.append(Phase(name, _shortened(settings, share, steps), begins, share))
        begins += share
    return made


def _steps(steps: int, shares: Sequence[float]) -> list[int]:
    later = [max(round(steps * share), 1) for share in shares[1:]]
    return [max(steps - sum(later), 1), *later]


def combined(reports: Sequence[FitReport]) -> FitReport:
    """All phases as one run, whose model and measures are the last one's, but for those before it
    began."""
    last = reports[-1]
    return replace(
        last,
        steps=sum(one.steps for one in reports),
        epochs=sum(one.epochs for one in reports),
        examples=sum(one.examples for one in reports),
        tokens=sum(one.tokens for one in reports),
        seconds=sum(one.seconds for one in reports),
        evaluating=sum(one.evaluating for one in reports),
        best_step=sum(one.steps for one in reports[:-1]) + last.best_step,
        before=reports[0].before,
        skipped=sum(one.skipped for one in reports),
    )


def _shortened(settings: TrainingSettings, share: float, steps: int | None) -> TrainingSettings:
    epochs, minutes = settings.epochs, settings.minutes
    return replace(
        settings,
        steps=steps,
        epochs=None if epochs is None else epochs * share,
        minutes=None if minutes is None else minutes * share,
    )
