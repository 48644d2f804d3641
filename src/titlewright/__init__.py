"""Titlewright: product feeds in; titles that are true, allowed, found and worth a click out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from titlewright.api import generate, ground, optimize
    from titlewright.learning.recording import record
    from titlewright.learning.records import Event
    from titlewright.ranking import Taste
    from titlewright.records import Hints, Product, Reject, TitleResult

__version__ = "0.1.0"
__all__ = [
    "Event",
    "Hints",
    "Product",
    "Reject",
    "Taste",
    "TitleResult",
    "__version__",
    "generate",
    "ground",
    "optimize",
    "record",
]

_HOMES = {
    "generate": "titlewright.api",
    "ground": "titlewright.api",
    "optimize": "titlewright.api",
    "record": "titlewright.learning.recording",
    "Event": "titlewright.learning.records",
    "Hints": "titlewright.records",
    "Product": "titlewright.records",
    "Reject": "titlewright.records",
    "Taste": "titlewright.ranking",
    "TitleResult": "titlewright.records",
}


def __getattr__(name: str) -> Any:
    """Public names are imported when first asked for, which keeps `import titlewright` quick."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'titlewright' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
