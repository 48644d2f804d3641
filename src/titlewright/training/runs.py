"""A training run from data to a saved model: what `titlewright train` and `pretrain` do.

    TrainingRun("train", data, output, source="compact", settings={"minutes": 20}).execute()

While it runs, and after a kill, `OUTPUT/training/` holds what was asked, the logs and checkpoints;
the folder is a model, with its model.json, only once everything is saved.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, Literal, cast

from titlewright.errors import GeneratorError, ResumeError, SettingsError, TrainingError
from titlewright.generators import (
    FitReport,
    Generator,
    Learner,
    Pretrainable,
    Step,
    start,
)
from titlewright.generators.saved import is_model, save_whole
from titlewright.neural.extras import train_extra
from titlewright.neural.settings import TrainingSettings
from titlewright.records import Example, Product
from titlewright.training.practice import practise
from titlewright.training.prepare import PrepareOptions, read_examples, read_products

Kind = Literal["train", "pretrain"]
_LIMITS = {"steps", "epochs", "minutes"}
_Data = Sequence[Example] | Sequence[Product]
_Lesson = tuple[Callable[..., FitReport], _Data, _Data]  # learns from one, stops by the other


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """What is asked of a run.

    kind      train: product to title; pretrain: how products are written
    data      a folder that `prepare` wrote, or a feed with titles
    output    the model's folder
    source    what to begin with: a family's name, a model's folder, a hub name; None: from scratch
    family    the model family; None: the source says which
    lora      train low-rank adapters only
    sizes     how large a model from scratch is, by the names of the family's own sizes
    dev       data to stop by: a prepared folder's dev part, or all of a feed; None: that of `data`
    limit     take only the first so many examples
    settings  training settings in place of those that the family recommends; any of steps, epochs
              and minutes replaces all three
    """

    kind: Kind
    data: Path
    output: Path
    source: str | None = None
    family: str | None = None
    lora: bool = False
    dev: Path | None = None
    limit: int | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    sizes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where checkpoints and logs are."""
        return self.output / "training"

    @property
    def finished(self) -> bool:
        return is_model(self.output)

    @property
    def resumable(self) -> bool:
        """Whether a checkpoint stands there."""
        return any(self._checkpoints())

    def execute(
        self,
        *,
        resume: bool = False,
        on_start: Callable[[int, int], None] = lambda examples, dev: None,  # noqa: ARG005
        on_step: Callable[[Step], None] = lambda step: None,  # noqa: ARG005
    ) -> FitReport:
        """Train, write training/report.json, save the model, and remove the checkpoints.

        `on_start` is told how many examples there are to learn from and to stop by. Raises
        TrainingError, ResumeError, SettingsError, GeneratorError, FeedError and MissingExtraError,
        each with what to do; KeyboardInterrupt with a checkpoint written, see `neural.loop.fit`.
        """
        if self.finished:
            raise SettingsError(
                f"{self.output} already holds a model. Choose another folder, or delete that one."
            )
        model = start(
            self.source, self.family, lora=self.lora, sizes=self.sizes,
            seed=int(self.settings.get("seed", 0)),
        )  # fmt: skip
        settings = self._settings(model)
        learn, examples, dev = self._lesson(model)
        if not examples:
            raise TrainingError(
                f"{self.data} holds nothing to train on. `titlewright prepare` says what was left "
                "out, and why."
            )
        if not dev and "patience" not in self.settings:  # a small feed leaves nothing to stop by
            settings = replace(settings, patience=None)
        self._remember(resume)
        on_start(len(examples), len(dev))
        with train_extra():
            report = learn(
                self._material(model, examples, settings.seed),
                dev=dev,
                settings=settings,
                folder=self.folder,
                on_step=on_step,
                resume=resume,
            )
        about = self.to_json() | {"settings": settings.to_json(), "report": report.to_json()}
        _write_json(self.folder / "report.json", about)  # first: a finished run has one
        save_whole(model, self.output)
        self._discard_checkpoints()
        return report

    def to_json(self) -> dict[str, Any]:
        """What is asked, but for the settings, which the checkpoints hold."""
        return {
            "kind": self.kind,
            "data": str(self.data.resolve()),
            "dev": str(self.dev.resolve()) if self.dev else None,
            "source": self.source,
            "family": self.family,
            "lora": self.lora,
            "limit": self.limit,
            "sizes": dict(self.sizes),
        }

    def _settings(self, model: Learner) -> TrainingSettings:
        chosen = dict(self.settings)
        if chosen.keys() & _LIMITS:
            chosen = dict.fromkeys(_LIMITS) | chosen
        return replace(model.recommended, **chosen)

    def _lesson(self, model: Learner) -> _Lesson:
        """How the model learns, and examples or products to learn from and to stop by."""
        self._require_whole_folder()
        if self.kind == "train":
            examples = list(islice(read_examples(self.data, "train"), self.limit))
            return model.fit, examples, list(self._held_out())
        if not isinstance(model, Pretrainable):
            raise GeneratorError(f"{model.name} has no pretraining. Use: titlewright train")
        products = list(islice(read_products(self.data), self.limit))
        dev = [replace(example.product, title=example.title) for example in self._held_out()]
        return model.pretrain, products, dev

    def _material(self, model: Learner, examples: _Data, seed: int) -> Any:
        """Examples are practised on: wishes and spoilt titles, others each epoch. A judge is asked
        for nothing; it learns from titles as they are."""
        if self.kind == "pretrain" or not isinstance(model, Generator):
            return examples
        return practise(cast(Sequence[Example], examples), seed=seed)

    def _held_out(self) -> Iterator[Example]:
        if self.dev is None:
            return read_examples(self.data, "dev")
        if self.dev.is_dir():
            return read_examples(self.dev, "dev")
        return read_examples(self.dev, "train", PrepareOptions(dev=0, test=0))

    def _require_whole_folder(self) -> None:
        """A part of a prepared folder would be read as train and as dev alike."""
        if self.data.suffix == ".parquet" and self.data.with_name("dev.parquet").exists():
            raise SettingsError(
                f"{self.data} is a part of a prepared folder. Give the folder: {self.data.parent}"
            )

    def _remember(self, resume: bool) -> None:
        """Write down what is asked. Raises ResumeError when the run began with something else."""
        path, now = self.folder / "asked.json", self.to_json()
        try:
            then = json.loads(path.read_text(encoding="utf-8")) if path.exists() else now
        except ValueError:  # killed while it was written, so before the first checkpoint
            then = now
        if self.resumable and resume and then != now:
            name = next(name for name in now if then.get(name) != now[name])
            raise ResumeError(
                f"The run in {self.folder} began with {name} {then.get(name)}, not {now[name]}. "
                "Ask the same as before, or delete that folder to start anew."
            )
        if not self.resumable:
            _write_json(path, now)

    def _discard_checkpoints(self) -> None:
        """The model is saved. A family that needs no torch has made none."""
        folders = {checkpoint.parent for checkpoint in self._checkpoints()}
        if folders:
            from titlewright.neural.checkpoints import discard

            for folder in folders:
                discard(folder)

    def _checkpoints(self) -> Iterator[Path]:
        """Of all phases: a family that learns in several has a folder for each."""
        return self.folder.rglob("checkpoint-[0-9]*")


def _write_json(path: Path, data: Mapping[str, Any]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise TrainingError(
            f"{path} can't be written: {error.strerror}. Choose another folder."
        ) from error
