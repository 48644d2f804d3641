"""The families written from scratch, tiny and trained on the compact model's toy products."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import toy_compact
from titlewright.generators import start
from titlewright.generators.saved import save_whole
from titlewright.neural.settings import TrainingSettings

FAMILIES = ("neural-lm", "rnn", "lstm", "transformer", "vae", "gan")
SETTINGS = TrainingSettings(
    steps=120, batch_tokens=512, learning_rate=1e-2, warmup=0.1, precision="float32", threads=1,
    measure_on=8,
)  # fmt: skip


def new(family: str, **sizes: Any) -> Any:
    """A model of the family with random weights, as small as a test needs."""
    small: dict[str, Any] = {"width": 32, "dropout": 0.0}
    if family == "transformer":
        small |= {"heads": 2, "encoder_layers": 1, "decoder_layers": 1, "inner": 64}
    if family == "gan":
        small |= {"judge_width": 16, "judge_widest": 3, "judge_filters": 8, "judge_dropout": 0.0}
        small |= {"judging": 0.1, "adversarial": 0.3}  # of so few steps
    kind: Any = type(start(None, family))
    return kind(kind.sizes_type(**(small | sizes)))


def save_trained(family: str, folder: Path) -> Path:
    """A model that has learnt from the toy products for some seconds, saved in `folder`."""
    model = new(family)
    known, dev = toy_compact.examples(range(100)), toy_compact.examples(range(100, 120))
    longer = 2 if family == "gan" else 1  # its judge learns, too
    settings = replace(SETTINGS, steps=longer * 120)
    model.fit(known, dev=dev, settings=settings, folder=folder / "run", on_step=ignore)
    save_whole(model, folder / "model")
    return folder / "model"


def ignore(_step: Any) -> None:
    """The `on_step` of those who don't watch."""


Trained = Callable[[str], Path]  # a family's name to the folder of its trained model
