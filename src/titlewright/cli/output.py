"""How the command line shows things: tables for people, JSON for machines, progress on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from titlewright.errors import FeedError
from titlewright.records import Evidence


@cache
def console() -> Console:
    """The terminal, or 100 columns of plain text where the output is no terminal."""
    return Console(width=None if sys.stdout.isatty() else 100, highlight=False)


@cache
def error_console() -> Console:
    return Console(stderr=True, highlight=False)


def complain(message: str) -> None:
    """An error for people, on stderr."""
    error_console().print(f"[bold red]error:[/] {escape(message)}", soft_wrap=True)


def say(message: str) -> None:
    """A remark for people, on stderr so that stdout stays clean for pipes."""
    error_console().print(escape(message), soft_wrap=True)


def print_json(data: object) -> None:
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


def write_json(data: object, path: Path) -> None:
    """JSON to a file, whole or not at all; "-" means stdout."""
    if str(path) == "-":
        print_json(data)
        return
    write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", path)


def write_text(text: str, path: Path) -> None:
    """Text to a file, whole or not at all. Raises FeedError when it can't be written."""
    temporary = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise FeedError(
            f"{path} can't be written: {error.strerror}. Choose another file or folder."
        ) from error


@contextmanager
def progress(label: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A progress bar on stderr when that is a terminal; gives the function that moves it."""
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TimeRemainingColumn(), console=error_console(), transient=True,
        disable=not sys.stderr.isatty(),
    )  # fmt: skip
    with bar:
        task = bar.add_task(label, total=total)
        yield lambda done: bar.update(task, completed=done)


_STYLES = {
    "exact": "green", "inflected": "green", "same quantity": "cyan", "alias": "cyan",
    "category": "blue", "picture": "magenta", "none": "bold red underline",
}  # fmt: skip


def highlighted(title: str, evidence: tuple[Evidence, ...] | list[dict[str, Any]]) -> Text:
    """A title with its spans coloured by the kind of evidence; red has none."""
    text = Text(title)
    for item in evidence:
        data = item.to_json() if isinstance(item, Evidence) else item
        text.stylize(_STYLES.get(data["kind"], ""), data["start"], data["end"])
    return text
