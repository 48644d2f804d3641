"""How a training run is shown: while it runs, and what it did."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from rich.progress import BarColumn, Progress, TextColumn

from titlewright.cli.output import console, error_console, say

if TYPE_CHECKING:
    from titlewright.generators import FitReport, Step


@contextmanager
def watched() -> Iterator[Callable[[Step], None]]:
    """A line that moves with each step on a terminal, and one that stays for each evaluation."""
    bar = Progress(
        TextColumn("step {task.fields[step]}"),
        BarColumn(),
        TextColumn("{task.fields[told]}"),
        console=error_console(),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    with bar:
        task = bar.add_task("", total=1.0, step=0, told="")

        def told(step: Step) -> None:
            bar.update(task, completed=step.used, step=step.step, told=_pace(step))
            if step.dev:
                say(f"step {step.step}  epoch {step.epoch:.2f}  loss {step.loss:.4f}  "
                    f"dev {_measures(step.dev)}  {_duration(step.seconds_left)} left")  # fmt: skip

        yield told


def _pace(step: Step) -> str:
    return (
        f"loss {step.loss:.4f}  {step.examples_per_second:.0f} examples/s  "
        f"{step.tokens_per_second:.0f} tokens/s  {_duration(step.seconds_left)} left"
    )


def _measures(dev: Mapping[str, float]) -> str:
    return "  ".join(f"{name} {value:.4f}" for name, value in dev.items())


def _duration(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds))) if seconds < 1e8 else "?"


def show_report(report: FitReport, output: Path) -> None:
    """What a run did, on stdout."""
    out = console()
    out.print(f"{output}", style="bold", markup=False, soft_wrap=True)
    share = f" ({report.trained_parameters:,} trained)"
    every = report.trained_parameters == report.parameters
    rows = {
        "trained": f"{report.steps} steps, {report.epochs:.2f} epochs, "
        f"{report.examples:,} examples in {_duration(report.seconds)}",
        "on": f"{report.device}, {report.precision}",
        "ended by": report.ended,
        "model": f"{report.parameters:,} parameters{'' if every else share}",
        "loss": f"{report.train_loss:.4f} at the end",
        "before": f"dev {_measures(report.before)}" if report.before else "",
        "dev": f"{_measures(report.dev)} (kept: step {report.best_step})" if report.dev else "",
        "skipped": f"{report.skipped} steps whose gradient overflowed" if report.skipped else "",
    }
    for name, value in rows.items():
        if value:
            out.print(f"{name:10}{value}", markup=False, soft_wrap=True)
