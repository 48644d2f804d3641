"""Trains the model that ships with Titlewright, from a pretrained reader and a mixture of products.

    python benchmarks/mixture.py --out MIXTURE.jsonl
    python scripts/compact_base.py --mixture MIXTURE.jsonl --reader MINILM --out BASE
    python scripts/train_compact.py --mixture MIXTURE.jsonl --base BASE --out MODEL --epochs 1.1

Killed, it goes on from its last checkpoint with --resume. A run whose length is given in epochs
gives the same weights each time on as many threads; one in minutes depends on the clock.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Sequence
from pathlib import Path

from titlewright.generators.compact.generator import CompactGenerator
from titlewright.generators.saved import save_whole
from titlewright.neural.report import Step
from titlewright.neural.settings import TrainingSettings
from titlewright.records import Example, Product
from titlewright.training.practice import practise


def main() -> None:
    options = _options()
    train, weights, dev = _read(options.mixture)
    practice = practise(train, seed=options.seed)

    def of_epoch(epoch: int) -> Sequence[Example]:
        """Each set's examples as often as its weight says; what is left over by chance."""
        rng = random.Random(f"{options.seed}:{epoch}")
        return [
            example
            for example, weight in zip(practice(epoch), weights, strict=True)
            for _ in range(int(weight) + (rng.random() < weight % 1))
        ]

    settings = TrainingSettings(
        epochs=options.epochs,
        minutes=options.minutes,
        batch_tokens=options.batch_tokens,
        learning_rate=5e-4,
        layer_factor=0.3,
        average=0.998,
        warmup=0.03,
        evaluate_every=options.evaluate_every,
        checkpoint_minutes=5,
        threads=options.threads,
        seed=options.seed,
    )
    model = CompactGenerator.start(str(options.base), seed=options.seed)
    started = time.time()

    def told(step: Step) -> None:
        if step.step % 25 == 0 or step.dev:
            print(
                f"{step.step} loss {step.loss:.3f} {step.examples_per_second:.1f} examples/s "
                f"{step.used:.1%} {time.time() - started:.0f} s {dict(step.dev) or ''}", flush=True,
            )  # fmt: skip

    report = model.fit(
        of_epoch, dev=dev, settings=settings, folder=options.out / "run", on_step=told,
        resume=options.resume,
    )  # fmt: skip
    save_whole(model, options.out)
    print(json.dumps(report.to_json(), indent=1))


def _read(path: Path) -> tuple[list[Example], list[float], list[Example]]:
    train: list[Example] = []
    weights: list[float] = []
    dev: list[Example] = []
    rng = random.Random(0)
    with path.open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            example = Example(Product.from_json(row["product"]), row["title"])
            if row["split"] == "dev":
                if rng.random() < row["weight"] * 0.2:
                    dev.append(example)
            else:
                train.append(example)
                weights.append(row["weight"])
    return train, weights, dev


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--mixture", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True, help="a compact model to begin with")
    parser.add_argument("--out", type=Path, required=True)
    length = parser.add_mutually_exclusive_group(required=True)
    length.add_argument("--epochs", type=float)
    length.add_argument("--minutes", type=float)
    parser.add_argument("--batch-tokens", type=int, default=5120)
    parser.add_argument("--evaluate-every", type=int, default=400)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--resume", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
