"""The effects of words as one HTML page: a plot for each category, and the table behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from titlewright.learning.words.effects import EVERYWHERE, WordReport
from titlewright.learning.words.keeping import LearntHints
from titlewright.pages import render
from titlewright.records import JsonObject

TEMPLATES = Path(__file__).parents[1] / "templates"
PLOTTED, LISTED = 12, 60  # effects of a category
Figures = Mapping[str, Any]


def word_figures(report: WordReport) -> JsonObject:
    """The report as JSON, with what it asks of the next titles."""
    return report.to_json() | {"hints": LearntHints.of(report).to_json()}


def to_html(told: Figures, name: str = "") -> str:
    """One page that needs nothing else. `told` is what `word_figures` gave, `name` its subject."""
    return render(
        "words.html",
        TEMPLATES,
        name=name,
        report=told,
        sections=sections(told),
        found=sum(one["found"] for one in told["effects"]),
        looked=sum(one["category"] == EVERYWHERE for one in told["effects"]),
    )


def sections(told: Figures, *, listed: int = LISTED) -> list[JsonObject]:
    """What the template shows of each category, all categories together first."""
    found = []
    for at, category in enumerate(dict.fromkeys(one["category"] for one in told["effects"])):
        effects = [one for one in told["effects"] if one["category"] == category]
        found.append(
            {
                "title": category or "All categories",
                "id": f"part-{at}",
                "effects": effects[:listed],
                "more": max(len(effects) - listed, 0),
                "found": sum(one["found"] for one in effects),
                "chart": _chart(effects[:PLOTTED]),
                **told["hints"][category],
            }
        )
    return found


def _chart(effects: Sequence[Figures]) -> JsonObject:
    """Lifts, largest first; what isn't found is drawn in another colour."""
    drawn = sorted(effects, key=lambda one: -one["lift"])
    return {
        "labels": [one["feature"] for one in drawn],
        "series": [
            {
                "name": name,
                "values": [round(one["lift"], 4) if one["found"] == found else 0 for one in drawn],
                "colour": colour,
            }
            for name, found, colour in (("Found", True, "accent"), ("Not sure", False, "second"))
        ],
        "horizontal": True,
        "stacked": True,
        "valueTitle": "Lift of the click rate (0.1 is 10 % more)",
    }
