"""The command that learns a ranking: fit-ranking."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from titlewright.cli.options import AsJson, Channel
from titlewright.cli.output import console, print_json, say

if TYPE_CHECKING:
    from titlewright.ranking.fitting import Fitted


def register(app: typer.Typer) -> None:
    app.command("fit-ranking")(fit_ranking)


def fit_ranking(
    feedback: Annotated[
        Path,
        typer.Argument(help="CSV or JSONL: id, title, impressions and clicks, approved, edited."),
    ],
    feed: Annotated[Path, typer.Option(help="The feed with the products.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The ranking's file.")],
    channel: Channel = "google",
    as_json: AsJson = False,
) -> None:
    """Learn what qualities weigh from clicks, approvals and edits, for generate --ranking."""
    from titlewright.channels import get_channel
    from titlewright.feeds import Row, open_feed
    from titlewright.ranking.fitting import fit
    from titlewright.ranking.keeping import write_ranking
    from titlewright.settings import load_settings
    from titlewright.training.opinions import opinions_of, read_feedback

    told = read_feedback(feedback)
    products = (row.product for row in open_feed(feed) if isinstance(row, Row))
    opinions = opinions_of(products, told, get_channel(channel, load_settings().packs))
    if unknown := sorted({one.product for one in told} - set(opinions)):
        say(f"{len(unknown)} products with feedback aren't in {feed}: {', '.join(unknown[:3])}")
    fitted = fit(opinions)
    write_ranking(
        output, fitted.weigher, channel=channel, products=fitted.products, pairs=fitted.pairs
    )
    if as_json:
        print_json(_as_json(fitted))
    else:
        console().print(_table(fitted))
        say(f"{fitted.chosen} are in {output}: titlewright generate FEED -o OUT --ranking {output}")


def _as_json(fitted: Fitted) -> dict[str, Any]:
    trials = {
        name: {"accuracy": one.accuracy, "interval": one.interval, "better": one.better}
        for name, one in fitted.trials.items()
    }
    return {"chosen": fitted.chosen, "products": fitted.products, "pairs": fitted.pairs,
            "trials": trials}  # fmt: skip


def _table(fitted: Fitted) -> Table:
    table = Table(title=f"{fitted.pairs} pairs of titles of {fitted.products} products")
    for name in ("ranking", "agrees", "95 %", "better than the defaults by"):
        table.add_column(name, justify="left" if name == "ranking" else "right")
    for name, one in fitted.trials.items():
        table.add_row(
            f"[bold]{name}[/]" if name == fitted.chosen else name,
            f"{one.accuracy:.1%}",
            f"{one.interval[0]:.1%} … {one.interval[1]:.1%}",
            f"{one.better[0]:+.1%} … {one.better[1]:+.1%}",
        )
    return table
