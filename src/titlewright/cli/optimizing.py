"""The command that improves the titles that a feed has: optimize."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from titlewright.cli.making import show_summary
from titlewright.cli.options import (
    AsJson,
    Avoid,
    Candidates,
    Channel,
    Encoding,
    FeedFile,
    Format,
    Generator,
    HintsFile,
    KeepRejected,
    LedgerFile,
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
    TitleColumn,
    Voice,
    Workers,
    learnt_of,
    mapping,
)
from titlewright.cli.output import complain, print_json, progress, say
from titlewright.generators import DEFAULT
from titlewright.records import Hints
from titlewright.settings import cores, load_settings


class Edits(StrEnum):
    small = "small"
    free = "free"


class ToneName(StrEnum):
    plain = "plain"
    premium = "premium"
    playful = "playful"
    technical = "technical"


def register(app: typer.Typer) -> None:
    app.command("optimize")(optimize)


def optimize(
    feed: FeedFile,
    output: Output,
    channel: Channel = "google",
    edits: Annotated[
        Edits, typer.Option(help="small: few words, to mend what is wrong; free: rewritten too.")
    ] = Edits.small,
    prefer: Prefer = None,
    avoid: Avoid = None,
    hints: HintsFile = None,
    tone: Annotated[
        ToneName | None, typer.Option(help="Which of the product's own words to prefer.")
    ] = None,
    like: Annotated[
        Path | None, typer.Option(help="A feed with titles in the form that you want.")
    ] = None,
    queries: Queries = None,
    voice: Voice = None,
    ranking: RankingFile = None,
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
    workers: Workers = None,
    ledger: LedgerFile = None,
    strict: Strict = False,
    as_json: AsJson = False,
) -> None:
    """Improve the titles of a feed by few edits; good titles are left alone."""
    from titlewright.batch import OptimizeJob, run_feed
    from titlewright.feeds import open_feed
    from titlewright.ranking import Taste
    from titlewright.rewriting.tally import Tally

    settings = load_settings()
    job = OptimizeJob(
        channel=channel,
        generator=generator,
        candidates=candidates,
        seed=seed,
        hints=Hints(prefer=tuple(prefer or ()), avoid=tuple(avoid or ())),
        learnt=learnt_of(hints),
        title_column=title_column,
        keep_rejected=keep_rejected,
        packs=settings.packs if settings.packs.is_dir() else None,
        aliases=settings.known_aliases,
        taste=Taste(queries, voice, ranking, settings.known_aliases),
        edits=edits.value,
        tone=tone.value if tone else None,
        like=like,
    )
    source = open_feed(feed, format=format, columns=mapping(map), encoding=encoding)
    tally = Tally()
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
                watch=tally,
            )
    except KeyboardInterrupt:
        complain("Interrupted. The same command with --resume goes on where it was.")
        raise typer.Exit(130) from None
    if as_json:
        counts = {name: getattr(summary, name) for name in summary.__slots__}
        print_json(counts | ({} if summary.done_before else tally.to_json()))
    else:
        if not summary.done_before:
            say(
                f"{tally.untouched} titles untouched, {tally.mended} mended; edited in the mean: "
                f"{tally.mean_words:.1f} words, {tally.mean_letters:.1%} of the letters"
            )
        rejected = rejects or output.with_name(output.name + ".rejects.jsonl")
        show_summary(summary, rejected, undo=title_column is None)
    if strict and summary.rejected:
        raise typer.Exit(1)
