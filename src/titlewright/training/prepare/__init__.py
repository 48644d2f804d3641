"""From raw feeds to training data: clean, private, leak-free, without duplicates, split by group.

`prepare` writes a folder; `read_examples` and `read_products` read it, or any feed directly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from titlewright.training.prepare.examples import read_examples, read_products
    from titlewright.training.prepare.options import PrepareOptions
    from titlewright.training.prepare.report import PrepareReport
    from titlewright.training.prepare.run import prepare
    from titlewright.training.prepare.segmentation import segment

__all__ = [
    "PrepareOptions",
    "PrepareReport",
    "prepare",
    "read_examples",
    "read_products",
    "segment",
]

_HOMES = {
    "PrepareOptions": "options",
    "PrepareReport": "report",
    "prepare": "run",
    "read_examples": "examples",
    "read_products": "examples",
    "segment": "segmentation",
}


def __getattr__(name: str) -> Any:
    """Public names are imported when first asked for: training alone needs none of the pipeline."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
