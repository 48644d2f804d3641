"""Many comparisons at once: p-values made larger so that errors stay rare over all of them.

Holm 1979, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
Statistics 6:65-70: the probability of any false finding. Benjamini and Hochberg 1995, "Controlling
the false discovery rate", Journal of the Royal Statistical Society B 57:289-300: the expected share
of false ones among the findings, where tests are independent or positively dependent. Both take
always-valid p-values as well as those of a fixed end (Holm at any time; Benjamini-Hochberg where
one stops for reasons other than the number of findings, Johari et al. 2022, section 6).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from titlewright.errors import LearningError


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values, in the order given. Raises LearningError for what is no p-value."""
    count = len(p_values)
    adjusted, reached = [0.0] * count, 0.0
    for rank, at in enumerate(_order(p_values)):
        reached = max(reached, min(1.0, (count - rank) * p_values[at]))
        adjusted[at] = reached
    return adjusted


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values (q-values), in the order given. Raises LearningError as `holm` does."""
    count = len(p_values)
    adjusted, reached = [0.0] * count, 1.0
    for rank, at in reversed(list(enumerate(_order(p_values), 1))):
        reached = min(reached, count / rank * p_values[at])
        adjusted[at] = reached
    return adjusted


CORRECTIONS: Mapping[str, Callable[[Sequence[float]], list[float]]] = {
    "holm": holm,
    "benjamini-hochberg": benjamini_hochberg,
    "none": list,
}


def _order(p_values: Sequence[float]) -> list[int]:
    for p in p_values:
        if not 0 <= p <= 1:
            raise LearningError(f"{p!r} is no p-value: it lies between 0 and 1.")
    return sorted(range(len(p_values)), key=lambda at: p_values[at])
