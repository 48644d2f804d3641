"""What tests of recorded feedback share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from titlewright.learning.store import EventStore, open_store
from titlewright.settings import load_settings


@pytest.fixture
def opened() -> Iterator[EventStore]:
    """The store that commands of this test use."""
    with open_store(load_settings()) as store:
        yield store
