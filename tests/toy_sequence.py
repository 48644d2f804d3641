"""The families written from scratch, tiny and trained on the compact model's toy products."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import toy_compact
from titlewright.generators import start
from titlewright.generators.saved import save_whole
from titlewright.neural.settings import TrainingSettings

FAMILIES = ("neural-lm", "rnn", "lstm", "transformer")
SETTINGS = TrainingSettings(
    steps=60, batch_tokens=1024, learning_rate=1e-2, warmup=0.1, precision="float32", threads=1,
    measure_on=8,
)  # fmt: skip


def sizes(family: str, **other: Any) -> Any:
    """The family's sizes, as small as a test needs."""
    small = {"width": 32, "dropout": 0.0}
    if family == "transformer":
        small |= {"heads": 2, "encoder_layers": 1, "decoder_layers": 1, "inner": 64}
    return type(start(None, family)).sizes_type(**(small | other))  # type: ignore[attr-defined]


def new(family: str, **other: Any) -> Any:
    return type(start(None, family))(sizes(family, **other))  # type: ignore[call-arg]


def save_trained(family: str, folder: Path, settings: TrainingSettings = SETTINGS) -> Path:
    """A model that has seen the toy products for a few seconds, saved in `folder`."""
    model = new(family)
    known = toy_compact.examples(range(40))
    model.fit(known, dev=[], settings=settings, folder=folder / "run", on_step=ignore)
    save_whole(model, folder / "model")
    return folder / "model"


ignore: Callable[[Any], None] = lambda _step: None  # noqa: E731
