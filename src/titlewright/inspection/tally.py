"""Counting the rows that something is true of, with a fair sample of them in bounded memory."""

from __future__ import annotations

import heapq
from array import array
from collections.abc import Callable
from typing import NamedTuple

from titlewright.text.private import scrub

SAMPLES = 5
EXCERPT = 140  # code points of a sample text that are kept


class Sample(NamedTuple):
    """A row to look at. Private data in `text` and `detail` is masked."""

    row: int
    product_id: str
    field: str
    text: str
    detail: str = ""

    def to_json(self) -> dict[str, object]:
        return {
            "row": self.row,
            "id": self.product_id,
            "field": self.field,
            "text": self.text,
            "detail": self.detail,
        }


class Tally:
    """Row numbers (four bytes each) and a sample of them.

    The sample is the rows with the smallest hash of their number: an even draw over the whole
    feed that needs no random state and comes out the same every time.
    """

    __slots__ = ("_heap", "_texts", "numbers")

    def __init__(self) -> None:
        self.numbers = array("I")
        self._heap: list[tuple[int, Sample]] = []
        self._texts: set[str] = set()

    def __len__(self) -> int:
        return len(self.numbers)

    def add(self, row: int, sample: Callable[[], Sample]) -> None:
        """Count the row; `sample` is called only if the row is drawn."""
        self.numbers.append(row)
        priority = -(row * 0x9E3779B1 & 0xFFFFFFFF)
        if len(self._heap) == SAMPLES and priority <= self._heap[0][0]:
            return
        drawn = masked(sample())
        if drawn.text in self._texts:
            return
        self._texts.add(drawn.text)
        heapq.heappush(self._heap, (priority, drawn))
        if len(self._heap) > SAMPLES:
            self._texts.discard(heapq.heappop(self._heap)[1].text)

    @property
    def samples(self) -> list[Sample]:
        """The sample in row order."""
        return sorted(sample for _, sample in self._heap)


def masked(sample: Sample) -> Sample:
    """The sample fit to be shown: private data masked, long texts cut at a word."""
    return sample._replace(
        product_id=shown(sample.product_id), text=shown(sample.text), detail=shown(sample.detail)
    )


def shown(text: str) -> str:
    """A text fit to be shown: private data masked, long ones cut at a word."""
    return excerpt(scrub(text))


def excerpt(text: str, length: int = EXCERPT) -> str:
    """One line of at most `length` code points, cut between words where there are any."""
    text = " ".join(text[: 4 * length].split())
    if len(text) <= length:
        return text
    head = text[: length - 1]
    cut = head.rfind(" ")
    return (head[:cut] if cut > length // 2 else head) + "…"


def around(text: str, start: int, end: int, length: int = EXCERPT) -> str:
    """The part of a long text that holds [start:end], with an ellipsis where it is cut."""
    if len(text) <= length or end <= length - 1:
        return text
    left = max(0, start - length // 3)
    return ("…" if left else "") + text[left : left + length]
