"""From raw feeds to training data: clean, private, leak-free, without duplicates, split by group.

`prepare` writes a folder; `read_examples` and `read_products` read it, or any feed directly.
"""

from __future__ import annotations

from titlewright.training.prepare.examples import read_examples, read_products
from titlewright.training.prepare.options import PrepareOptions
from titlewright.training.prepare.report import PrepareReport
from titlewright.training.prepare.run import prepare

__all__ = ["PrepareOptions", "PrepareReport", "prepare", "read_examples", "read_products"]
