"""The smallest family that really learns: which of a product's words belong into its title."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from titlewright.errors import GeneratorError
from titlewright.generators import Examples, FitReport, Step
from titlewright.generators.saved import read_model_json, write_model_json
from titlewright.generators.sizes import keep_sizes, sized
from titlewright.neural.loop import fit
from titlewright.neural.settings import TrainingSettings
from titlewright.records import Candidate, Example, Hints, Product


@dataclass(frozen=True)
class ToySizes:
    """Into how many buckets words are put."""

    buckets: int = 512


Pairs = list[tuple[str, bool]]  # word, whether the title has it


def words(product: Product) -> list[str]:
    text = " ".join((product.brand, *product.attributes.values(), product.description))
    return list(dict.fromkeys(text.split()))


def pairs(example: Example) -> Pairs:
    title = set(example.title.casefold().split())
    return [(word, word.casefold() in title) for word in words(example.product)]


def buckets(said: Sequence[str], size: int) -> Tensor:
    return torch.tensor([zlib.crc32(word.casefold().encode()) % size for word in said])


class ToyWordTask:
    def __init__(self, module: nn.Embedding) -> None:
        self.module = module

    def length(self, example: Pairs) -> int:
        return len(example)

    def collate(self, examples: Sequence[Pairs]) -> tuple[Tensor, Tensor]:
        flat = [pair for example in examples for pair in example]
        said = [word for word, _ in flat]
        return buckets(said, self.module.num_embeddings), torch.tensor(
            [float(kept) for _, kept in flat]
        )

    def loss(self, batch: tuple[Tensor, Tensor]) -> tuple[Tensor, int]:
        inputs, kept = batch
        return cross_entropy(self.module(inputs)[:, 0], kept, reduction="sum"), len(inputs)

    def evaluate(self, examples: Sequence[Pairs]) -> dict[str, float]:
        inputs, kept = self.collate(examples)
        right = (self.module(inputs)[:, 0] > 0) == (kept > 0)
        return {"accuracy": float(right.float().mean())}

    def samples(self, examples: Sequence[Pairs]) -> list[tuple[str, str, str]]:
        return [(" ".join(word for word, _ in example), "", "") for example in examples]


class ToyGenerator:
    name = "toy"
    model_made = True
    recommended: ClassVar[TrainingSettings] = TrainingSettings(
        epochs=4, batch_tokens=400, learning_rate=0.1, checkpoint_every=5
    )

    def __init__(self, sizes: ToySizes | None = None) -> None:
        self.module = nn.Embedding((sizes or ToySizes()).buckets, 1)
        nn.init.zeros_(self.module.weight)

    @classmethod
    def start(
        cls,
        source: str | None = None,
        *,
        lora: bool = False,
        sizes: Mapping[str, Any] | None = None,
        seed: int = 0,  # noqa: ARG003
    ) -> Self:
        if lora:
            raise GeneratorError("toy knows no LoRA. Train it without --lora.")
        if source is None:
            return cls(sized(cls.name, ToySizes, sizes))
        keep_sizes(source, sizes)
        return cls.load(Path(source))

    def fit(self, examples: Examples, *, dev: Sequence[Example], **how: Any) -> FitReport:
        def read(epoch: int) -> list[Pairs]:
            return [
                pairs(example) for example in (examples(epoch) if callable(examples) else examples)
            ]

        task = ToyWordTask(self.module)
        return fit(task, read, [pairs(example) for example in dev], **how)

    def pretrain(
        self,
        products: Sequence[Product],
        *,
        dev: Sequence[Product],
        settings: TrainingSettings,
        folder: Path,
        on_step: Callable[[Step], None],
        resume: bool = False,
    ) -> FitReport:
        def read(all_: Sequence[Product]) -> list[Example]:
            return [Example(product, product.title) for product in all_]

        return self.fit(
            read(products), dev=read(dev), settings=settings, folder=folder, on_step=on_step,
            resume=resume,
        )  # fmt: skip

    def generate(
        self,
        products: Sequence[Product],
        *,
        n: int,  # noqa: ARG002 - it knows one title
        hints: Sequence[Hints] | None = None,  # noqa: ARG002
        seed: int = 0,  # noqa: ARG002
    ) -> list[list[Candidate]]:
        made = []
        for product in products:
            said = words(product)
            ids = buckets(said, self.module.num_embeddings)
            kept = self.module(ids)[:, 0].tolist() if said else []
            text = " ".join(word for word, score in zip(said, kept, strict=True) if score > 0)
            made.append([Candidate(text, self.name)] if text else [])
        return made

    def save(self, folder: Path) -> None:
        weights = self.module.weight.detach()[:, 0].tolist()
        (folder / "weights.json").write_text(json.dumps(weights))
        write_model_json(folder, "toy", buckets=self.module.num_embeddings)

    @classmethod
    def load(cls, folder: Path) -> Self:
        made = cls(ToySizes(read_model_json(folder)["buckets"]))
        weights = json.loads((folder / "weights.json").read_text())
        made.module.weight.data = torch.tensor(weights)[:, None]
        return made
