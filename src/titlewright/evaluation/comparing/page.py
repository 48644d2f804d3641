"""A comparison as one HTML page: the tables, quality against speed and against training time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from titlewright.evaluation.comparing.tables import tables
from titlewright.pages import render
from titlewright.records import JsonObject

_GAME = {  # measures on dev of a generator that learns against a judge, see AdversarialTask
    "rougeL": "ROUGE-L",
    "distinct2": "distinct-2 of the likeliest titles",
    "self_bleu": "self-BLEU of titles drawn for a product",
    "reward": "chance that the judge gives drawn titles",
    "judge": "right judgements of own and drawn titles",
}
_TEMPLATES = Path(__file__).parent / "templates"


def to_html(comparison: Mapping[str, Any]) -> str:
    """One page that needs nothing else."""
    return render(
        "comparison.html",
        _TEMPLATES,
        comparison=comparison,
        tables=tables(comparison),
        charts={
            "speed": speed_chart(comparison),
            "learning": learning_chart(comparison),
            "game": game_chart(comparison),
        },
    )


def speed_chart(comparison: Mapping[str, Any]) -> JsonObject:
    """Quality against speed: a point for each that writes."""
    points = [
        {
            "x": one["titles_per_second"],
            "y": one["benchmark"]["measures"]["rougeL"],
            "label": one["name"],
        }
        for one in comparison["entrants"]
    ]
    return {
        "points": [{"name": "Generators", "points": points, "colour": "accent"}],
        "labelTitle": "Titles a second, through the pipeline (log scale)",
        "valueTitle": "ROUGE-L on the test products",
        "logarithmic": True,
    }


def learning_chart(comparison: Mapping[str, Any]) -> JsonObject:
    """Quality against training time: a line for each that measures titles while it learns."""
    lines = []
    for one in comparison["entrants"]:
        told = one.get("training", {})
        curve = [at for at in told.get("curve", []) if at.get("rougeL") is not None]
        before = told.get("untrained", {}).get("rougeL")
        points = [{"x": 0, "y": before}] if before is not None else []
        points += [{"x": at["seconds"], "y": at["rougeL"]} for at in curve]
        if len(points) > 1:
            lines.append({"name": one["name"], "points": points})
    return {
        "points": lines,
        "joined": True,
        "labelTitle": "Seconds of training",
        "valueTitle": "ROUGE-L on dev, of the likeliest titles",
    }


def game_chart(comparison: Mapping[str, Any]) -> JsonObject:
    """What shows whether training against a judge helps or collapses: a line for each measure that
    is taken meanwhile. ROUGE-L begins before, with the likelihood alone."""
    curves = [one.get("training", {}).get("curve", []) for one in comparison["entrants"]]
    curve: Sequence[Mapping[str, Any]] = next(
        (one for one in curves if any("reward" in at for at in one)), []
    )
    lines = []
    for measure, name in _GAME.items():
        points = [{"x": at["seconds"], "y": at[measure]} for at in curve if measure in at]
        if points:
            lines.append({"name": name, "points": points})
    return {
        "points": lines,
        "joined": True,
        "labelTitle": "Seconds of training",
        "valueTitle": "On dev, from 0 to 1",
    }
