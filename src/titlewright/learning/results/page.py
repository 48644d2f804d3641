"""The figures as one HTML page that needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from titlewright.learning.results.posteriors import curve
from titlewright.learning.words.page import TEMPLATES, sections
from titlewright.pages import percent, render
from titlewright.records import JsonObject

_LISTED = 20  # words of a category; the page of `words` has more
_LABEL = 60  # characters of a title in a legend
_WIDEST = 2.0  # of an interval that is drawn
_EPOCH = date(1970, 1, 1).toordinal()
NAMES = {"clicks": "Click rate", "purchases": "Purchase rate"}
Figures = Mapping[str, Any]


def to_html(analysis: Figures) -> str:
    return render(
        "results.html",
        TEMPLATES,
        analysis=analysis,
        summary=summary(analysis),
        tiles=_tiles(analysis),
        charts=[
            {"outcome": name, "title": f"Lift of the {NAMES[name].lower()}", "data": data}
            for name in NAMES
            if (data := _lift_chart(analysis["over_time"], name))
        ],
        audiences=analysis["audiences"],
        words=sections(analysis["words"], listed=_LISTED) if analysis["words"] else [],
        products=[_product(one) for one in analysis["products"]],
        lift=lift_text,
        rate=rate_text,
        names=NAMES,
    )


def summary(analysis: Figures) -> str:
    """One sentence: what was shown, and what came of it."""
    totals = analysis["totals"]
    return (
        f"{totals['titles']:,} titles of {totals['products']:,} products, "
        f"{analysis['first_day']} to {analysis['last_day']}: "
        f"{totals['impressions']:,} impressions, {totals['clicks']:,} clicks, "
        f"{totals['purchases']:,} purchases."
    )


def lift_text(lift: Figures | None) -> str:
    """+12.3 % (+4.0 … +21.2), with ▲ or ▼ where chance alone doesn't explain it."""
    if lift is None:
        return "–"
    mark = " ▲" if lift["low"] > 0 else " ▼" if lift["high"] < 0 else ""
    one, low, high = (f"{100 * lift[name]:+.1f}" for name in ("lift", "low", "high"))
    return f"{one} % ({low} … {high}){mark}".replace("-", "−")


def rate_text(outcomes: float, shown: float) -> str:
    return f"{100 * outcomes / shown:.2f} %" if shown else "–"


def _tiles(analysis: Figures) -> list[tuple[str, str]]:
    totals, lifts = analysis["totals"], analysis["lift"]
    shown = [
        (f"{totals['impressions']:,}", "impressions"),
        (rate_text(totals["clicks"], totals["impressions"]), "click rate"),
        (rate_text(totals["purchases"], totals["impressions"]), "purchases per impression"),
    ]
    shown += [
        (f"{100 * lifts[name]['lift']:+.1f} %".replace("-", "−"), f"lift of the {told.lower()}")
        for name, told in NAMES.items()
        if lifts[name]
    ]
    return shown


def _day(text: str) -> int:
    return date.fromisoformat(text).toordinal() - _EPOCH


def _lift_chart(days: Sequence[Figures], outcome: str) -> JsonObject | None:
    """The lift of all days so far, with its interval as a band.

    The first days, when anything was possible, would make the rest a flat line: they are left out.
    """
    known: list[tuple[int, Figures]] = []
    for one in days:
        found = one[f"{outcome}_lift_so_far"]
        if found and found["high"] - found["low"] <= _WIDEST:
            known.append((_day(one["day"]), found))
        else:
            known.clear()
    if len(known) < 2:
        return None

    def line(name: str) -> list[JsonObject]:
        return [{"x": day, "y": found[name]} for day, found in known]

    return {
        "points": [
            {"name": "Lift so far", "points": line("lift"), "colour": "accent"},
            {"name": "95 % interval", "points": line("high"), "colour": "accent", "faint": True,
             "fill": True},
            {"name": "", "points": line("low"), "colour": "accent", "faint": True},
            {"name": "No difference", "points": [{"x": known[0][0], "y": 0},
                                                 {"x": known[-1][0], "y": 0}], "colour": "muted"},
        ],
        "joined": True, "days": True, "percent": True, "valueTitle": "New titles over the control",
    }  # fmt: skip


def _product(one: Figures) -> JsonObject:
    titles = sorted(one["titles"], key=lambda title: -title["clicks_belief"]["best"])
    return {
        "id": one["product_id"],
        "lift": one["lift"],
        "titles": [
            title | {"best": percent(title["clicks_belief"]["best"]),
                     "shown_as": title["text"] or title["title_id"] or "(title not named)"}
            for title in titles
        ],
        "charts": [
            (f"{name} of each title: the higher and narrower, the surer", _curves(titles, outcome))
            for outcome, name in NAMES.items()
            if any(title[outcome] for title in titles)
        ],
    }  # fmt: skip


def _curves(titles: Sequence[Figures], outcome: str) -> JsonObject:
    """A density for each title, over a range that shows them all."""
    found = [title[f"{outcome}_belief"] for title in titles]
    return {
        "points": [
            {"name": _label(title), "points": curve(one["a"], one["b"], 0.0, 1.0)}
            for title, one in zip(titles, found, strict=True)
        ],
        "joined": True, "smooth": True, "percentX": True, "labelTitle": NAMES[outcome],
        "valueTitle": "Belief",
    }  # fmt: skip


def _label(title: Figures) -> str:
    text = title["text"] or title["title_id"] or "(title not named)"
    short = text if len(text) <= _LABEL else f"{text[: _LABEL - 1]}…"
    return f"{short} (control)" if title["control"] else short
