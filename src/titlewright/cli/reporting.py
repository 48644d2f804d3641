"""The command that looks at what a run made: report."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table as RichTable
from rich.text import Text

from titlewright.cli.options import AsJson, Format, Html, Mapped, mapping
from titlewright.cli.output import console, print_json, progress, say, write_text
from titlewright.settings import load_settings

_EXAMPLES = 3  # shown on the terminal


def register(app: typer.Typer) -> None:
    app.command("report")(report)


def report(
    results: Annotated[
        list[Path], typer.Argument(help="What generate --results wrote; a file a channel.")
    ],
    before: Annotated[
        list[Path] | None,
        typer.Option(help="The feed as it was: one for all results, or one for each."),
    ] = None,
    rejects: Annotated[
        list[Path] | None, typer.Option(help="The rejects of each; default: found beside.")
    ] = None,
    judgments: Annotated[
        Path | None, typer.Option(help="CSV of query, id, grade: measures findability.")
    ] = None,
    html: Html = None,
    markdown: Annotated[
        Path | None, typer.Option(help="Write the tables as Markdown here; - for stdout.")
    ] = None,
    format: Format = None,  # noqa: A002 - the option people expect
    map: Mapped = None,  # noqa: A002 - the option people expect
    seed: Annotated[int, typer.Option(help="Same seed, same intervals.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Show what a run changed: titles before and after, by channel and category."""
    from titlewright.evaluation.results import Asked, analyse
    from titlewright.evaluation.results.page import to_html, to_markdown

    settings = load_settings()
    asked = Asked(
        results=tuple(results),
        before=tuple(before or ()),
        rejects=tuple(rejects or ()),
        judgments=judgments,
        format=format,
        columns=mapping(map),
        packs=settings.packs,
        aliases=settings.known_aliases,
        seed=seed,
    )
    with progress("report", None) as moved:
        analysis = analyse(asked, lambda done, _: moved(done))
    if html:
        write_text(to_html(analysis), html)
    to_stdout = str(markdown) == "-"
    if markdown and not to_stdout:
        write_text(to_markdown(analysis), markdown)
    if to_stdout:
        sys.stdout.write(to_markdown(analysis))
    elif as_json:
        print_json(analysis)
    else:
        _show(analysis)
    if html:
        say(f"the page: {html}")
    if any(run["unreadable_lines"] for run in analysis["runs"]):
        raise typer.Exit(1)


def _show(analysis: dict[str, Any]) -> None:
    """The main tables on the terminal; the page has the rest."""
    from titlewright.evaluation.results import tables
    from titlewright.evaluation.results.page import remarks, summary

    out = console()
    out.print(summary(analysis), style="bold", markup=False)
    for remark in remarks(analysis):
        out.print(remark, style="yellow", markup=False)
    runs = [run for run in analysis["runs"] if run["channel"]]
    out.print(_rich(tables.outcomes(analysis["runs"])))
    if len(runs) > 1:
        out.print(_rich(tables.side_by_side(runs)))
    for run in runs:
        shown = {
            "before and after": tables.before_after(run, brief=True),
            "key facts in the title": tables.facts(run, brief=True),
            "judged queries": tables.found(run, "judged", brief=True),
            "search by own facts (no shopper's query)": tables.found(
                run, "known_items", brief=True
            ),
            "titles by the rules they break": tables.rules(run),
        }
        for title, table in shown.items():
            if table.rows:
                out.print()
                out.print(_rich(table._replace(title=f"{run['name']}: {title}")))
        _show_examples(run)


def _rich(table: Any) -> RichTable:
    shown = RichTable(title=table.title, title_justify="left", box=None, header_style="dim")
    for place, head in enumerate(table.heads):
        numeric = place > 0 and place not in table.words
        shown.add_column(head, justify="right" if numeric else "left", no_wrap=place == 0)
    for row in table.rows:
        shown.add_row(*map(Text, row))
    return shown


def _show_examples(run: dict[str, Any]) -> None:
    out = console()
    for one in run["examples"]["drawn"][:_EXAMPLES]:
        out.print(f"row {one['row']}: {one['before']}", style="dim", markup=False, soft_wrap=True)
        out.print(f"     now: {one['after']}", markup=False, soft_wrap=True)
        for reason in one["reasons"]:
            out.print(f"          {reason}", style="dim", markup=False, soft_wrap=True)
