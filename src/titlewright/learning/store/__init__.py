"""Where events are kept: SQLite in one file, or PostgreSQL where several machines write.

with open_store(load_settings()) as store:
    store.append(events)
    store.counts(by=["day"])
"""

from __future__ import annotations

import time

from titlewright.learning.store.counting import EVENTS, Counts
from titlewright.learning.store.reports import DailyCounts, Taken
from titlewright.learning.store.retention import first_kept
from titlewright.learning.store.sources import choose_source
from titlewright.learning.store.store import Appended, EventStore
from titlewright.settings import Settings

__all__ = [
    "EVENTS",
    "Appended",
    "Counts",
    "DailyCounts",
    "EventStore",
    "Taken",
    "choose_source",
    "open_store",
]


def open_store(settings: Settings) -> EventStore:
    """The store that the settings name; events past their time go first.

    Raises LearningError where it can't be opened, MissingExtraError without psycopg.
    """
    store = EventStore(settings.events)
    if settings.keep_days:
        try:
            store.expire(first_kept(settings.keep_days, time.time()))
        except BaseException:
            store.close()
            raise
    return store
