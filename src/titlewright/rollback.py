"""Putting back the titles that stood before a run, without touching what was edited since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from titlewright.errors import LedgerError
from titlewright.feeds import Feed, NewTitle, Row, open_feed, rewrite
from titlewright.ledger import Ledger, Run


@dataclass(frozen=True, slots=True)
class Restored:
    """What a rollback did: titles put back, and titles left alone because they were edited."""

    restored: int
    edited: int
    output: Path


def roll_back(book: Ledger, run: Run, feed_path: Path, out: Path | None = None) -> Restored:
    """Write a feed with the titles that stood before a run; `out` defaults to the feed itself.

    Products are matched by id, and rows that share one by their order. A title that is no longer
    the run's own has been edited and stays. Raises LedgerError when the run put its titles in a
    column of their own, and FeedError when the feed can't be read or written.
    """
    if run.settings.get("title_column"):
        raise LedgerError(
            f"Run {run.id} left the old titles alone: its own are in the column "
            f"{run.settings['title_column']!r}. Delete that column instead."
        )
    made: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for title in book.titles(run.id):
        made[title.product].append((title.title, title.previous_title))
    feed = _open_as_before(feed_path, run)
    counts = {"restored": 0, "edited": 0}

    def titles() -> Iterator[NewTitle]:
        for item in feed:
            if not isinstance(item, Row) or not item.titled or item.product.id not in made:
                continue
            previous = _previous(made[item.product.id], item.product.title)
            if previous is None:
                counts["edited"] += 1
            else:
                counts["restored"] += 1
                yield NewTitle(item.number, previous, False)

    target = out or feed_path
    rewrite(feed, target, titles(), keep_rejected=True)
    return Restored(counts["restored"], counts["edited"], target)


def _open_as_before(path: Path, run: Run) -> Feed:
    """The feed, with ids and titles in the columns that the run read and wrote them in."""
    before = run.settings["feed"]
    wanted = {c: field for c, field in before["columns"].items() if field in {"id", "title"}}
    encoding = before["encoding"] or None
    feed = open_feed(path, format=run.format, encoding=encoding)
    found = {c: role.field for c, role in zip(feed.columns, feed.roles(feed.columns), strict=True)}
    if all(found.get(column) == field for column, field in wanted.items()):
        return feed
    return open_feed(path, format=run.format, columns=wanted, encoding=encoding)


def _previous(made: list[tuple[str, str]], present: str) -> str | None:
    """The title that stood before this one; each is used once where several rows share an id."""
    for index, (title, previous) in enumerate(made):
        if title == present:
            if sum(other == present for other, _ in made) > 1:
                del made[index]
            return previous
    return None
