"""Options that several commands have, and what is made of them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from titlewright.errors import SettingsError
from titlewright.records import Hints

if TYPE_CHECKING:
    from titlewright.learning.words.keeping import LearntHints

Channel = Annotated[str, typer.Option("--channel", "-c", help="Sales channel, see `channels`.")]
Generator = Annotated[str, typer.Option("--generator", "-g", help="Who writes the candidates.")]
Candidates = Annotated[int, typer.Option(min=1, max=50, help="Candidates per product.")]
Seed = Annotated[int, typer.Option(help="Same seed, same titles.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Prefer = Annotated[
    list[str] | None, typer.Option(help="A word to use where it is true; repeat for more.")
]
Avoid = Annotated[list[str] | None, typer.Option(help="A word never to use; repeat for more.")]


class Style(StrEnum):
    marketplace = "marketplace"
    short = "short"
    headline = "headline"


Length = Annotated[
    int | None, typer.Option(min=10, help="As long as this, or a little shorter; 30, 75, 150...")
]
Audience = Annotated[str, typer.Option(help="Who it is for, as in women, kids, gamers.")]
Language = Annotated[str, typer.Option(help="The title's language, as in en, zh, de.")]
StyleOption = Annotated[Style, typer.Option(help="marketplace, short (mobile) or ad headline.")]

Queries = Annotated[
    Path | None, typer.Option(help="CSV of what people search: query, volume, clicks.")
]
Voice = Annotated[Path | None, typer.Option(help="Titles that you like, one a line, or a feed.")]
HintsFile = Annotated[
    Path | None, typer.Option("--hints", help="Words that earn clicks: what `words -o` wrote.")
]
RankingFile = Annotated[Path | None, typer.Option("--ranking", help="What fit-ranking wrote.")]

FeedFile = Annotated[Path, typer.Argument(help="The feed: CSV, TSV, JSONL, XML, Parquet...")]
Output = Annotated[Path, typer.Option("--output", "-o", help="The feed with its new titles.")]
Results = Annotated[Path | None, typer.Option(help="JSONL with evidence, scores and runner-ups.")]
Rejects = Annotated[
    Path | None, typer.Option(help="JSONL of named rejects; default OUTPUT.rejects.jsonl.")
]
TitleColumn = Annotated[
    str | None, typer.Option(help="Put titles in this column and leave the old ones alone.")
]
KeepRejected = Annotated[
    bool, typer.Option(help="Rows without a true and allowed title stay as they came.")
]
Resume = Annotated[bool, typer.Option(help="Go on with a run that was stopped.")]
Format = Annotated[str | None, typer.Option(help="The feed's format, where detection is wrong.")]
Mapped = Annotated[list[str] | None, typer.Option(help="column=field, repeat for more.")]
Encoding = Annotated[str | None, typer.Option(help="The feed's encoding.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes; default: one a core.")]
LedgerFile = Annotated[Path | None, typer.Option(help="The ledger's file.")]
Html = Annotated[Path | None, typer.Option(help="Write a page with plots here.")]
Strict = Annotated[bool, typer.Option(help="Exit with 1 when any row was rejected.")]


def hints_of(
    prefer: list[str] | None,
    avoid: list[str] | None,
    style: Style,
    length: int | None,
    audience: str,
    language: str,
) -> Hints:
    return Hints(
        prefer=tuple(prefer or ()),
        avoid=tuple(avoid or ()),
        target_length=length,
        style=style.value,
        audience=audience,
        language=language,
    )


def learnt_of(path: Path | None) -> LearntHints | None:
    """The words of a file of hints. Raises LearningError for another file."""
    if path is None:
        return None
    from titlewright.learning.words.keeping import LearntHints

    return LearntHints.read(path)


def mapping(pairs: list[str] | None) -> dict[str, str]:
    """--map column=field, as a dictionary. Raises SettingsError for anything else."""
    columns = {}
    for pair in pairs or ():
        column, separator, field = pair.rpartition("=")
        if not separator or not column or not field:
            raise SettingsError(f"--map wants column=field, not {pair!r}; for example Name=title.")
        columns[column] = field
    return columns
