"""The command that sets model families side by side: compare."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table as RichTable

from titlewright.cli.options import AsJson, Channel, Mapped, mapping
from titlewright.cli.output import complain, console, print_json, say
from titlewright.cli.watching import watched
from titlewright.settings import load_settings


def register(app: typer.Typer) -> None:
    app.command("compare")(compare)


def compare(
    data: Annotated[Path, typer.Argument(help="A feed with titles, or what `prepare` wrote.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder for all of it.")],
    families: Annotated[
        str, typer.Option(help="all that are quick; or families, models, hub names, by commas.")
    ] = "all",
    minutes: Annotated[float, typer.Option(help="Training time of each.")] = 5.0,
    test: Annotated[
        Path | None, typer.Option(help="Products to measure on; default: the test part of DATA.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Measure on so many products.")] = 200,
    candidates: Annotated[int, typer.Option(min=1, max=50, help="Candidates per product.")] = 5,
    channel: Channel = "google",
    seed: Annotated[int, typer.Option(help="Same seed, same split.")] = 0,
    threads: Annotated[
        int, typer.Option(help="CPU threads of training, not of measuring; 0: as torch chooses.")
    ] = 0,
    map: Mapped = None,  # noqa: A002 - the option people expect
    as_json: AsJson = False,
) -> None:
    """Train model families on the same data within the same time, and compare them.

    What stands in the folder isn't measured again: for that, choose a new one.
    """
    from titlewright.evaluation.comparing.entrants import Entrant
    from titlewright.evaluation.comparing.run import Comparison

    wanted = tuple(word.strip() for word in families.split(",") if word.strip())
    comparison = Comparison(
        data,
        output,
        wanted or ("all",),
        minutes,
        test,
        limit,
        candidates,
        channel,
        seed,
        threads,
        mapping(map),
        load_settings().packs,
    )
    doing = {
        "train": f"training, {minutes:g} minutes at most",
        "measure": "measuring",
        "time": "timing, in turn",
    }

    def began(entrant: Entrant | None, what: str) -> None:
        say(f"{entrant.name if entrant else 'all'}: {doing[what]}")

    def failed(entrant: Entrant | None, why: str) -> None:
        complain(f"{entrant.name if entrant else 'all'} failed: {why}")

    try:
        with watched() as on_step:
            result = comparison.execute(on_start=began, on_step=on_step, on_failure=failed)
    except KeyboardInterrupt:
        complain(f"Interrupted; what is done stands in {output}. The same command goes on.")
        raise typer.Exit(130) from None
    if as_json:
        print_json(result)
    else:
        _show(result, output)
    if result["failed"]:
        names = ", ".join(one["name"] for one in result["failed"])
        complain(f"Failed: {names}. The same command tries them again, and nothing else.")
        raise typer.Exit(1)


def _show(result: dict[str, Any], output: Path) -> None:
    from titlewright.evaluation.comparing.tables import tables

    out = console()
    for table in tables(result):
        shown = RichTable(title=table.title, title_justify="left", box=None, header_style="dim")
        for number, head in enumerate(table.heads):
            words = not number or number in table.words
            justify: Any = "left" if words else "right"
            shown.add_column(head.strip(), justify=justify, no_wrap=not number, overflow="fold")
        for row in table.rows:
            shown.add_row(*map(escape, row))
        out.print(shown)
        if table.note:
            out.print(table.note, markup=False, style="dim")
    out.print(
        "* begins with weights that had learnt before; ▲ ▼ beside the n-gram, beyond chance; "
        "? not measured beside it"
    )
    say(f"plots and tables: {output / 'report.html'}; to paste: {output / 'table.md'}")
