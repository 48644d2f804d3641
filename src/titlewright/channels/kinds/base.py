"""What every kind of rule can do: find what breaks it, say so, and perhaps fix it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Self

from titlewright.channels.case import Case
from titlewright.channels.options import Options
from titlewright.channels.seams import cut
from titlewright.records import Span

Place = Span | None  # None: the title as a whole


class Fix(NamedTuple):
    """A changed title and, in words, what was changed."""

    text: str
    change: str


class Kind(ABC):
    """A compiled rule."""

    @classmethod
    @abstractmethod
    def build(cls, options: Options) -> Self:
        """Compile the options of a rule."""

    @abstractmethod
    def find(self, case: Case) -> Sequence[Place]:
        """Where the title breaks the rule, left to right."""

    def fix(self, case: Case, found: Sequence[Place]) -> Fix | None:  # noqa: ARG002
        """The title changed as little as needed, or None when that can't be done."""
        return None

    def describe(self, message: str, case: Case, place: Place) -> str:
        """The rule's message about one place."""
        return message.replace("{found}", case.text[slice(*place)] if place else case.text)


def cut_all(case: Case, found: Sequence[Place]) -> Fix | None:
    """The title without the spans found."""
    spans = [place for place in found if place is not None]
    text = case.text
    for span in reversed(spans):
        if text[slice(*span)] == case.text[slice(*span)]:  # else closing a seam has taken it
            text = cut(text, *span)
    return Fix(text, f"Removed {quoted(case.text[slice(*span)] for span in spans)}.")


def without_overlaps(spans: list[Span]) -> list[Span]:
    """Left to right, the longest of those that begin together, none inside another."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def quoted(texts: Iterable[str]) -> str:
    """Texts for a sentence: "this", "that"; each once."""
    return ", ".join(f'"{text}"' for text in dict.fromkeys(texts))
