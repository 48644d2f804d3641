"""What the preparation did: rows per step with examples, and what the examples look like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from titlewright.records import JsonObject, Reject
from titlewright.training.prepare.rows import PreparedRow
from titlewright.training.prepare.segmentation import content_words, segment
from titlewright.training.prepare.steps import STEPS, Counts, Shown, Step

_FREQUENT = 40  # words that are listed
BACKED_BINS = 10


@dataclass(slots=True)
class Statistics:
    """What the examples of all splits look like."""

    title_words: Counter[int] = field(default_factory=Counter)  # words in a title -> titles
    backed: list[int] = field(default_factory=lambda: [0] * BACKED_BINS)
    languages: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)

    def add(self, row: PreparedRow) -> None:
        title = row.product.title
        self.title_words[len(segment(title))] += 1
        self.backed[min(int(row.backed * BACKED_BINS), BACKED_BINS - 1)] += 1
        self.languages[row.language] += 1
        self.words.update(set(content_words(title, row.language)))

    def median_words(self) -> int:
        middle = self.title_words.total() / 2
        for words in sorted(self.title_words):
            middle -= self.title_words[words]
            if middle <= 0:
                return words
        return 0

    def to_json(self) -> JsonObject:
        return {
            "languages": dict(_most(self.languages, len(self.languages))),
            "title_words": {str(n): self.title_words[n] for n in sorted(self.title_words)},
            "backed_words": self.backed,
            "frequent_title_words": dict(_most(self.words, _FREQUENT)),
        }


def _most(counts: Counter[str], number: int) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:number]


class StepReport(NamedTuple):
    """One step: rows that came to it, rows that it touched, and some of these."""

    step: Step
    rows_in: int
    rows: int
    examples: Sequence[Shown]

    def to_json(self) -> JsonObject:
        return {
            "id": self.step.id,
            "title": self.step.title,
            "effect": self.step.effect,
            "rows_in": self.rows_in,
            "rows": self.rows,
            "examples": [shown.to_json() for shown in self.examples],
        }


@dataclass(frozen=True, slots=True)
class PrepareReport:
    """The outcome of a preparation.

    rows      data rows read, of all feeds
    sources   the names of the feeds, in order
    splits    examples in train, dev and test, and products in text (which holds train too)
    groups    groups of rows that stay together, among the examples
    largest_group  examples in the largest of them
    """

    rows: int
    sources: tuple[str, ...]
    splits: dict[str, int]
    groups: int
    largest_group: int
    steps: tuple[StepReport, ...]
    statistics: Statistics
    rejects: tuple[Reject, ...]
    unwanted: frozenset[str] = frozenset()  # splits that were asked to be empty

    @property
    def examples(self) -> int:
        return sum(count for split, count in self.splits.items() if split != "text")

    def warnings(self) -> list[str]:
        """What a user should know before training on it."""
        found = [
            f"{split}.parquet is empty: give more rows, a larger share, or another seed."
            for split, count in self.splits.items()
            if not count and self.examples and split not in self.unwanted
        ]
        if self.examples and self.largest_group > 0.1 * self.examples > 1:
            found.append(
                f"One group holds {self.largest_group:,} of {self.examples:,} examples, so the "
                "splits may be lopsided: name a column that groups rows better."
            )
        return found

    def to_json(self) -> JsonObject:
        return {
            "rows": self.rows,
            "sources": list(self.sources),
            "splits": self.splits,
            "groups": self.groups,
            "largest_group": self.largest_group,
            "warnings": self.warnings(),
            "steps": [step.to_json() for step in self.steps],
            "unreadable": [reject.to_json() for reject in self.rejects],
            "statistics": self.statistics.to_json(),
        }


def step_reports(rows: int, counts: Counts) -> tuple[StepReport, ...]:
    """Every step in order; those that take rows out of the examples lessen what comes after."""
    reports = []
    for step in STEPS.values():
        touched = counts.rows[step.id]
        reports.append(StepReport(step, rows, touched, counts.examples(step.id)))
        if step.effect in ("removed", "text only"):
            rows -= touched
    return tuple(reports)
