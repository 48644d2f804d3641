"""The one training loop: AdamW, accumulation, evaluation, checkpoints that resume exactly.

Batches are batching.py's business, the optimizer's details optimization.py's, what is kept on disk
checkpoints.py's and logs.py's. The loop puts them in order. A run that was killed and resumed gives
the same losses, to the last bit, as one that wasn't: on a CPU with as many threads; on a GPU where
the model's kernels are deterministic; and unless its length is given in minutes.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, nullcontext
from itertools import chain, islice
from pathlib import Path
from typing import Generic, TypeVar

import torch

from titlewright.errors import ResumeError, SettingsError, TrainingError
from titlewright.neural import checkpoints
from titlewright.neural.batching import Loaded, Source, Stream
from titlewright.neural.device import (
    autocast,
    choose_device,
    choose_precision,
    threads,
    to_device,
)
from titlewright.neural.evaluating import Evaluation
from titlewright.neural.interrupts import Interrupt, listening
from titlewright.neural.logs import Logs
from titlewright.neural.optimization import (
    Average,
    ParameterGroup,
    adamw,
    copy_into,
    mean_clipped,
    set_rate,
    trained,
)
from titlewright.neural.pace import Pace, seconds_left
from titlewright.neural.progress import Progress
from titlewright.neural.randomness import restore, seed_all, states
from titlewright.neural.report import FitReport, Step
from titlewright.neural.schedule import rate
from titlewright.neural.settings import TrainingSettings
from titlewright.neural.task import Annealed, Task, groups_of

__all__ = ["ParameterGroup", "Task", "fit"]

E = TypeVar("E")
B = TypeVar("B")

_PATIENCE_WITH_INFINITY = 5  # steps in a row


def ignore(_step: Step) -> None:
    """The `on_step` of those who don't watch."""


def fit(
    task: Task[E, B],
    train: Source[E],
    dev: Sequence[E],
    settings: TrainingSettings,
    *,
    folder: Path,
    on_step: Callable[[Step], None] = ignore,
    resume: bool = False,
) -> FitReport:
    """Train the task's module in place; it is left with its best weights on dev (the last, or
    averaged, ones where dev is empty), in evaluation mode, on the device where it was. The best may
    be those that it began with: they are measured too, before the first step.

    train    examples, or a function from the epoch (0, 1, ...) to the examples of that epoch, for
             data varied anew each time; it must give the same for the same epoch
    folder   for checkpoints, metrics.jsonl and TensorBoard's files
    resume   go on from the folder's newest checkpoint, if it has one. The task must be built as it
             was when the run began. `checkpoints.discard` when the model is saved

    Seeds the global random generators. In the main thread, Ctrl-C and SIGTERM write a checkpoint
    and raise KeyboardInterrupt. Raises TrainingError when there is nothing to train on or with,
    when gradients overflow in several steps in a row, when memory runs out or the folder can't be
    written; ResumeError when the folder holds another, or unfinished, run; SettingsError for a
    device that isn't there.
    """
    if settings.patience is not None and not len(dev):
        raise SettingsError("patience needs dev examples: without them nothing says when to stop.")
    device = choose_device(settings.device)
    home = next(task.module.parameters(), torch.empty(0)).device
    with checkpoints.claimed(folder), threads(settings.threads), listening() as interrupt:
        try:
            return _Run(task, train, dev, settings, folder, device, resume).go(on_step, interrupt)
        except torch.OutOfMemoryError as error:
            raise TrainingError(
                f"A batch of {settings.batch_tokens} tokens doesn't fit into the device's memory. "
                "Lower batch_tokens and raise accumulate by as much."
            ) from error
        finally:
            task.module.to(home).eval()


