"""A feed report as one HTML page, with plots and the tables behind them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from titlewright.inspection.channel_survey import ROW_NUMBERS, ChannelSurvey, share
from titlewright.inspection.languages import language_name
from titlewright.inspection.report import FeedReport, Finding
from titlewright.inspection.tally import shown
from titlewright.pages import render
from titlewright.records import JsonObject

_TEMPLATES = Path(__file__).parent / "templates"
_LANGUAGES = 12  # languages shown by name
_LINES = 8  # channel limits drawn into the histogram
_WIDTH = 10  # code points of a bar of the histogram
_UNITS = {
    "code_points": "characters",
    "utf16": "UTF-16 units",
    "display_width": "columns",
    "half_width": "half-width characters",
    "utf8": "bytes of UTF-8",
    "gb18030": "bytes of GB 18030",
    "chinese_weighted": "weighted characters",
}
_MISSING = "missing-"


def to_html(report: FeedReport, name: str = "") -> str:
    """One page that needs nothing else. `name` says which feed it is about."""
    missing = [f for f in report.findings if f.check.id.startswith(_MISSING)]
    found = [f for f in report.findings if len(f.rows)]
    found.sort(key=lambda f: (("error", "warning", "note").index(f.check.level), -len(f.rows)))
    return render(
        "report.html",
        _TEMPLATES,
        name=name,
        report=report,
        fixes=report.fix_first(),
        found=found,
        clean=[f.check.title for f in report.findings if not len(f.rows)],
        missing=missing,
        duplicates=_duplicates(report),
        languages=_languages(report),
        bins=report.lengths.histogram(_WIDTH),
        units=_UNITS,
        share=share,
        row_numbers=ROW_NUMBERS,
        charts={
            "lengths": _length_chart(report),
            "missing": _missing_chart(missing, report.products),
            "languages": _language_chart(report),
            "duplicates": _duplicate_chart(report),
            "channels": _channel_chart(report.channels, report.products),
        },
    )


def _length_chart(report: FeedReport) -> JsonObject:
    bins = report.lengths.histogram(_WIDTH)
    return {
        "labels": [f"{b.start}+" if b.end is None else f"{b.start}" for b in bins],
        "series": [{"name": "Titles", "values": [b.rows for b in bins], "colour": "accent"}],
        "lines": _limit_lines(report.channels),
        "step": _WIDTH,
        "labelTitle": "Length in characters",
        "valueTitle": "Titles",
    }


def _limit_lines(channels: Sequence[ChannelSurvey]) -> list[JsonObject]:
    """The limits of channels that count characters, those with the same limit together."""
    by_limit: dict[int, list[str]] = {}
    for survey in channels:
        if survey.channel.unit == "code_points" and survey.channel.max_length is not None:
            by_limit.setdefault(survey.channel.max_length, []).append(survey.channel.title)
    return [
        {"at": limit, "label": f"{limit} {titles[0]}" + _and_more(len(titles) - 1)}
        for limit, titles in sorted(by_limit.items())[:_LINES]
    ]


def _and_more(others: int) -> str:
    return f" +{others}" if others else ""


def _missing_chart(missing: Sequence[Finding], products: int) -> JsonObject:
    return {
        "labels": [_field(finding) for finding in missing],
        "series": [
            {
                "name": "Rows without it",
                "values": [share(len(finding.rows), products) for finding in missing],
                "colour": "accent",
            }
        ],
        "horizontal": True,
        "percent": True,
    }


def _field(finding: Finding) -> str:
    return finding.check.id.removeprefix(_MISSING).capitalize()


def _languages(report: FeedReport) -> list[tuple[str, int, int]]:
    """(language, titles, descriptions), most titles first; the rare ones are added up."""
    titles, descriptions = report.languages.titles, report.languages.descriptions
    codes = sorted(titles | descriptions, key=lambda code: (-titles[code], -descriptions[code]))
    named = [(language_name(code), titles[code], descriptions[code]) for code in codes[:_LANGUAGES]]
    if rest := codes[_LANGUAGES:]:
        others = sum(titles[c] for c in rest), sum(descriptions[c] for c in rest)
        named.append((f"{len(rest)} more", *others))
    return named


def _language_chart(report: FeedReport) -> JsonObject:
    rows = _languages(report)
    titles = report.languages.titles.total()
    descriptions = report.languages.descriptions.total()
    return {
        "labels": [name for name, _, _ in rows],
        "series": [
            {
                "name": "Titles",
                "values": [share(n, titles) for _, n, _ in rows],
                "colour": "accent",
            },
            {
                "name": "Descriptions",
                "values": [share(n, descriptions) for _, _, n in rows],
                "colour": "second",
            },
        ],
        "horizontal": True,
        "percent": True,
    }


def _duplicates(report: FeedReport) -> list[JsonObject]:
    kinds = (
        ("Same id", report.same_ids),
        ("Same title", report.same_titles),
        ("Nearly the same title", report.near_titles),
    )
    return [
        {
            "kind": kind,
            "rows": len(duplicates.rows),
            "clusters": duplicates.clusters,
            "largest": [
                {"size": c.size, "rows": c.rows, "texts": [shown(text) for text in c.texts]}
                for c in duplicates.largest[:8]
            ],
        }
        for kind, duplicates in kinds
    ]


def _duplicate_chart(report: FeedReport) -> JsonObject:
    rows = _duplicates(report)
    return {
        "labels": [str(row["kind"]) for row in rows],
        "series": [
            {"name": "Rows", "values": [row["rows"] for row in rows], "colour": "accent"},
            {"name": "Groups", "values": [row["clusters"] for row in rows], "colour": "second"},
        ],
        "horizontal": True,
    }


def _channel_chart(channels: Sequence[ChannelSurvey], products: int) -> JsonObject:
    errors = [share(len(survey.with_errors), products) for survey in channels]
    warnings = [share(len(survey.with_warnings), products) for survey in channels]
    clean = [round(1 - e - w, 4) for e, w in zip(errors, warnings, strict=True)]
    return {
        "labels": [survey.channel.title for survey in channels],
        "series": [
            {"name": "Refused (errors)", "values": errors, "colour": "error"},
            {"name": "Only warnings", "values": warnings, "colour": "warning"},
            {"name": "Fine", "values": clean, "colour": "good"},
        ],
        "horizontal": True,
        "stacked": True,
        "percent": True,
    }
