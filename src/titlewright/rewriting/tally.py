"""How much a run over a feed changed: titles left alone, titles mended, and how far they moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from titlewright.rewriting.distance import edited_words, letters_changed


@dataclass
class Tally:
    """Give it the lines of a run, one a row; rejects and rows without a title don't count."""

    untouched: int = 0
    mended: int = 0
    words: int = 0
    letters: float = 0.0

    def __call__(self, line: Mapping[str, Any]) -> None:
        if "title" not in line:
            return
        before, after = line["previous_title"], line["title"]
        self.untouched += before == after
        self.mended += before != after
        self.words += edited_words(before, after)
        self.letters += letters_changed(before, after)

    @property
    def mean_words(self) -> float:
        """Words edited a title, over all titles; 0 where there are none."""
        return self.words / (self.untouched + self.mended or 1)

    @property
    def mean_letters(self) -> float:
        """Share of letters changed, over all titles, in [0, 1]."""
        return self.letters / (self.untouched + self.mended or 1)

    def to_json(self) -> dict[str, int | float]:
        return {
            "untouched": self.untouched,
            "mended": self.mended,
            "mean_edited_words": round(self.mean_words, 3),
            "mean_letters_changed": round(self.mean_letters, 4),
        }
