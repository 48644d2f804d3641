"""Training one entrant within the budget, and what it knew before it learnt."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from titlewright.evaluation.comparing.entrants import Entrant
from titlewright.generators import FitReport, Step
from titlewright.training.runs import TrainingRun

# Families whose method is to learn from text first: the share of the minutes that this takes.
PRETRAINING = {"bert": 0.25}
_CHECKPOINT_MINUTES = 2.0  # a kill may cost so much of an entrant's minutes


def learn(
    entrant: Entrant,
    data: Path,
    folder: Path,
    settings: Mapping[str, Any],
    on_step: Callable[[Step], None],
) -> dict[str, Any]:
    """Train into `folder`, unless it holds the model already, and tell of it.

    `settings` hold "minutes". Returns {"seconds" of training and, on top, "evaluating";
    "parameters", "trained_parameters", "steps", "epochs", "ended", "untrained": measures on dev
    before the first step, {} for what isn't learnt in steps, "dev": measures, "curve":
    [{"seconds", **measures}]}. An interrupted run goes on when it is asked again.
    """
    share = PRETRAINING.get(str(entrant.family), 0.0)
    source, before, evaluating = entrant.source, 0.0, 0.0
    if share:
        first = folder / "pretrained"
        pretrained = _train("pretrain", entrant, source, data, first, settings, share, on_step)
        before = pretrained.seconds - pretrained.evaluating
        evaluating = pretrained.evaluating
        source = str(first)
    report = _train("train", entrant, source, data, folder, settings, 1 - share, on_step)
    return {
        "seconds": before + report.seconds - report.evaluating,
        "evaluating": evaluating + report.evaluating,
        "parameters": report.parameters,
        "trained_parameters": report.trained_parameters,
        "steps": report.steps,
        "epochs": report.epochs,
        "ended": report.ended,
        "untrained": dict(report.before),
        "dev": dict(report.dev),
        "curve": list(_curve(folder / "training", before)),
    }


def _train(
    kind: Any,
    entrant: Entrant,
    source: str | None,
    data: Path,
    folder: Path,
    settings: Mapping[str, Any],
    share: float,
    on_step: Callable[[Step], None],
) -> FitReport:
    minutes = share * float(settings["minutes"])
    run = TrainingRun(
        kind, data, folder, source=source, family=entrant.family,
        settings={"checkpoint_minutes": _CHECKPOINT_MINUTES, **settings, "minutes": minutes},
    )  # fmt: skip
    if run.finished:
        told = json.loads((run.folder / "report.json").read_text(encoding="utf-8"))
        return FitReport(**told["report"])
    return run.execute(resume=run.resumable, on_step=on_step)


def _curve(folder: Path, before: float) -> Iterator[dict[str, float]]:
    """Measures on dev by the seconds of training; phases, each in a folder, one after another."""
    logs = sorted(folder.rglob("metrics.jsonl"), key=lambda file: file.stat().st_mtime)
    for file in logs:
        seconds = 0.0
        for line in file.read_text(encoding="utf-8").splitlines():
            told = json.loads(line)
            seconds = told["seconds"]
            if told.get("dev"):
                yield {"seconds": before + seconds, **told["dev"]}
        before += seconds
