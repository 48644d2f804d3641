"""One call for shops that record events from Python.

import titlewright
titlewright.record([{"id": "1", "kind": "impression", "time": 1774965600, "product_id": "mug",
                     "title": "Red mug, 300 ml", "user": "alice@example.com"}])
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from titlewright.learning.records import Event
from titlewright.settings import Settings, load_settings

if TYPE_CHECKING:
    from titlewright.learning.shoppers import Shoppers
    from titlewright.learning.store import Appended, EventStore


def record(
    events: Iterable[Event | Mapping[str, Any]], settings: Settings | None = None
) -> Appended:
    """Enter events into the store that the settings name; when this returns, they are on disk.

    Mappings have the fields of Event by name; `user` instead of `who` is a raw id and is hashed,
    `title` instead of `title_id` is the wording, and `time` may be ISO 8601. All or none are
    entered: RecordError says what is wrong with one, and entering them again changes nothing.
    Raises LearningError where the store fails, SettingsError where the key for hashing does.
    """
    from titlewright.learning.feedback.event_rows import Read, hidden, read_event

    store, shoppers = _opened(settings or load_settings())

    def as_read(one: Event | Mapping[str, Any]) -> Read:
        if not isinstance(one, Event):
            return read_event(one, shoppers)
        name, impression = hidden(one.id, shoppers), hidden(one.impression, shoppers)
        return Read(replace(one, id=name, impression=impression), None)

    read = [as_read(one) for one in events]
    store.remember(one.title for one in read if one.title)
    return store.append([one.event for one in read])


@lru_cache(maxsize=4)
def _opened(settings: Settings) -> tuple[EventStore, Shoppers]:
    """One store for a process: opening it costs more than an event."""
    from titlewright.learning.shoppers import load_shoppers
    from titlewright.learning.store import open_store

    return open_store(settings), load_shoppers(settings)
