"""An analysis as one HTML page, and as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from titlewright.evaluation.results.cells import MEASURES, NONE, Measure, told
from titlewright.evaluation.results.sections import WITHOUT_FEED, sections
from titlewright.evaluation.text_tables import as_markdown, plain
from titlewright.pages import percent, render

_TEMPLATES = Path(__file__).parent / "templates"


def to_html(analysis: Mapping[str, Any]) -> str:
    """One page that needs nothing else."""
    return render(
        "results.html",
        _TEMPLATES,
        heading=heading(analysis),
        summary=summary(analysis),
        remarks=remarks(analysis),
        tiles=tiles(analysis["runs"]),
        sections=sections(analysis),
        sources=_sources(analysis),
        seed=analysis["seed"],
    )


def to_markdown(analysis: Mapping[str, Any]) -> str:
    """The same sections and tables, to be pasted."""
    parts = [f"# {plain(heading(analysis))}", summary(analysis)]
    parts += [remark.replace("<", "&lt;") for remark in remarks(analysis)]
    for section in sections(analysis):
        parts += [f"## {section.title}", section.lead]
        parts += [as_markdown(part.table).rstrip("\n") for part in section.parts]
    return "\n\n".join(parts) + "\n"


def heading(analysis: Mapping[str, Any]) -> str:
    names = [run["name"] for run in analysis["runs"] if run["channel"]]
    return f"Titles before and after: {', '.join(names)}" if names else "Titles before and after"


def summary(analysis: Mapping[str, Any]) -> str:
    """One sentence: how many titles, and what became of the present ones."""
    made = [run["products"] for run in analysis["runs"]]
    titles, changed, same, new = (
        sum(one[name] for one in made) for name in ("titles", "changed", "unchanged", "new")
    )
    if not titles:
        return "The results hold no title."
    parts = [f"{changed:,} changed", f"{same:,} left as they were"]
    parts += [f"{new:,} for products that had none"] if new else []
    return f"{titles:,} titles: {', '.join(parts)}."


def remarks(analysis: Mapping[str, Any]) -> list[str]:
    """What readers must know before the figures: lines left out, and what isn't measured."""
    said = []
    for run in analysis["runs"]:
        if count := run["unreadable_lines"]:
            first = run["broken"][0]
            said.append(
                f"{Path(run['results']).name}: {count:,} lines can't be read and are left out; "
                f"the first is line {first['line']}: {first['problem']} Run `generate` again, or "
                "mend them."
            )
    return said if analysis["before"] else [*said, WITHOUT_FEED]


def _sources(analysis: Mapping[str, Any]) -> str:
    """The names of the files, without their folders, which are nobody's business."""
    names = [Path(run["results"]).name for run in analysis["runs"]]
    feeds = [Path(feed).name for feed in analysis["before"]]
    return ", ".join(names) + (f" beside {', '.join(feeds)}" if feeds else "")


def tiles(runs: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """The figures that stand large: (figure, what it is)."""
    counts = [run["products"] for run in runs]
    shown = [
        (f"{sum(one['titles'] for one in counts):,}", "titles"),
        (f"{sum(one['changed'] for one in counts):,}", "changed"),
    ]
    if any(run["rejects"]["file"] for run in runs):
        shown.append((f"{sum(run['rejects']['rows'] for run in runs):,}", "rejected"))
    if len(runs) == 1:
        for name in ("with errors", "key facts", "length"):
            figures = runs[0]["measures"].get(name)
            if figures and figures["after"]:
                measure = MEASURES[name]
                sides = (figures["before"], figures["after"])
                words = [_large(one["value"], measure) if one else NONE for one in sides]
                if words[1].endswith(" %"):  # said once, so that the two fit a tile
                    words[0] = words[0].removesuffix(" %")
                shown.append((" → ".join(words), measure.label.lower()))
    return shown


def _large(value: float, measure: Measure) -> str:
    """A value with as few digits as tell it."""
    return percent(value) if measure.form == "share" else told(value, measure.form)
