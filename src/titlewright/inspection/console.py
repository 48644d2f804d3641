"""A feed report for the terminal, 100 columns wide."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from titlewright.inspection.checks import Level
from titlewright.inspection.duplicates import Duplicates
from titlewright.inspection.languages import language_name
from titlewright.inspection.report import FeedReport
from titlewright.inspection.tally import Sample, shown
from titlewright.pages import percent

WIDTH = 100
_FIXES = 12  # lines of what to fix first
_SAMPLES = 2  # rows shown of each finding
_STYLES: dict[Level, str] = {"error": "bold red", "warning": "yellow", "note": "dim"}


def render(report: FeedReport) -> Group:
    """The report as tables: what to fix first, examples, duplicates, languages, channels."""
    parts: list[RenderableType] = [_headline(report)]
    fixes = report.fix_first()
    if fixes:
        parts += [_heading("What to fix first"), _fix_table(report)]
        if len(fixes) > _FIXES:
            more = f"… and {len(fixes) - _FIXES} more; --json and --html list them all."
            parts.append(Text(more, style="dim"))
    else:
        parts.append(Text("\nNothing to fix was found.", style="bold green"))
    parts += _examples(report)
    parts += _duplicates(report)
    parts += [_heading("Languages of titles"), _languages(report)]
    parts += [_heading("Length of titles, in characters"), _lengths(report)]
    if report.channels:
        parts += [_heading("Channels"), _channel_table(report)]
    return Group(*parts)


def _headline(report: FeedReport) -> Text:
    text = Text()
    text.append(f"{report.rows:,}", style="bold").append(" rows, ")
    text.append(f"{report.products:,}", style="bold").append(" products to check")
    if report.rejected:
        text.append(f", {report.rejected:,} can't be read", style="bold red")
    if not report.complete:
        text.append(" (stopped at the limit: there are more)", style="yellow")
    return text


def _heading(words: str) -> Text:
    return Text(f"\n{words}", style="bold")


def _table(*columns: str, width: int | None = WIDTH) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, width=width, header_style="dim")
    for column in columns:
        numeric = column.startswith("#")
        table.add_column(
            column.removeprefix("#"), justify="right" if numeric else "left", no_wrap=numeric
        )
    return table


def _fix_table(report: FeedReport) -> Table:
    table = _table("", "#Rows", "#Share", "Finding", "What to do")
    table.columns[3].ratio, table.columns[4].ratio = 4, 6
    for fix in report.fix_first()[:_FIXES]:
        table.add_row(
            Text(fix.level, style=_STYLES[fix.level]),
            f"{fix.rows:,}",
            percent(fix.share),
            Text(fix.title),
            Text(fix.advice, style="dim"),
        )
    return table


def _examples(report: FeedReport) -> Iterator[RenderableType]:
    found = [f for f in report.findings if f.rows.samples and f.check.level != "note"]
    rejects = [sample for reason in report.rejects[:3] for sample in reason.rows.samples[:1]]
    if not found and not rejects:
        return
    yield _heading("Examples")
    for finding in sorted(found, key=lambda f: (f.check.level != "error", -len(f.rows))):
        yield Text(finding.check.title, style=_STYLES[finding.check.level])
        for sample in finding.rows.samples[:_SAMPLES]:
            yield from _sample_lines(sample)
    if rejects:
        yield Text("Rows that can't be read", style=_STYLES["error"])
        for sample in rejects:
            yield from _sample_lines(sample)


def _sample_lines(sample: Sample) -> Iterator[RenderableType]:
    where = f"row {sample.row}" + ("" if sample.field == "title" else f", {sample.field}")
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(f"{where}: ", style="dim").append(sample.text or "(empty)")
    yield Padding(line, (0, 0, 0, 2))
    if sample.detail:
        detail = Text(sample.detail, style="cyan", no_wrap=True, overflow="ellipsis")
        yield Padding(detail, (0, 0, 0, 6))


def _duplicates(report: FeedReport) -> Iterator[RenderableType]:
    kinds: list[tuple[str, Duplicates]] = [
        ("same id", report.same_ids),
        ("same title", report.same_titles),
        ("nearly the same title", report.near_titles),
    ]
    if not any(duplicates.clusters for _, duplicates in kinds):
        return
    yield _heading("Duplicates")
    table = _table("Kind", "#Rows", "#Groups", "Largest group")
    table.columns[3].ratio = 1
    for kind, duplicates in kinds:
        if duplicates.clusters:
            largest = duplicates.largest[0]
            example = Text(f"{largest.size} rows: ", no_wrap=True, overflow="ellipsis")
            example.append(shown(largest.texts[0]))
            table.add_row(kind, f"{len(duplicates.rows):,}", f"{duplicates.clusters:,}", example)
    yield table


def _languages(report: FeedReport) -> Text:
    counts = report.languages.titles
    total = counts.total()
    shares = [
        f"{language_name(code)} {percent(rows / total)}" for code, rows in counts.most_common(8)
    ]
    rest = len(counts) - len(shares)
    return Text(" · ".join(shares + ([f"{rest} more"] if rest > 0 else [])) or "no titles")


_BLOCKS = " ▁▂▃▄▅▆▇█"


def _lengths(report: FeedReport) -> Text:
    lengths = report.lengths
    bins = lengths.histogram()
    most = max((b.rows for b in bins), default=0)
    line = Text("0 ", style="dim")
    for b in bins:
        height = -(-b.rows * (len(_BLOCKS) - 1) // most) if most else 0
        line.append(_BLOCKS[height] * 2, style="blue")
    line.append(f" {lengths.longest}", style="dim")
    quantiles = f"   median {lengths.quantile(0.5)}, 95 % up to {lengths.quantile(0.95)}"
    return line.append(quantiles, style="default")


def _channel_table(report: FeedReport) -> Table:
    table = _table("Channel", "#Limit", "#Over it", "#Errors", "#Warnings", "Most broken rules")
    table.columns[5].ratio = 1
    for survey in report.channels:
        rules = Text(no_wrap=True, overflow="ellipsis")
        for name, rule in survey.rules[:3]:
            short = name.removeprefix(f"{survey.channel.name}.")
            rules.append(f"{short} ", style=_STYLES[rule.severity])
            rules.append(f"{len(rule.rows):,}  ", style="dim")
        limit = survey.channel.max_length
        table.add_row(
            Text(survey.channel.title),
            "none" if limit is None else f"{limit}",
            f"{len(survey.too_long):,}",
            f"{len(survey.with_errors):,}",
            f"{len(survey.with_warnings):,}",
            rules,
        )
    return table
