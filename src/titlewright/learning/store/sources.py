"""Which of the sources of counts to look at: rates of an ad and of a shop's page don't compare."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from titlewright.errors import LearningError
from titlewright.learning.store.counting import Counts


def choose_source(counts: Iterable[Counts], wanted: str = "") -> tuple[str, dict[str, float]]:
    """The wanted source, or the one with most impressions; and how much there is of each.

    Raises LearningError where nothing was recorded, or nothing of the wanted one.
    """
    shown: dict[str, float] = defaultdict(float)
    for one in counts:
        shown[one.source] += one.impressions or one.clicks
    if not shown:
        raise LearningError("Nothing was recorded in that time: titlewright feedback import FILE")
    if wanted and wanted not in shown:
        raise LearningError(
            f"There is nothing of {wanted!r}. There is: {', '.join(sorted(shown))}."
        )
    return wanted or max(sorted(shown), key=shown.__getitem__), dict(shown)
