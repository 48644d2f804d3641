"""The lengths of titles before and after in one histogram."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from titlewright.inspection.lengths import Lengths
from titlewright.records import JsonObject

_WIDTHS = (10, 15, 20, 5)  # of a bar; the first that puts the marks between two bars
_LAST = 250  # lengths past it stand in one open bar


class TitleLengths(Lengths):
    """The lengths of titles, all at least 1."""

    def bins(self, width: int) -> Counter[int]:
        """How many titles by the number of their bin: 1 to `width` is bin 0.

        So a title exactly as long as a limit stands left of it. What is longer than the last bin
        counts there.
        """
        counts: Counter[int] = Counter()
        for length, titles in self._counts.items():
            counts[min((length - 1) // width, _LAST // width)] += titles
        return counts


def length_figures(
    before: TitleLengths, after: TitleLengths, marks: Sequence[int] = ()
) -> JsonObject:
    """{"before", "after": {"median", "p95", "longest"}, "width", "bins": [{"from", "to", ...}]}.

    `to` is the bin's last length, None for the open bin. `marks` are lengths to be marked, such as
    the channel's limit.
    """
    width = next((width for width in _WIDTHS if not any(mark % width for mark in marks)), 10)
    sides = before.bins(width), after.bins(width)
    last = max((*sides[0], *sides[1]), default=-1)
    return {
        "before": _summary(before),
        "after": _summary(after),
        "width": width,
        "bins": [
            {
                "from": number * width + 1,
                "to": (number + 1) * width if number < _LAST // width else None,
                "before": sides[0][number],
                "after": sides[1][number],
            }
            for number in range(last + 1)
        ],
    }


def _summary(lengths: Lengths) -> JsonObject | None:
    if not lengths.longest:
        return None
    return {"median": lengths.quantile(0.5), "p95": lengths.quantile(0.95),
            "longest": lengths.longest}  # fmt: skip
