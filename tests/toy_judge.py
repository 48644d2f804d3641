"""A judge of a few thousand weights that learns the compact model's toy products in seconds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import toy_compact
import toy_sequence
from titlewright.records import Example

SIZES = {"width": 24, "widest": 3, "filters": 16, "dropout": 0.1}
SETTINGS = replace(toy_sequence.SETTINGS, steps=150, batch_tokens=1024)


def trained(folder: Path) -> Any:
    from titlewright.generators.judging.cnn import CNNSizes
    from titlewright.generators.judging.judge import CNNJudge

    judge = CNNJudge(CNNSizes(**SIZES))
    known, dev = toy_compact.examples(range(100)), toy_compact.examples(range(100, 120))
    judge.fit(known, dev=dev, settings=SETTINGS, folder=folder)
    return judge


def unseen() -> list[Example]:
    return toy_compact.examples(range(120, 180))
