"""Why rows were rejected and what was changed in candidates, counted by kind.

Sentences that differ in their numbers and quotations only are of one kind.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from titlewright.inspection.tally import shown
from titlewright.records import JsonObject, Reject

_KEPT = 500  # kinds that are told apart
_OTHERS = "(further kinds)"
_VARYING = re.compile(r"\"(?:[^\"]|(?<=\d)\"(?=\"))*\"|'[^']*'|\d[\d,.]*")
_LIST = re.compile(r"(?<=not backed by the product): .*|(?<=holds a word to avoid): .*", re.DOTALL)
_DETAIL = re.compile(
    r"(?<=: )(?:the source (?:has it only as|states|says) |named only as what).*", re.DOTALL
)
_NO_CANDIDATE = re.compile(r"No candidate is true and allowed on [^:]*: ")


class Kinds:
    """Counts sentences by kind, with an example each."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._examples: dict[str, str] = {}

    def add(self, sentences: Iterable[str]) -> None:
        """Count a product; of its sentences each kind once."""
        for kind, sentence in {kind_of(sentence): sentence for sentence in sentences}.items():
            if kind not in self._examples:
                kind = kind if len(self._examples) < _KEPT else _OTHERS
                self._examples.setdefault(kind, shown(sentence))
            self._counts[kind] += 1

    def to_json(self, most: int) -> list[JsonObject]:
        """[{"kind", "products", "example"}], most products first."""
        order = sorted(self._counts.items(), key=lambda item: (-item[1], item[0]))
        return [
            {"kind": kind, "products": count, "example": self._examples[kind]}
            for kind, count in order[:most]
        ]


def kind_of(sentence: str) -> str:
    """The sentence without what differs from product to product."""
    general = _DETAIL.sub("the source has it otherwise", _LIST.sub("", sentence))
    return shown(_VARYING.sub("…", general))


def sentences_of(reject: Reject) -> list[str]:
    """Why a row was rejected; a row without an allowed candidate has a reason for each of them."""
    problem = _NO_CANDIDATE.sub("", reject.problem)
    if problem == reject.problem:
        return [problem]
    return problem.split("; ")
