"""What a training run tells: each step while it runs, and a report at its end. Needs no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """One update of the weights.

    step           from 1
    epoch          passes over the examples so far, 1.5 in the middle of the second
    used           share of the run that is over, in [0, 1]
    loss           nats per target token, mean over the step; not a number where it overflowed
    learning_rate  of this step
    norm           Euclidean norm of the gradient before clipping
    examples_per_second, tokens_per_second  over the last steps; tokens as Task.length counts them
    seconds_left   an estimate
    dev            measures on dev, "loss" among them; empty where this step has none
    """

    step: int
    epoch: float
    used: float
    loss: float
    learning_rate: float
    norm: float
    examples_per_second: float
    tokens_per_second: float
    seconds_left: float
    dev: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FitReport:
    """What a training run did.

    ended         what ended it: "steps", "epochs", "minutes" or "patience"
    steps, epochs, examples, tokens, seconds  what was used in all, resumed runs included
    evaluating    seconds of these that went into evaluations on dev, but for the first, which like
                  reading the examples comes before the run
    train_loss    nats per target token, mean over the last steps
    best_step     the step whose weights were kept; 0 where none was better than the beginning
    dev           measures on dev of the weights that were kept; empty where there was no dev
    before        the same before the first step; empty too for what isn't learnt in steps
    skipped       steps left out because their gradient was not finite
    parameters, trained_parameters  numbers in the model, and those of them that were trained
    device, precision  as they were chosen
    """

    ended: str
    steps: int
    epochs: float
    examples: int
    tokens: int
    seconds: float
    train_loss: float
    best_step: int
    dev: Mapping[str, float] = field(default_factory=dict)
    before: Mapping[str, float] = field(default_factory=dict)
    skipped: int = 0
    evaluating: float = 0.0
    parameters: int = 0
    trained_parameters: int = 0
    device: str = ""
    precision: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"dev": dict(self.dev), "before": dict(self.before)}
