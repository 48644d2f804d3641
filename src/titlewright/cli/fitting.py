"""Commands that train a generator: pretrain, train."""

from __future__ import annotations

import json
import shlex
from enum import StrEnum
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from titlewright.cli.options import AsJson
from titlewright.cli.output import complain, print_json, say
from titlewright.cli.watching import show_report, watched
from titlewright.errors import SettingsError

if TYPE_CHECKING:
    from titlewright.training.runs import Kind, TrainingRun


class Precision(StrEnum):
    auto = "auto"
    bf16 = "bf16"
    float32 = "float32"


class Schedule(StrEnum):
    cosine = "cosine"
    linear = "linear"
    constant = "constant"


Data = Annotated[Path, typer.Argument(help="What `prepare` wrote, or a feed with titles.")]
Model = Annotated[Path, typer.Option("--output", "-o", help="The folder of the model.")]
From = Annotated[
    str | None,
    typer.Option("--from", help="What to begin with: a family, a model's folder, a hub name."),
]
Family = Annotated[
    str | None, typer.Option(help="The family; without --from it begins from scratch.")
]
Lora = Annotated[bool, typer.Option("--lora", help="Train low-rank adapters only.")]
Size = Annotated[
    list[str] | None,
    typer.Option("--size", help="name=value: a size of a model from scratch; repeat for more."),
]
Dev = Annotated[Path | None, typer.Option(help="Data to stop by; default: the dev part of DATA.")]
Steps = Annotated[int | None, typer.Option(help="Stop after so many updates.")]
Epochs = Annotated[float | None, typer.Option(help="Stop after so many passes over the data.")]
Minutes = Annotated[float | None, typer.Option(help="Stop after so much time.")]
BatchTokens = Annotated[int | None, typer.Option(help="Tokens a batch.")]
Accumulate = Annotated[int | None, typer.Option(help="Batches a step.")]
LearningRate = Annotated[float | None, typer.Option(help="The highest learning rate.")]
ScheduleOption = Annotated[Schedule | None, typer.Option(help="How the rate falls.")]
LabelSmoothing = Annotated[float | None, typer.Option(help="Probability for other words.")]
Average = Annotated[float | None, typer.Option(help="Decay of the average of weights; 0: off.")]
Patience = Annotated[
    int | None, typer.Option(help="Evaluations without a lower dev loss that end the run.")
]
PrecisionOption = Annotated[Precision | None, typer.Option(help="Of matrix products.")]
Seed = Annotated[int | None, typer.Option(help="Same seed, same run.")]
Device = Annotated[str | None, typer.Option(help="auto, cpu, cuda, cuda:1...")]
Threads = Annotated[int | None, typer.Option(help="CPU threads; 0: as torch chooses.")]
Limit = Annotated[int | None, typer.Option(min=1, help="Only the first so many examples.")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with a run that was stopped.")]


def register(app: typer.Typer) -> None:
    app.command("pretrain")(pretrain)
    app.command("train")(train)


def train(
    data: Data,
    output: Model,
    source: From = None,
    family: Family = None,
    lora: Lora = False,
    size: Size = None,
    dev: Dev = None,
    limit: Limit = None,
    steps: Steps = None,
    epochs: Epochs = None,
    minutes: Minutes = None,
    batch_tokens: BatchTokens = None,
    accumulate: Accumulate = None,
    learning_rate: LearningRate = None,
    schedule: ScheduleOption = None,
    label_smoothing: LabelSmoothing = None,
    average: Average = None,
    patience: Patience = None,
    precision: PrecisionOption = None,
    seed: Seed = None,
    device: Device = None,
    threads: Threads = None,
    resume: Resume = False,
    as_json: AsJson = False,
) -> None:
    """Train a generator on products and their titles."""
    _execute("train", locals())


def pretrain(
    data: Data,
    output: Model,
    source: From = None,
    family: Family = None,
    size: Size = None,
    dev: Dev = None,
    limit: Limit = None,
    steps: Steps = None,
    epochs: Epochs = None,
    minutes: Minutes = None,
    batch_tokens: BatchTokens = None,
    accumulate: Accumulate = None,
    learning_rate: LearningRate = None,
    schedule: ScheduleOption = None,
    label_smoothing: LabelSmoothing = None,
    average: Average = None,
    patience: Patience = None,
    precision: PrecisionOption = None,
    seed: Seed = None,
    device: Device = None,
    threads: Threads = None,
    resume: Resume = False,
    as_json: AsJson = False,
) -> None:
    """Teach a generator how products are written, before it is trained on titles."""
    _execute("pretrain", locals() | {"lora": False})


_ASKED = ("data", "output", "source", "family", "lora", "dev", "limit")
_SETTINGS = (
    "steps", "epochs", "minutes", "batch_tokens", "accumulate", "learning_rate", "schedule",
    "label_smoothing", "average", "patience", "precision", "seed", "device", "threads",
)  # fmt: skip


def _settings(options: dict[str, Any]) -> dict[str, Any]:
    """The training settings that the user gave, among a command's options."""
    return {
        name: value.value if isinstance(value, StrEnum) else value
        for name in _SETTINGS
        if (value := options[name]) is not None
    }


def _sizes(given: list[str] | None) -> dict[str, Any]:
    """--size name=value, as a dictionary: numbers, true and false as such, the rest as text.

    Raises SettingsError for anything else, and for a name that stands there twice.
    """
    sizes: dict[str, Any] = {}
    for pair in given or ():
        name, separator, text = pair.partition("=")
        if not name or not separator or not text:
            raise SettingsError(f"--size wants name=value, not {pair!r}; for example width=128.")
        if name in sizes:
            raise SettingsError(f"--size {name} is given twice. Give it once.")
        try:
            sizes[name] = json.loads(text)
        except ValueError:
            sizes[name] = text
    return sizes


def _execute(kind: Kind, options: dict[str, Any]) -> None:
    """Do what the options of a command ask."""
    from titlewright.training.runs import TrainingRun

    asked = {name: options[name] for name in _ASKED}
    run = TrainingRun(kind, **asked, settings=_settings(options), sizes=_sizes(options["size"]))
    output, resume = run.output, options["resume"]
    if resume and run.finished:
        say(f"{output} is finished: nothing left to do")
        _say_what_is_next(run)
        return
    if resume and not run.resumable:
        say(f"{run.folder} holds no checkpoint to go on from: the run starts anew")
    try:
        with watched() as on_step:
            report = run.execute(resume=resume, on_start=partial(_began, run), on_step=on_step)
    except KeyboardInterrupt:
        if run.resumable:
            stands = f"a checkpoint stands in {run.folder}"
            complain(f"Interrupted; {stands}. The same command with --resume goes on.")
        else:
            complain("Interrupted before the first checkpoint. The same command starts anew.")
        raise typer.Exit(130) from None
    if options["as_json"]:
        print_json(report.to_json())
    else:
        show_report(report, output)
        _say_what_is_next(run)


def _began(run: TrainingRun, examples: int, dev: int) -> None:
    kept = f"{dev} to choose the best weights by" if dev else "none to choose the best weights by"
    say(f"{examples} examples to learn from, {kept}")
    if find_spec("tensorboard") is None:
        say(f"figures in {run.folder}; for charts: pip install 'titlewright[train]'")
    else:
        say(f"watch it with: tensorboard --logdir {shlex.quote(str(run.folder))}")


def _say_what_is_next(run: TrainingRun) -> None:
    from titlewright.generators import writes

    model, data = shlex.quote(str(run.output)), shlex.quote(str(run.data))
    if run.kind == "pretrain":
        hints = [f"titlewright train {data} --from {model} -o TRAINED"]
    elif not writes(run.output):
        hints = [f"scorers.create(Path({str(run.output)!r})).score(product, candidates) in Python"]
    else:
        hints = [
            f"titlewright benchmark FEED.jsonl --generator {model}",
            f"titlewright generate FEED.csv -o titled.csv --generator {model}",
        ]
    say("next: " + "\n      ".join(hints))
