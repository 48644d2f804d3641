"""The report as one HTML page, with charts and the tables behind them."""

from __future__ import annotations

from pathlib import Path

from titlewright.pages import render
from titlewright.records import JsonObject
from titlewright.training.prepare.options import PrepareOptions
from titlewright.training.prepare.report import BACKED_BINS, PrepareReport

_TEMPLATES = Path(__file__).parent / "templates"
_LONGEST = 40  # words in a title that have a bar of their own
_LANGUAGES = 8


def to_html(report: PrepareReport, options: PrepareOptions) -> str:
    """One page that needs nothing else."""
    return render(
        "report.html",
        _TEMPLATES,
        report=report,
        options=options,
        lost=[s for s in report.steps if s.step.effect in ("removed", "text only")],
        changed=[s for s in report.steps if s.step.effect == "changed"],
        flagged=[s for s in report.steps if s.step.effect == "flagged"],
        languages=report.statistics.languages.most_common(_LANGUAGES),
        words=list(report.statistics.to_json()["frequent_title_words"].items()),
        charts={
            "rows": _rows_chart(report),
            "lengths": _length_chart(report),
            "backed": _backed_chart(report),
        },
    )


def _rows_chart(report: PrepareReport) -> JsonObject:
    """What became of the rows: examples first, then what each step took out."""
    lost = [s for s in report.steps if s.rows and s.step.effect in ("removed", "text only")]
    return {
        "labels": ["Examples", *(s.step.title for s in lost)],
        "series": [
            {"name": "Rows", "values": [report.examples, *(s.rows for s in lost)],
             "colour": "accent"},
        ],
        "horizontal": True,
    }  # fmt: skip


def _length_chart(report: PrepareReport) -> JsonObject:
    lengths = report.statistics.title_words
    last = min(max(lengths, default=1), _LONGEST)
    values = [lengths[words] for words in range(1, last + 1)]
    values[-1] += sum(count for words, count in lengths.items() if words > last)
    return {
        "labels": [str(words) for words in range(1, last + 1)],
        "series": [{"name": "Titles", "values": values, "colour": "accent"}],
        "labelTitle": "Words in the title",
        "valueTitle": "Titles",
    }


def _backed_chart(report: PrepareReport) -> JsonObject:
    step = 100 // BACKED_BINS
    return {
        "labels": [f"{i * step}–{(i + 1) * step} %" for i in range(BACKED_BINS)],
        "series": [
            {"name": "Titles", "values": report.statistics.backed, "colour": "second"},
        ],
        "labelTitle": "Share of the title's words that stand elsewhere in the row",
        "valueTitle": "Titles",
    }
