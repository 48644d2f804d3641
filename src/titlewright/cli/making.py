"""Commands that make titles: title, generate, demo."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from titlewright.cli.options import (
    AsJson,
    Audience,
    Avoid,
    Candidates,
    Channel,
    Encoding,
    FeedFile,
    Format,
    Generator,
    HintsFile,
    KeepRejected,
    Language,
    LedgerFile,
    Length,
    Mapped,
    Output,
    Prefer,
    Queries,
    RankingFile,
    Rejects,
    Results,
    Resume,
    Seed,
    Strict,
    Style,
    StyleOption,
    TitleColumn,
    Voice,
    Workers,
    hints_of,
    learnt_of,
    mapping,
)
from titlewright.cli.output import complain, console, highlighted, print_json, progress, say
from titlewright.errors import RecordError
from titlewright.generators import DEFAULT
from titlewright.records import Product, Reject, TitleResult
from titlewright.settings import cores, load_settings


def register(app: typer.Typer) -> None:
    app.command("title")(title)
    app.command("generate")(generate)
    app.command("demo")(demo)


def title(
    text: Annotated[
        str, typer.Argument(help="What the product is, or a JSON object; - reads it from stdin.")
    ],
    channel: Channel = "google",
    generator: Generator = DEFAULT,
    candidates: Candidates = 5,
    seed: Seed = 0,
    prefer: Prefer = None,
    avoid: Avoid = None,
    hints: HintsFile = None,
    style: StyleOption = Style.marketplace,
    length: Length = None,
    audience: Audience = "",
    language: Language = "",
    queries: Queries = None,
    voice: Voice = None,
    ranking: RankingFile = None,
    as_json: AsJson = False,
) -> None:
    """Title one product from words or a JSON object.

    titlewright title "Men's waterproof hiking boots, brown leather" --channel ebay
    """
    from titlewright import api
    from titlewright.ranking import Taste

    settings = load_settings()
    product = product_of(read_stdin() if text == "-" else readable(text))
    asked = hints_of(prefer, avoid, style, length, audience, language)
    learnt = learnt_of(hints)
    result = api.generate(
        product,
        channel=channel,
        generator=generator,
        candidates=candidates,
        seed=seed,
        hints=learnt.hints_for(product, asked) if learnt else asked,
        packs=settings.packs,
        aliases=settings.known_aliases,
        taste=Taste(queries, voice, ranking, settings.known_aliases),
    )
    if as_json:
        print_json(result.to_json())
        return
    _show_one(result)


def read_stdin() -> str:
    return sys.stdin.buffer.read().decode("utf-8-sig", "replace")


def readable(argument: str) -> str:
    """An argument whose bytes were no UTF-8 comes with lone surrogates, which nothing can print."""
    return argument.encode("utf-8", "replace").decode()


def product_of(text: str) -> Product:
    from titlewright.api import as_product

    if not text.strip():
        raise RecordError("The text is empty.", advice="Say what the product is.")
    if text.lstrip().startswith("{"):
        try:
            return as_product(json.loads(text))
        except (json.JSONDecodeError, RecursionError) as error:
            raise RecordError(
                f"The product looks like JSON but isn't: {error}.",
                advice='Write it as {"description": "...", "brand": "..."}.',
            ) from error
    return as_product(text)


def _show_one(result: TitleResult) -> None:
    out = console()
    out.print(highlighted(result.title, result.evidence), style="bold", soft_wrap=True)
    score_text = "  ".join(f"{score.name} {score.value:.2f}" for score in result.scores)
    out.print(f"score {result.score:.2f}   {score_text}", style="dim", soft_wrap=True)
    for repair in result.repairs:
        out.print(f"· {repair}", style="dim", markup=False, soft_wrap=True)
    for warning in result.warnings:
        out.print(f"! {warning.message}", style="yellow", markup=False, soft_wrap=True)
    others = [other for other in result.alternatives if other.score is not None]
    if others:
        out.print("\nalso possible", style="dim")
        for other in others:
            out.print(f"  {other.text}  ({other.reason})", markup=False, soft_wrap=True)


def generate(
    feed: FeedFile,
    output: Output,
    channel: Channel = "google",
    generator: Generator = DEFAULT,
    candidates: Candidates = 5,
    seed: Seed = 0,
    results: Results = None,
    rejects: Rejects = None,
    title_column: TitleColumn = None,
    keep_rejected: KeepRejected = False,
    resume: Resume = False,
    format: Format = None,  # noqa: A002 - the option people expect
    map: Mapped = None,  # noqa: A002 - the option people expect
    encoding: Encoding = None,
    prefer: Prefer = None,
    avoid: Avoid = None,
    hints: HintsFile = None,
    style: StyleOption = Style.marketplace,
    length: Length = None,
    audience: Audience = "",
    language: Language = "",
    queries: Queries = None,
    voice: Voice = None,
    ranking: RankingFile = None,
    workers: Workers = None,
    ledger: LedgerFile = None,
    strict: Strict = False,
    as_json: AsJson = False,
) -> None:
    """Title a whole feed: the same feed comes out, with titles that are true and allowed."""
    from titlewright.batch import Job, run_feed
    from titlewright.feeds import open_feed
    from titlewright.ranking import Taste

    settings = load_settings()
    job = Job(
        channel=channel,
        generator=generator,
        candidates=candidates,
        seed=seed,
        hints=hints_of(prefer, avoid, style, length, audience, language),
        learnt=learnt_of(hints),
        title_column=title_column,
        keep_rejected=keep_rejected,
        packs=settings.packs if settings.packs.is_dir() else None,
        aliases=settings.known_aliases,
        taste=Taste(queries, voice, ranking, settings.known_aliases),
    )
    source = open_feed(feed, format=format, columns=mapping(map), encoding=encoding)
    try:
        with progress("titles", None) as moved:
            summary = run_feed(
                source,
                output,
                job,
                results=results,
                rejects=rejects,
                ledger=ledger or settings.ledger,
                resume=resume,
                workers=workers or settings.workers or cores(),
                progress=moved,
            )
    except KeyboardInterrupt:
        complain("Interrupted. The same command with --resume goes on where it was.")
        raise typer.Exit(130) from None
    if as_json:
        print_json({name: getattr(summary, name) for name in summary.__slots__})
    else:
        rejected = rejects or output.with_name(output.name + ".rejects.jsonl")
        show_summary(summary, rejected, undo=title_column is None)
    if strict and summary.rejected:
        raise typer.Exit(1)


def show_summary(summary: object, rejects: Path, *, undo: bool) -> None:
    """What a run did; `undo` says whether there is something to put back."""
    from titlewright.batch import Summary

    assert isinstance(summary, Summary)
    if summary.done_before:
        say(f"Run {summary.run} is finished and its titles stand in {summary.output}: "
            "nothing left to do")  # fmt: skip
        return
    pace = summary.rows / summary.seconds if summary.seconds else 0
    say(f"{summary.titled} titles in {summary.output} ({summary.seconds:.1f} s, {pace:.0f} rows/s)")
    if summary.passed:
        say(f"{summary.passed} rows without a title of their own (variants, images) as they came")
    if summary.rejected:
        say(f"{summary.rejected} rejected, each with its reason in {rejects}")
    if summary.again:
        say(f"{summary.again} of them may yet get their titles: the same command with --resume "
            "tries them again")  # fmt: skip
    say(f"run {summary.run}" + f"; undo with: titlewright rollback {summary.run}" * undo)


def demo(
    channel: Channel = "google",
    rows: Annotated[int, typer.Option(min=1, help="How many products to show.")] = 8,
) -> None:
    """Title the example feed and show titles before and after, with scores and reasons."""
    from titlewright.channels import get_channel
    from titlewright.examples import example_products
    from titlewright.generators import create
    from titlewright.pipeline import Pipeline

    products = example_products()[:rows]
    rules = get_channel(channel, load_settings().packs)
    made = Pipeline(create(DEFAULT), rules).run(products)
    out = console()
    for result in made:
        out.print(_before_after(result))
    out.print(
        "Next: titlewright generate YOUR_FEED.csv -o titled.csv --channel amazon", style="bold"
    )


def _before_after(result: TitleResult | Reject) -> Table:
    from titlewright.explaining.summary import reasons

    table = Table(show_header=False, box=None, padding=(0, 1), pad_edge=False)
    table.add_column(style="dim", no_wrap=True, min_width=7)
    table.add_column(overflow="fold", width=88)
    if isinstance(result, Reject):
        table.add_row("reject", f"{result.problem} {result.advice}")
    else:
        table.add_row("before", result.previous_title or "(none)")
        table.add_row("after", highlighted(result.title, result.evidence), style="bold")
        parts = "  ".join(f"{score.name} {score.value:.2f}" for score in result.scores)
        table.add_row("score", f"{result.score:.2f}   {parts}")
        table.add_row("why", "; ".join(reasons(result)) or "nothing to change", style="dim")
    table.add_row("", "")
    return table
