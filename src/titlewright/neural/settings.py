"""How a model is trained: one record of settings, checked in one place. Needs no torch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, Self, get_args, get_type_hints

from titlewright.errors import SettingsError

Schedule = Literal["cosine", "linear", "constant"]
Precision = Literal["auto", "bf16", "float32"]


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """Settings of one training run. Raises SettingsError when they make no sense.

    How long (at least one; with several, the one that is used up first ends the run and drives
    the learning rate):
    steps              updates of the weights
    epochs             passes over the examples; 0.5 is half a pass
    minutes            of training by the clock; evaluations come on top, so that a large dev set or
                       a slow writer doesn't cost learning; time while killed doesn't count

    How much at once:
    batch_tokens       tokens of a batch, padding included; a longer example is a batch of its own
    accumulate         batches whose gradients make one step

    How fast:
    learning_rate      AdamW's rate at its peak
    layer_factor       a pretrained layer's rate relative to that of the layer above it, in (0, 1];
                       counts where the family gives its layers depths
    warmup             share of the run over which the rate rises from 0
    schedule           how the rate then falls: cosine or linear to 0, or constant
    weight_decay       AdamW's decoupled decay; biases and norms are left out
    clip               gradients are scaled down to this Euclidean norm
    label_smoothing    probability spread over the other words; the family's loss applies it
    precision          bf16: matrix products in bfloat16 (autocast), weights stay float32;
                       auto: bf16 where the device has it in hardware
    average            decay of an exponential moving average of the weights, which is then what is
                       evaluated and kept; 0 is off, 0.999 usual

    When to look:
    evaluate_every     steps between evaluations on dev; None: ten times in the run
    measure_on         dev examples on which the family's own measures are taken (the loss: on all)
    patience           evaluations in a row without a lower dev loss that end the run; None: never
    checkpoint_every   steps between checkpoints; None: by the clock alone
    checkpoint_minutes minutes between checkpoints; None: by steps alone

    Where:
    seed               same seed, same run
    device             auto (a GPU where there is one), cpu, cuda, cuda:1...
    threads            CPU threads; 0: as torch chooses
    """

    steps: int | None = None
    epochs: float | None = None
    minutes: float | None = None
    batch_tokens: int = 4096
    accumulate: int = 1
    learning_rate: float = 3e-4
    layer_factor: float = 1.0
    warmup: float = 0.05
    schedule: Schedule = "cosine"
    weight_decay: float = 0.01
    clip: float = 1.0
    label_smoothing: float = 0.0
    precision: Precision = "auto"
    average: float = 0.0
    evaluate_every: int | None = None
    measure_on: int = 200
    patience: int | None = None
    checkpoint_every: int | None = None
    checkpoint_minutes: float | None = 10.0
    seed: int = 0
    device: str = "auto"
    threads: int = 0

    def __post_init__(self) -> None:
        _check(self)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Settings as `to_json` wrote them. Raises SettingsError for a name that is none."""
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(data) - known):
            raise SettingsError(
                f"{unknown[0]!r} is no training setting. Choose among: {', '.join(sorted(known))}."
            )
        return cls(**data)


# name: (lowest value, is the lowest allowed, highest value, is the highest allowed)
_RANGES: dict[str, tuple[float, bool, float, bool]] = {
    "steps": (1, True, math.inf, False),
    "epochs": (0, False, math.inf, False),
    "minutes": (0, False, math.inf, False),
    "batch_tokens": (1, True, math.inf, False),
    "accumulate": (1, True, math.inf, False),
    "learning_rate": (0, False, math.inf, False),
    "layer_factor": (0, False, 1, True),
    "warmup": (0, True, 1, False),
    "weight_decay": (0, True, math.inf, False),
    "clip": (0, False, math.inf, True),
    "label_smoothing": (0, True, 1, False),
    "average": (0, True, 1, False),
    "evaluate_every": (1, True, math.inf, False),
    "measure_on": (0, True, math.inf, False),
    "patience": (1, True, math.inf, False),
    "checkpoint_every": (1, True, math.inf, False),
    "checkpoint_minutes": (0, False, math.inf, False),
    "seed": (0, True, 2**63, False),
    "threads": (0, True, math.inf, False),
}
_CHOICES = {"schedule": get_args(Schedule), "precision": get_args(Precision)}


def _check(settings: TrainingSettings) -> None:
    types = get_type_hints(TrainingSettings)
    for name, (low, low_allowed, high, high_allowed) in _RANGES.items():
        value = getattr(settings, name)
        kinds = str(types[name])
        if value is None and "None" in kinds:
            continue
        whole = "float" not in kinds
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
            kind = "a whole number" if whole else "a number"
            raise SettingsError(f"{name} must be {kind}, not {value!r}.")
        above = value >= low if low_allowed else value > low
        below = value <= high if high_allowed else value < high
        if not (above and below):
            bound = f"{'at least' if low_allowed else 'above'} {low:g}"
            if high < math.inf and name != "seed":
                bound += f" and {'at most' if high_allowed else 'below'} {high:g}"
            raise SettingsError(f"{name} must be {bound}, not {value!r}.")
    for name, allowed in _CHOICES.items():
        value = getattr(settings, name)
        if value not in allowed:
            raise SettingsError(f"{name} must be one of {', '.join(allowed)}, not {value!r}.")
    if settings.steps is None and settings.epochs is None and settings.minutes is None:
        raise SettingsError("Say how long to train: steps, epochs or minutes.")
    if settings.checkpoint_every is None and settings.checkpoint_minutes is None:
        raise SettingsError(
            "Say when to write checkpoints: checkpoint_every or checkpoint_minutes."
        )
