"""Commands that make training data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from titlewright.cli.options import AsJson, Format, Mapped, Workers, mapping
from titlewright.cli.output import complain, console, print_json, progress, say
from titlewright.settings import cores, load_settings

if TYPE_CHECKING:
    from titlewright.training.prepare import PrepareReport

_STAGES = {"clean": "cleaning", "compare": "comparing", "write": "writing"}


def register(app: typer.Typer) -> None:
    app.command("prepare")(prepare)


def prepare(
    feeds: Annotated[list[Path], typer.Argument(help="Feeds with titles, in any format.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder to write.")],
    languages: Annotated[
        str, typer.Option(help="Codes to keep, such as en,zh; default: all.")
    ] = "",
    min_words: Annotated[int, typer.Option(help="Fewest words of a title.")] = 2,
    max_words: Annotated[int, typer.Option(help="Most words of a title.")] = 40,
    min_input_words: Annotated[int, typer.Option(help="Fewest words beside the title.")] = 4,
    min_backed: Annotated[
        float, typer.Option(help="Least share of a title's words that the row states elsewhere.")
    ] = 0.0,
    dev: Annotated[float, typer.Option(help="Share of the groups to stop training by.")] = 0.05,
    test: Annotated[float, typer.Option(help="Share of the groups to measure with.")] = 0.1,
    seed: Annotated[int, typer.Option(help="Same seed, same split.")] = 0,
    group: Annotated[
        str, typer.Option(help="Column whose rows stay together; default: brand and title family.")
    ] = "",
    keep_duplicates: Annotated[bool, typer.Option(help="Keep rows that say the same.")] = False,
    format: Format = None,  # noqa: A002 - the option people expect
    map: Mapped = None,  # noqa: A002 - the option people expect
    force: Annotated[bool, typer.Option(help="Replace what an earlier run wrote.")] = False,
    workers: Workers = None,
    as_json: AsJson = False,
) -> None:
    """Turn feeds into training data: clean, private, without leaks and duplicates, split."""
    from titlewright.training.prepare import PrepareOptions
    from titlewright.training.prepare import prepare as run

    options = PrepareOptions(
        languages=tuple(code.strip().lower() for code in languages.split(",") if code.strip()),
        min_words=min_words,
        max_words=max_words,
        min_input_words=min_input_words,
        min_backed=min_backed,
        dev=dev,
        test=test,
        seed=seed,
        group=group,
        keep_duplicates=keep_duplicates,
        columns=mapping(map),
        format=format,
    )
    try:
        with _stages() as moved:
            report = run(
                feeds,
                output,
                options,
                force=force,
                workers=workers or load_settings().workers or cores(),
                progress=moved,
            )
    except KeyboardInterrupt:
        complain("Interrupted. Nothing was written.")
        raise typer.Exit(130) from None
    if as_json:
        print_json(report.to_json())
    else:
        _show(report, output)


@contextmanager
def _stages() -> Iterator[Callable[[str, int], None]]:
    """A progress bar for the stage that is under way; gives the function that moves it."""
    with ExitStack() as bars:
        under_way = ""
        move: Callable[[int], None]

        def moved(stage: str, rows: int) -> None:
            nonlocal under_way, move
            if stage != under_way:
                bars.close()
                move = bars.enter_context(progress(_STAGES[stage], None))
                under_way = stage
            move(rows)

        yield moved


def _show(report: PrepareReport, output: Path) -> None:
    table = Table("step", box=None, header_style="dim")
    table.add_column("rows", justify="right")
    table.add_column("of", justify="right")
    table.add_column("", overflow="fold")
    for item in report.steps:
        if item.rows:
            table.add_row(item.step.title, f"{item.rows:,}", f"{item.rows_in:,}", item.step.effect)
    console().print(table)
    for warning in report.warnings():
        say(f"warning: {warning}")
    splits = report.splits
    say(
        f"{report.examples:,} examples from {report.rows:,} rows in {output}: "
        f"train {splits['train']:,}, dev {splits['dev']:,}, test {splits['test']:,}; "
        f"{splits['text']:,} products to pretrain on. Look at {output / 'report.html'}"
    )
