"""How far a run has come: everything about it that isn't a tensor, as checkpoints keep it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from titlewright.neural.settings import TrainingSettings

_LOOKS = 10  # evaluations in a run, where the settings don't say how often
_RECENT = 50  # steps


@dataclass(slots=True)
class Progress:
    """Counts since the run began, across kills.

    epoch, index   the next batch is number `index` of `epoch`, of `batches`
    seconds        at the last checkpoint; the loop adds the time since
    evaluating     seconds of these that went into evaluations
    looks          tenths of the run that have had their evaluation
    worse          evaluations in a row without a lower dev loss
    recent         losses of the last steps
    best           file of the best weights; best_step and dev: where they were, what they measured
    before         what the weights measured that the run began with
    fingerprint    of the lengths of the epoch's examples, to notice other data
    ended          what ended the run; empty while it goes on
    """

    step: int = 0
    epoch: int = 0
    index: int = 0
    batches: int = 0
    examples: int = 0
    tokens: int = 0
    seconds: float = 0.0
    evaluating: float = 0.0
    looks: int = 0
    worse: int = 0
    skipped: int = 0
    skipped_in_row: int = 0
    recent: list[float] = field(default_factory=list)
    best: str | None = None
    best_step: int = 0
    dev: dict[str, float] = field(default_factory=dict)
    before: dict[str, float] = field(default_factory=dict)
    fingerprint: str = ""
    ended: str = ""

    @property
    def epochs(self) -> float:
        """Passes over the examples."""
        return self.epoch + (self.index / self.batches if self.batches else 0.0)

    def advance(self, epoch: int, index: int, batches: int) -> None:
        """Batch `index` of `epoch` is done."""
        last = index + 1 == batches
        self.epoch, self.index, self.batches = (
            (epoch + 1, 0, batches) if last else (epoch, index + 1, batches)
        )

    def shares(self, settings: TrainingSettings, seconds: float) -> dict[str, float]:
        """Of each limit that is set, the share that is used up after `seconds` of training."""
        shares = {}
        if settings.steps is not None:
            shares["steps"] = self.step / settings.steps
        if settings.epochs is not None:
            shares["epochs"] = self.epochs / settings.epochs
        if settings.minutes is not None:
            shares["minutes"] = seconds / (60 * settings.minutes)
        return shares

    def used(self, settings: TrainingSettings, seconds: float) -> float:
        """The share of the run that is over, in [0, 1]."""
        return min(max(self.shares(settings, seconds).values()), 1.0)

    def middle(self, settings: TrainingSettings, seconds: float) -> float:
        """The share of the run that is over in the middle of the step to come: its learning rate,
        which at the beginning of the first one would be 0, in a run of one step too."""
        shares = self.shares(settings, seconds)
        if settings.steps is not None:
            shares["steps"] += 0.5 / settings.steps
        if settings.epochs is not None and self.batches:
            shares["epochs"] += 0.5 * settings.accumulate / self.batches / settings.epochs
        return min(max(shares.values()), 1.0)

    def evaluation_due(self, settings: TrainingSettings, used: float) -> bool:
        """Whether to evaluate after this step. Counts the tenths of the run as they pass."""
        if settings.evaluate_every is not None:
            return self.step % settings.evaluate_every == 0
        looks = math.floor(used * _LOOKS + 1e-9)
        due = looks > self.looks
        self.looks = looks
        return due

    def note_loss(self, loss: float) -> None:
        self.recent = [*self.recent, loss][-_RECENT:]

    @property
    def train_loss(self) -> float:
        return sum(self.recent) / len(self.recent) if self.recent else math.nan

    def note_dev(self, measures: dict[str, float]) -> bool:
        """Whether these are the best measures so far; a loss that is no number never is."""
        best = self.dev.get("loss", math.inf)
        if measures["loss"] < best:
            self.dev, self.best_step, self.worse = measures, self.step, 0
            return True
        self.worse += 1
        return False

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(**data)
