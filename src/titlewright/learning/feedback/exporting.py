"""Events out of the store as JSON lines, for analyses that read files, or for another store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from titlewright.errors import FeedError
from titlewright.learning.records import Event, Title
from titlewright.learning.store import EventStore


def export_events(
    store: EventStore, path: Path, start: float = 0.0, end: float = float("inf")
) -> int:
    """Write the events from `start` and before `end` (seconds since 1970); says how many.

    Who it was is the keyed hash that is stored. Raises FeedError where the file can't be written.
    """
    titles = {(one.product_id, one.id): one for one in store.titles()}
    count = 0
    try:
        with path.open("w", encoding="utf-8") as file:
            for event in store.events(start, end):
                title = titles.get((event.product_id, event.title_id))
                file.write(json.dumps(_row(event, title), ensure_ascii=False) + "\n")
                count += 1
    except OSError as error:
        raise FeedError(f"{path} can't be written: {error.strerror}") from error
    return count


def _row(event: Event, title: Title | None) -> dict[str, Any]:
    """What is known of an event, by the names that import reads; what is empty is left out."""
    told: dict[str, Any] = {name: getattr(event, name) for name in event.__slots__}
    told["features"] = dict(event.features)
    if title:
        told |= {"title": title.text, "category": title.category,
                 "control": title.control or None}  # fmt: skip
    return {name: value for name, value in told.items() if value not in ("", (), {}, None)}
