"""Tables whose cells are text already: one form for the terminal, for Markdown and for pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_MARKS = re.compile(r"([\\`*_\[\]<>|#~])")
_ESCAPED = r"\\\1"


class Table(NamedTuple):
    """`heads` and `rows` are text. All columns but the first are numbers, except those in `words`.

    `words` are the numbers of columns, from 0, that hold words of others (titles, categories): in
    Markdown their marks are escaped. `note` says for people how to read the table.
    """

    title: str
    heads: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    words: tuple[int, ...] = ()
    note: str = ""


def as_markdown(table: Table) -> str:
    """The table with its title and note, ending in a line end."""
    lines = [f"**{plain(table.title)}**", ""]
    lines += [table.note, ""] if table.note else []
    lines.append(f"| {' | '.join(_MARKS.sub(_ESCAPED, head) for head in table.heads)} |")
    numbers = (place for place in range(1, len(table.heads)))
    lines.append("|---|" + "".join("---|" if n in table.words else "---:|" for n in numbers))
    lines += [f"| {' | '.join(_cells(table, row))} |" for row in table.rows]
    return "\n".join(lines) + "\n"


def _cells(table: Table, row: Sequence[str]) -> list[str]:
    return [plain(cell) if place in table.words else cell for place, cell in enumerate(row)]


def plain(text: str) -> str:
    """Text as Markdown that shows it as it is, on one line."""
    return _MARKS.sub(_ESCAPED, " ".join(text.split()))
