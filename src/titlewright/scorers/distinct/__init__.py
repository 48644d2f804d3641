"""Distinctness: variants of one product must not get the same title.

`siblings` finds the products of a feed that could, `telling` what tells one from the others,
`scorer` judges titles by it, `clashes` counts what went wrong in the end.
"""

from titlewright.scorers.distinct.clashes import Clash, clashes
from titlewright.scorers.distinct.scorer import DistinctScorer

__all__ = ["Clash", "DistinctScorer", "clashes"]
