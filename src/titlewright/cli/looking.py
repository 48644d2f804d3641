"""Commands that look back: benchmark, ledger, approve, rollback."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from titlewright.cli.options import AsJson, Channel
from titlewright.cli.output import console, print_json, progress, say, write_json
from titlewright.errors import LedgerError
from titlewright.generators import DEFAULT
from titlewright.settings import load_settings

LedgerFile = Annotated[Path | None, typer.Option("--ledger", help="The ledger's file.")]


def register(app: typer.Typer) -> None:
    app.command("benchmark")(benchmark)
    app.command("ledger")(ledger)
    app.command("approve")(approve)
    app.command("rollback")(rollback)


def benchmark(
    feed: Annotated[
        Path, typer.Argument(help="What `prepare` wrote (its test part), or a feed with titles.")
    ],
    judgments: Annotated[
        Path | None, typer.Option(help="CSV of query, id, grade: measures findability.")
    ] = None,
    generator: Annotated[str, typer.Option("--generator", "-g", help="Who writes.")] = DEFAULT,
    channel: Channel = "google",
    beside: Annotated[
        list[str] | None,
        typer.Option(help="A further generator to compare with; repeat for more."),
    ] = None,
    candidates: Annotated[int, typer.Option(min=1, max=50)] = 5,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Measure a seeded sample of this size.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Same seed, same numbers.")] = 0,
    json_out: Annotated[
        Path | None, typer.Option("--json", help="Write the figures here; - for stdout.")
    ] = None,
) -> None:
    """Measure a generator on products with known titles, beside the baselines."""
    from titlewright.channels import get_channel
    from titlewright.evaluation.benchmark import benchmark as measure
    from titlewright.evaluation.benchmark import render
    from titlewright.generators import create

    with progress("writing", None) as moved:
        result = measure(
            feed,
            generator=create(generator),
            channel=get_channel(channel, load_settings().packs),
            judgments=judgments,
            limit=limit,
            seed=seed,
            candidates=candidates,
            beside={name: create(name) for name in beside or ()},
            progress=lambda done, _: moved(done),
        )
    result["command"] = " ".join(["titlewright", *sys.argv[1:]])
    if json_out is not None:
        write_json(result, json_out)
    if str(json_out) != "-":
        console().print(render(result))


def ledger(
    run: Annotated[str | None, typer.Argument(help='A run\'s id, or "last".')] = None,
    ledger: LedgerFile = None,
    as_json: AsJson = False,
) -> None:
    """List the runs, or show one with its events."""
    from titlewright.ledger import Ledger

    with Ledger(ledger or load_settings().ledger) as book:
        if run is not None:
            found = book.run(run)
            data = found.to_json() | {"events": book.events(found.id)}
            if as_json:
                print_json(data)
                return
            for name, value in data.items():
                text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                console().print(f"{name:12}{text}", markup=False, soft_wrap=True)
            return
        runs = book.runs()
    if as_json:
        print_json([item.to_json() for item in runs])
        return
    table = Table(box=None, header_style="dim")
    table.add_column("run", no_wrap=True)
    for heading in ("finished", "channel", "generator", "titles", "rejects", "cost", "output"):
        table.add_column(heading, overflow="fold")
    for item in runs:
        finished = item.finished[:19].replace("T", " ") or "(not yet)"
        table.add_row(item.id, finished, item.channel, item.generator,
                      str(item.titles), str(item.rejects), f"{item.cost:.4f}" if item.cost else "",
                      item.output)  # fmt: skip
    console().print(table if runs else "No run yet: titlewright generate FEED -o OUT")


def approve(
    run: Annotated[str, typer.Argument(help='A run\'s id, or "last".')],
    person: Annotated[str, typer.Option("--by", help="Who approves.")],
    products: Annotated[
        list[str] | None, typer.Option("--id", help="Only these products; repeat for more.")
    ] = None,
    note: Annotated[str, typer.Option(help="Why, in your words.")] = "",
    ledger: LedgerFile = None,
) -> None:
    """Write down who approved a run, or some of its titles."""
    from titlewright.ledger import Ledger

    with Ledger(ledger or load_settings().ledger) as book:
        found = book.run(run)
        known = {title.product for title in book.titles(found.id)} if products else set()
        unknown = [product for product in products or () if product not in known]
        if unknown:
            raise LedgerError(f"Run {found.id} has no title for product {unknown[0]!r}.")
        for product in products or (None,):
            book.event(found.id, "approved", person=person, product=product, note=note)
    what = f"{len(products)} titles of run" if products else "run"
    say(f"{what} {found.id} approved by {person}")


def rollback(
    run: Annotated[str, typer.Argument(help='A run\'s id, or "last".')],
    feed: Annotated[
        Path | None, typer.Option(help="The feed to put back; default: the run's output.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write here; default: over the feed.")
    ] = None,
    person: Annotated[str, typer.Option("--by", help="Who asks for it.")] = "",
    ledger: LedgerFile = None,
) -> None:
    """Put the titles back that stood before a run. Titles edited since then are left alone."""
    from titlewright.ledger import Ledger
    from titlewright.rollback import roll_back

    with Ledger(ledger or load_settings().ledger) as book:
        found = book.run(run)
        done = roll_back(book, found, feed or Path(found.output), output)
        book.event(found.id, "rolled back", person=person, note=f"{done.restored} titles")
    say(f"{done.restored} titles put back in {done.output}")
    if done.edited:
        say(f"{done.edited} left alone: someone has changed them since")
