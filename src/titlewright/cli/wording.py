"""The command that says which words earn clicks: words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from titlewright.cli.making import AsJson
from titlewright.cli.output import console, print_json, say, write_text

if TYPE_CHECKING:
    from titlewright.learning.words.effects import WordReport
    from titlewright.records import Hints

_SHOWN = 12  # effects of a category in the terminal


def register(app: typer.Typer) -> None:
    app.command("words")(words)


def words(
    table: Annotated[
        Path,
        typer.Argument(
            help="Columns: product_id, title, impressions, clicks, perhaps category and brand; or "
            "events, with --titles."
        ),
    ],
    titles: Annotated[
        Path | None, typer.Option(help="For events: title_id, title, perhaps category and brand.")
    ] = None,
    product: Annotated[str, typer.Option(help="Column of the product.")] = "",
    title: Annotated[str, typer.Option(help="Column of the title.")] = "title",
    category: Annotated[str, typer.Option(help="Column to tell apart by.")] = "category",
    brand: Annotated[str, typer.Option(help="Column of the brand.")] = "brand",
    goal: Annotated[str, typer.Option(help="In events: click, cart or purchase.")] = "click",
    language: Annotated[str, typer.Option(help="Of the titles, as in en, de, zh.")] = "en",
    level: Annotated[float, typer.Option(help="False ones among those found, at most.")] = 0.1,
    fewest: Annotated[int, typer.Option(min=2, help="Products that a word must differ in.")] = 5,
    html: Annotated[Path | None, typer.Option(help="Write a page with plots here.")] = None,
    as_json: AsJson = False,
) -> None:
    """Which words and patterns earn clicks, by category, and what that asks of the next titles."""
    from titlewright.learning.words.effects import learn_words
    from titlewright.learning.words.hints import hints_for
    from titlewright.learning.words.reading import Columns, read_shown

    shown = read_shown(table, Columns(product, title, category, brand), titles=titles, goal=goal)
    report = learn_words(shown, level=level, language=language, fewest=fewest)
    hints = {name: hints_for(report, name) for name in report.categories}
    if html is not None:
        from titlewright.learning.words.page import to_html

        write_text(to_html(report, table.name), html)
        say(f"The page is {html}")
    if as_json:
        print_json(report.to_json() | {"hints": {name: _told(one) for name, one in hints.items()}})
        return
    for name in report.categories:
        console().print(_table(report, name))
        console().print(_advice(hints[name]) + "\n", soft_wrap=True)


def _told(hints: Hints) -> dict[str, Any]:
    return {"prefer": list(hints.prefer), "avoid": list(hints.avoid)}


def _advice(hints: Hints) -> str:
    parts = [
        f"{kind}: {escape(', '.join(some))}"
        for kind, some in (("prefer", hints.prefer), ("avoid", hints.avoid))
        if some
    ]
    return "; ".join(parts) or "nothing is sure enough yet to ask of the next titles"


def _table(report: WordReport, category: str) -> Table:
    table = Table(title=escape(category) or "all categories", title_justify="left")
    for name in ("word or pattern", "lift", "95 %", "q", "products", "impressions"):
        table.add_column(name, justify="left" if name == "word or pattern" else "right")
    for one in report.of(category)[:_SHOWN]:
        name = escape(one.name)
        table.add_row(
            f"[bold]{name}[/]" if one.found else name,
            f"{one.lift:+.1%}",
            f"{one.low:+.1%} … {one.high:+.1%}",
            f"{one.q:.2g}",
            f"{one.products:,}",
            f"{one.impressions:,}",
        )
    return table
