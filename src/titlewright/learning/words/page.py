"""The effects of words as one HTML page: a plot for each category, and the table behind it."""

from __future__ import annotations

from pathlib import Path

from titlewright.learning.words.effects import EVERYWHERE, Effect, WordReport
from titlewright.pages import render
from titlewright.records import JsonObject

_TEMPLATES = Path(__file__).parent / "templates"
PLOTTED, LISTED = 12, 60  # effects of a category


def to_html(report: WordReport, name: str = "") -> str:
    """One page that needs nothing else. `name` says what it is about."""
    sections = [
        {
            "title": category or "All categories",
            "id": f"part-{at}",
            "effects": (effects := report.of(category))[:LISTED],
            "more": max(len(effects) - LISTED, 0),
            "found": sum(one.found for one in effects),
            "chart": _chart(effects),
        }
        for at, category in enumerate(report.categories)
    ]
    found = [one for one in report.effects if one.found]
    return render(
        "words.html",
        _TEMPLATES,
        name=name,
        report=report,
        sections=sections,
        found=len(found),
        looked=len([one for one in report.effects if one.category == EVERYWHERE]),
        signed=signed,
    )


def signed(lift: float) -> str:
    """A lift for people: "+12 %", "-3.4 %"."""
    return f"{lift:+.1%}".replace("%", " %") if abs(lift) < 0.1 else f"{lift:+.0%}".replace(
        "%", " %"
    )  # fmt: skip


def _chart(effects: list[Effect]) -> JsonObject:
    """Lifts of the surest, largest first; what isn't found is drawn in another colour."""
    drawn = sorted(effects[:PLOTTED], key=lambda one: -one.lift)
    return {
        "labels": [one.name for one in drawn],
        "series": [
            {
                "name": "Found",
                "values": [round(one.lift, 4) if one.found else 0 for one in drawn],
                "colour": "accent",
            },
            {
                "name": "Not sure",
                "values": [0 if one.found else round(one.lift, 4) for one in drawn],
                "colour": "second",
            },
        ],
        "horizontal": True,
        "stacked": True,
        "valueTitle": "Lift of the click rate (0.1 is 10 % more)",
    }
