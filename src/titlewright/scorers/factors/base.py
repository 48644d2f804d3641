"""What all plain factors share: a title is judged by itself, and the score says why."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from titlewright.records import Candidate, Product, Score


class Factor(ABC):
    """A quality that is counted from the title's words. `name` stands on every score."""

    name: str

    @abstractmethod
    def judge(self, product: Product, title: str) -> Score:
        """The score of one title."""

    def score(
        self,
        product: Product,
        candidates: Sequence[Candidate],
        audience: str | None = None,  # noqa: ARG002 - counted is what stands there, for whomever
    ) -> list[Score]:
        return [self.judge(product, candidate.text) for candidate in candidates]


def quoted(words: Sequence[str], most: int = 3) -> str:
    """Words for a sentence: “mug”, “steel”, each once, the first of them."""
    return ", ".join(f"“{word}”" for word in list(dict.fromkeys(words))[:most])
