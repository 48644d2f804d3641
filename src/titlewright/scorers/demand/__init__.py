"""Demand: what people search for, which of it fits a product, and how much a title covers.

`reading` reads a user's file of search terms, `mining` takes phrases from a feed where there is
none. `fitting` finds the terms that are true of a product (`index`, `truth`, `things`) and that it
answers (`answering`); `covering` tells what a title covers of them, `stuffing` what it overdoes.
"""

from titlewright.scorers.demand.covering import coverage
from titlewright.scorers.demand.fitting import Demand, Fit, Missing
from titlewright.scorers.demand.mining import mined
from titlewright.scorers.demand.reading import read_terms
from titlewright.scorers.demand.scorer import DemandScorer
from titlewright.scorers.demand.terms import Term

__all__ = [
    "Demand", "DemandScorer", "Fit", "Missing", "Term", "coverage", "mined", "read_terms",
]  # fmt: skip
