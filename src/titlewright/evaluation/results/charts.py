"""The plots of the page, as pages/assets/charts.js takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from titlewright.evaluation.results.key_facts import NAMES
from titlewright.evaluation.results.tallies import BANDS
from titlewright.records import JsonObject

UNITS = {
    "code_points": "characters",
    "utf16": "UTF-16 units",
    "display_width": "columns",
    "half_width": "half-width characters",
    "utf8": "bytes of UTF-8",
    "gb18030": "bytes of GB 18030",
    "chinese_weighted": "weighted characters",
}
_RULES = 12
_LABEL = 34  # characters of a label
Run = Mapping[str, Any]


def outcomes(runs: Sequence[Run]) -> JsonObject:
    """A bar a run: changed, unchanged, had none before, rejected."""
    kinds = (("changed", "Changed", "accent"), ("unchanged", "Unchanged", "second"),
             ("new", "Had none before", "good"), ("rejected", "Rejected", "error"))  # fmt: skip
    counts = [dict(run["products"], rejected=run["rejects"]["rows"]) for run in runs]
    series = [
        {"name": name, "values": [one[kind] for one in counts], "colour": colour}
        for kind, name, colour in kinds
        if any(one[kind] for one in counts)
    ]
    return {"labels": [run["name"] for run in runs], "series": series, "horizontal": True,
            "stacked": True}  # fmt: skip


def lengths(run: Run) -> JsonObject:
    """Both histograms, with the channel's limit and useful length."""
    channel, bins = run["channel"], run["lengths"]["bins"]
    lines = [
        {"at": channel[name], "label": f"{channel[name]} {label}"}
        for name, label in (("useful", "useful"), ("limit", "limit"))
        if channel[name] and bins and channel[name] <= bins[-1]["from"] + run["lengths"]["width"]
    ]
    return {
        "labels": [f"≤{one['to']}" if one["to"] else f"{one['from']}+" for one in bins],
        "series": _sides([(one["before"], one["after"]) for one in bins]),
        "lines": lines if channel["useful"] != channel["limit"] else lines[1:],
        "step": run["lengths"]["width"],
        "labelTitle": f"Length in {UNITS[channel['unit']]}",
        "valueTitle": "Titles",
    }


def rules(run: Run) -> JsonObject:
    """Titles by rule before and after."""
    shown = run["rules"][:_RULES]
    name = f"{run['channel']['name']}."
    return {
        "labels": [_label(rule["rule"].removeprefix(name)) for rule in shown],
        "series": _sides([(rule["before"], rule["after"]) for rule in shown]),
        "horizontal": True,
        "valueTitle": "Titles that break the rule",
    }


def facts(run: Run) -> JsonObject:
    """Share of titles that name each fact, of products that state it."""
    shown = [name for name in NAMES if f"names {name}" in run["measures"]]
    pairs = [_values(run["measures"][f"names {name}"]) for name in shown]
    return {"labels": shown, "series": _sides(pairs), "horizontal": True, "percent": True}


def scores(run: Run) -> JsonObject:
    """Shares of titles by band of each score."""
    names = (f"under {BANDS[0]}", *(f"from {start}" for start in BANDS))
    colours = ("error", "warning", "second", "good")
    series = [
        {"name": name, "values": [one["bands"][place] for one in run["scores"]], "colour": colour}
        for place, (name, colour) in enumerate(zip(names, colours, strict=True))
    ]
    labels = [one["name"] for one in run["scores"]]
    return {"labels": labels, "series": series, "horizontal": True, "stacked": True,
            "percent": True}  # fmt: skip


def categories(grouping: Mapping[str, Any]) -> JsonObject:
    """Share of the key facts that titles name, by category."""
    shown = [group for group in grouping["groups"] if "key facts" in group["measures"]]
    pairs = [_values(group["measures"]["key facts"]) for group in shown]
    return {
        "labels": [_ending(group["name"]) for group in shown],
        "series": _sides(pairs),
        "horizontal": True,
        "percent": True,
        "valueTitle": "Key facts named",
    }


def _values(figures: Mapping[str, Any]) -> tuple[float | None, float | None]:
    before, after = (one and one["value"] for one in (figures["before"], figures["after"]))
    return before, after


def _sides(pairs: Sequence[tuple[float | None, float | None]]) -> list[JsonObject]:
    """Before and after as two series; before left out where nothing of it is known."""
    named = (("Before", "second"), ("After", "accent"))
    series = [
        {"name": name, "values": [pair[place] or 0 for pair in pairs], "colour": colour}
        for place, (name, colour) in enumerate(named)
    ]
    return series if any(pair[0] is not None for pair in pairs) else series[1:]


def _label(text: str) -> str:
    return text if len(text) <= _LABEL else f"{text[: _LABEL - 1]}…"


def _ending(path: str) -> str:
    """The end of a long category path, which tells it from its neighbours."""
    return path if len(path) <= _LABEL else f"…{path[1 - _LABEL :]}"
