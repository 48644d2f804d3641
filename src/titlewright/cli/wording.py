"""The command that says which words earn clicks: words."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from titlewright.cli.options import AsJson, Html
from titlewright.cli.output import console, print_json, say, write_text
from titlewright.settings import load_settings

if TYPE_CHECKING:
    from titlewright.learning.words.effects import WordReport
    from titlewright.learning.words.features import Shown

_SHOWN = 12  # effects of a category in the terminal


class Goal(StrEnum):
    click = "click"
    cart = "cart"
    purchase = "purchase"


def register(app: typer.Typer) -> None:
    app.command("words")(words)


def words(
    table: Annotated[
        Path | None,
        typer.Argument(
            help="Columns: product_id, title, impressions, clicks, perhaps category and brand; or "
            "events. Without it what `feedback import` has recorded is read."
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Hints for `generate --hints`.")
    ] = None,
    source: Annotated[
        str, typer.Option(help="Of what was recorded: events, or a report's name.")
    ] = "",
    titles: Annotated[
        Path | None,
        typer.Option(help="For events without wording: title_id, title, category, brand."),
    ] = None,
    product: Annotated[str, typer.Option(help="Column of the product.")] = "",
    title: Annotated[str, typer.Option(help="Column of the title.")] = "title",
    category: Annotated[str, typer.Option(help="Column to tell apart by.")] = "category",
    brand: Annotated[str, typer.Option(help="Column of the brand.")] = "brand",
    goal: Goal = Goal.click,
    language: Annotated[str, typer.Option(help="Of the titles, as in en, de, zh.")] = "en",
    level: Annotated[float, typer.Option(help="False ones among those found, at most.")] = 0.1,
    fewest: Annotated[int, typer.Option(min=2, help="Products that a word must differ in.")] = 5,
    html: Html = None,
    as_json: AsJson = False,
) -> None:
    """Which words and patterns earn clicks, by category, and what that asks of the next titles."""
    from titlewright.learning.words.effects import learn_words
    from titlewright.learning.words.keeping import LearntHints
    from titlewright.learning.words.page import to_html, word_figures

    if table is None:
        shown = _recorded(source, goal)
    else:
        from titlewright.learning.words.reading import Columns, read_shown

        columns = Columns(product, title, category, brand)
        shown = read_shown(table, columns, titles=titles, goal=goal)
    report = learn_words(shown, level=level, language=language, fewest=fewest)
    learnt = LearntHints.of(report)
    if output is not None:
        learnt.save(output)
        say(f"The hints are {output}: titlewright generate FEED -o OUT --hints {output}")
    if html is not None:
        write_text(to_html(word_figures(report), table.name if table else ""), html)
        say(f"The page is {html}")
    if as_json:
        print_json(word_figures(report))
        return
    for name in report.categories:
        console().print(_table(report, name))
        hints = learnt.by_category[name]
        console().print(advice(hints.prefer, hints.avoid) + "\n", soft_wrap=True)


def _recorded(source: str, goal: Goal) -> list[Shown]:
    from titlewright.learning.store import open_store
    from titlewright.learning.words.stored import stored_words

    with open_store(load_settings()) as store:
        return stored_words(store, source=source, goal=goal)


def advice(prefer: Sequence[str], avoid: Sequence[str]) -> str:
    parts = [
        f"{kind}: {escape(', '.join(some))}"
        for kind, some in (("prefer", prefer), ("avoid", avoid))
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
