"""The command that shows what came of the titles: results."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from titlewright.cli.feedback import Since, Until, span
from titlewright.cli.options import AsJson, Html
from titlewright.cli.output import console, print_json, say, write_text
from titlewright.settings import load_settings


def register(app: typer.Typer) -> None:
    app.command("results")(results)


def results(
    html: Html = None,
    source: Annotated[
        str, typer.Option(help="events, or a report's name; default: what has most impressions.")
    ] = "",
    since: Since = "",
    until: Until = "",
    products: Annotated[int, typer.Option(min=1, help="Show so many products.")] = 20,
    seed: Annotated[int, typer.Option(help="Same seed, same probabilities.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Show what came of the titles: lift over time, by segment, and each product's titles."""
    from titlewright.learning.results import Asked, analyse
    from titlewright.learning.results.page import to_html
    from titlewright.learning.store import open_store

    asked = Asked(source, *span(since, until), products, seed)
    with open_store(load_settings()) as store:
        analysis = analyse(store, asked)
    if html:
        write_text(to_html(analysis), html)
    if as_json:
        print_json(analysis)
    else:
        _show(analysis)
    if html:
        say(f"the page: {html}")


def _show(analysis: dict[str, Any]) -> None:
    from titlewright.cli.wording import advice
    from titlewright.learning.results.page import NAMES, lift_text, rate_text, summary

    out = console()
    out.print(summary(analysis), style="bold", markup=False, soft_wrap=True)
    for outcome, name in NAMES.items():
        if analysis["lift"][outcome]:
            lift = lift_text(analysis["lift"][outcome])
            out.print(f"{name}, new titles over the control: {lift}", markup=False)
    others = [name for name in analysis["sources"] if name != analysis["source"]]
    if others:
        out.print(f"of {analysis['source']}; there is also: {', '.join(others)} (--source)",
                  style="dim", markup=False)  # fmt: skip
    if analysis["segments"]:
        table = _table("segments", "segment", "impressions", "click rate", "lift", "purchase lift")
        for one in analysis["segments"]:
            table.add_row(
                Text(one["segment"] or "(none)"), f"{one['impressions']:,}",
                rate_text(one["clicks"], one["impressions"]),
                lift_text(one["lift"]["clicks"]), lift_text(one["lift"]["purchases"]),
            )  # fmt: skip
        out.print(table)
    if analysis["words"]:
        asked = analysis["words"]["hints"][""]
        out.print(f"words: {advice(asked['prefer'], asked['avoid'])}", soft_wrap=True)
    for audience in analysis["audiences"]:
        out.print(
            f"{', '.join(audience['segments'])}: {len(audience['choices'])} of "
            f"{audience['products']} products get another title than for everybody", markup=False,
        )  # fmt: skip
    table = _table("titles", "product", "title", "impressions", "click rate", "95 %", "best")
    for product in analysis["products"]:
        for title in sorted(product["titles"], key=lambda one: -one["clicks_belief"]["best"]):
            belief = title["clicks_belief"]
            text = title["text"] or title["title_id"] or "(title not named)"
            table.add_row(
                Text(product["product_id"]),
                Text(text + (" (control)" if title["control"] else "")),
                f"{title['impressions']:,}", rate_text(title["clicks"], title["impressions"]),
                f"{rate_text(belief['low'], 1)} … {rate_text(belief['high'], 1)}",
                f"{belief['best']:.0%}",
            )  # fmt: skip
    out.print(table)


def _table(title: str, *heads: str) -> Table:
    table = Table(title=title, title_justify="left", box=None, header_style="dim")
    for head in heads:
        words = head in ("segment", "product", "title")
        table.add_column(head, justify="left" if words else "right", overflow="fold")
    return table
