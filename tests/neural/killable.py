"""A training run for a process of its own, which tests kill.

    python killable.py FOLDER [--stand-at STEP] [--resume]

Everything that could make a resumed run differ is on: dropout, batch norm, bf16, accumulation over
the end of an epoch, examples varied each epoch, a moving average, evaluations that draw numbers.
Prints each step's number, and waits for its end at the one where it is to stand.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from toy import Example, ToyTask, sequences

from titlewright.neural.loop import fit
from titlewright.neural.report import Step
from titlewright.neural.settings import TrainingSettings

SETTINGS = TrainingSettings(
    epochs=15,
    batch_tokens=150,
    accumulate=3,
    learning_rate=5e-3,
    precision="bf16",
    average=0.9,
    evaluate_every=7,
    checkpoint_every=5,
    seed=3,
    threads=1,
)


def varied(epoch: int) -> list[Example]:
    """The examples with some tokens replaced, other ones each epoch."""
    random = np.random.default_rng(epoch)
    return [
        tuple(token if random.random() > 0.2 else int(random.integers(1, 12)) for token in example)
        for example in sequences(150)
    ]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--stand-at", type=int)
    parser.add_argument("--resume", action="store_true")
    options = parser.parse_args()

    def told(step: Step) -> None:
        print(step.step, flush=True)
        if step.step == options.stand_at:
            time.sleep(600)

    task = ToyTask(dropout=0.3)
    fit(
        task,
        varied,
        sequences(40, 1),
        SETTINGS,
        folder=options.folder,
        on_step=told,
        resume=options.resume,
    )
    torch.save(task.module.state_dict(), options.folder / "final.pt")


if __name__ == "__main__":
    main()