class _Run(Generic[E, B]):
    """One run: its parts, and where it stands."""

    def __init__(
        self,
        task: Task[E, B],
        train: Source[E],
        dev: Sequence[E],
        settings: TrainingSettings,
        folder: Path,
        device: torch.device,
        resume: bool,
    ) -> None:
        self.task, self.settings, self.folder, self.device = task, settings, folder, device
        self.precision = choose_precision(settings.precision, device)
        self.parameters = trained(task.module)
        task.module.to(device)
        self.optimizer = adamw(
            groups_of(task, self.parameters),
            layer_factor=settings.layer_factor,
            weight_decay=settings.weight_decay,
        )
        self.average = Average(self.parameters, settings.average) if settings.average else None
        self.evaluation = (
            Evaluation(task, dev, settings, device, self.precision) if len(dev) else None
        )
        self.fixed_data = not callable(train)
        self.stream = Stream(
            train,
            task.length,
            task.collate,
            batch_tokens=settings.batch_tokens,
            seed=settings.seed,
            epochs=settings.epochs,
        )
        self.progress = Progress()
        logged = self._restore(resume)
        self.logs = Logs(folder, size=logged, step=self.progress.step)
        self.pace = Pace()
        self.began = time.monotonic() - self.progress.seconds
        self.saved_at = self.progress.seconds

    # -- the run ---------------------------------------------------------------------------------

    def go(self, on_step: Callable[[Step], None], interrupt: Interrupt) -> FitReport:
        with closing(self.logs):
            if not self.progress.ended:
                with closing(self.stream.start(self.progress.epoch, self.progress.index)) as loads:
                    first = list(islice(loads, 1))
                    if not self.progress.step:
                        self.progress.batches = first[0].batches if first else 0
                        self.progress.before = self._measures()
                    # this is no training yet: a warm-up would be over before it begins
                    self.began = time.monotonic() - self.progress.seconds
                    self._train(chain(first, loads), on_step, interrupt)
            self._keep_best()
            return self._report()

    def _train(
        self,
        loads: Iterator[Loaded[B]],
        on_step: Callable[[Step], None],
        interrupt: Interrupt,
    ) -> None:
        progress = self.progress
        self.task.module.train()
        self.pace.mark(self._trained(), progress.examples, progress.tokens)
        while not progress.ended:
            learning_rate = rate(self.settings, progress.middle(self.settings, self._trained()))
            if isinstance(self.task, Annealed):
                self.task.anneal(progress.used(self.settings, self._trained()))
            loss, norm = self._update(loads, learning_rate)
            shares = progress.shares(self.settings, self._trained())
            progress.ended = next((name for name, share in shares.items() if share >= 1), "")
            dev = self._look(min(max(shares.values()), 1.0))
            step = self._told(loss, norm, learning_rate, dev)
            self.logs.step(step, self._trained())
            on_step(step)
            if progress.ended or interrupt.asked or self._checkpoint_due():
                self._save()
            if interrupt.asked and not progress.ended:
                raise KeyboardInterrupt

    def _update(self, loads: Iterator[Loaded[B]], learning_rate: float) -> tuple[float, float]:
        """One step; its loss per target token and the norm of its gradient before clipping."""
        self.optimizer.zero_grad(set_to_none=True)
        total: torch.Tensor | float = 0.0
        tokens = 0
        for _ in range(self.settings.accumulate):
            loaded = next(loads, None)
            if loaded is None:  # the last epoch ends within the step
                break
            self._check_data(loaded)
            with autocast(self.device, self.precision):
                loss, count = self.task.loss(to_device(loaded.batch, self.device))
            loss.backward()  # type: ignore[no-untyped-call]
            total = total + loss.detach().float()
            tokens += count
            self.progress.advance(loaded.epoch, loaded.index, loaded.batches)
            self.progress.fingerprint = loaded.fingerprint
            self.progress.examples += loaded.examples
            self.progress.tokens += loaded.tokens
        self.progress.step += 1
        norm = mean_clipped(self.parameters.values(), tokens, self.settings.clip)
        mean = float(total) / max(tokens, 1)
        if not (math.isfinite(norm) and math.isfinite(mean)):
            self._skip()
            return math.nan, norm
        self.progress.skipped_in_row = 0
        self.progress.note_loss(mean)
        set_rate(self.optimizer, learning_rate)
        self.optimizer.step()
        if self.average is not None:
            self.average.update(self.progress.step)
        return mean, norm

    def _skip(self) -> None:
        """Leave out a step whose gradient overflowed; several in a row end the run."""
        self.progress.skipped += 1
        self.progress.skipped_in_row += 1
        if self.progress.skipped_in_row >= _PATIENCE_WITH_INFINITY:
            raise TrainingError(
                f"The gradients were not finite in {self.progress.skipped_in_row} steps in a row "
                f"(up to step {self.progress.step}). Lower the learning rate "
                f"({self.settings.learning_rate:g}), or train with precision float32."
            )

    def _look(self, used: float) -> dict[str, float]:
        """Evaluate if it is time, and end the run when patience is over."""
        progress, settings = self.progress, self.settings
        due = progress.evaluation_due(settings, used) or bool(progress.ended)
        if not due:
            return {}
        began = time.monotonic()
        measures = self._measures()
        progress.evaluating += time.monotonic() - began
        if settings.patience is not None and progress.worse >= settings.patience:
            progress.ended = progress.ended or "patience"
        return measures

    def _measures(self) -> dict[str, float]:
        """What dev says of the weights, {} where there is none; the best so far are kept."""
        progress = self.progress
        if self.evaluation is None:
            return {}
        with self.average.used() if self.average is not None else nullcontext():
            measures = self.evaluation.measures()
            if progress.note_dev(measures):
                weights = self._weights()
                progress.best = checkpoints.write_best(self.folder, progress.step, weights)
            if self.logs.wants_samples:
                self.logs.samples(progress.step, self.evaluation.samples())
        return measures

    # -- what is told ----------------------------------------------------------------------------

    def _seconds(self) -> float:
        return time.monotonic() - self.began

    def _trained(self) -> float:
        """Seconds of training: those of evaluations left out."""
        return self._seconds() - self.progress.evaluating

    def _told(self, loss: float, norm: float, learning_rate: float, dev: dict[str, float]) -> Step:
        progress, trained = self.progress, self._trained()
        used = 1.0 if progress.ended else progress.used(self.settings, trained)
        self.pace.mark(trained, progress.examples, progress.tokens)
        examples_per_second, tokens_per_second = self.pace.rates()
        return Step(
            step=progress.step,
            epoch=progress.epochs,
            used=used,
            loss=loss,
            learning_rate=learning_rate,
            norm=norm,
            examples_per_second=examples_per_second,
            tokens_per_second=tokens_per_second,
            seconds_left=seconds_left(self._seconds(), used),
            dev=dev,
        )

    def _report(self) -> FitReport:
        progress = self.progress
        return FitReport(
            ended=progress.ended,
            steps=progress.step,
            epochs=progress.epochs,
            examples=progress.examples,
            tokens=progress.tokens,
            seconds=progress.seconds,
            evaluating=progress.evaluating,
            train_loss=progress.train_loss,
            best_step=progress.step if progress.best is None else progress.best_step,
            dev=progress.dev,
            before=progress.before,
            skipped=progress.skipped,
            parameters=sum(value.numel() for value in self.task.module.parameters()),
            trained_parameters=sum(value.numel() for value in self.parameters.values()),
            device=str(self.device),
            precision=self.precision,
        )

    # -- what is kept ----------------------------------------------------------------------------

    def _weights(self) -> dict[str, torch.Tensor]:
        return {**self.parameters, **dict(self.task.module.named_buffers())}

    def _put(self, weights: dict[str, torch.Tensor]) -> None:
        targets = self._weights()
        wrong = [
            name
            for name in targets.keys() | weights.keys()
            if name not in targets
            or name not in weights
            or targets[name].shape != weights[name].shape
        ]
        if wrong:
            raise ResumeError(
                f"The run in {self.folder} trains another model ({min(wrong)} differs). Begin "
                "from the same model as before, or delete that folder to start anew."
            )
        copy_into(targets, weights)

    def _keep_best(self) -> None:
        if self.progress.best is not None:
            self._put(checkpoints.read_best(self.folder, self.progress.best))
        elif self.average is not None:
            copy_into(self.parameters, self.average.values)

    def _checkpoint_due(self) -> bool:
        every, minutes = self.settings.checkpoint_every, self.settings.checkpoint_minutes
        if every is not None and self.progress.step % every == 0:
            return True
        return minutes is not None and self._seconds() - self.saved_at >= 60 * minutes

    def _save(self) -> None:
        self.progress.seconds = self.saved_at = self._seconds()
        plain, generators = states()
        tensors = {f"random.{name}": value for name, value in generators.items()}
        optimizer = checkpoints.flatten(self.optimizer)
        tensors |= {f"optimizer.{name}": value for name, value in optimizer.items()}
        if self.average is not None:
            tensors |= {f"average.{name}": value for name, value in self.average.values.items()}
        state = {
            "settings": self.settings.to_json(),
            "progress": self.progress.to_json(),
            "best": self.progress.best,
            "random": plain,
            "logged": self.logs.size(),
        }
        checkpoints.write(self.folder, self._weights(), tensors, state)

    def _restore(self, resume: bool) -> int:
        """Begin, or go on from the newest checkpoint; the size of the log up to there."""
        checkpoint = checkpoints.newest(self.folder)
        if checkpoint is None:
            seed_all(self.settings.seed)
            return 0
        if not resume:
            raise ResumeError(
                f"A run that isn't over stands in {self.folder}. Go on with --resume, or delete "
                "that folder to start anew."
            )
        weights, tensors, state = checkpoints.read(checkpoint)
        checkpoints.require_same(self.settings, state["settings"], self.folder)
        self._put(weights)
        checkpoints.unflatten(self.optimizer, _under("optimizer.", tensors))
        if self.average is not None:
            self.average.restore(_under("average.", tensors))
        self.progress = Progress.from_json(state["progress"])
        restore(state["random"], _under("random.", tensors))
        return int(state["logged"])

    def _check_data(self, loaded: Loaded[B]) -> None:
        """Raises ResumeError when the run began with other examples."""
        known = self.progress.fingerprint
        comparable = self.fixed_data or (loaded.epoch == self.progress.epoch and loaded.index)
        if known and comparable and known != loaded.fingerprint:
            raise ResumeError(
                f"The run in {self.folder} began with other examples. Give it the same data as "
                "before, or delete that folder to start anew."
            )


def _under(prefix: str, tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {
        name.removeprefix(prefix): value
        for name, value in tensors.items()
        if name.startswith(prefix)
    }
