"""How well a detector tells unsupported titles from supported ones.

"Unsupported" is the positive class: precision is the share of flagged titles that are wrong,
recall the share of wrong titles that are flagged.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from titlewright.evaluation.planted.cases import Case
from titlewright.records import Product

Detector = Callable[[Product, str], bool]  # True: every word of the title is supported


@dataclass(slots=True)
class Tally:
    """Cases of one kind and how many of them were judged rightly."""

    cases: int = 0
    right: int = 0

    @property
    def share(self) -> float | None:
        return self.right / self.cases if self.cases else None


@dataclass(slots=True)
class Detection:
    """The counts of one detector on one set of cases; shares in [0, 1], None without cases."""

    true_positives: int = 0  # wrong titles flagged
    false_positives: int = 0  # right titles flagged
    false_negatives: int = 0  # wrong titles passed
    true_negatives: int = 0  # right titles passed
    kinds: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    variants: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    mistakes: list[Case] = field(default_factory=list)

    @property
    def precision(self) -> float | None:
        return _share(self.true_positives, self.true_positives + self.false_positives)

    @property
    def recall(self) -> float | None:
        return _share(self.true_positives, self.true_positives + self.false_negatives)

    @property
    def rewordings_passed(self) -> float | None:
        return self.kinds["rewording"].share if "rewording" in self.kinds else None

    @property
    def clean_passed(self) -> float | None:
        return self.kinds["clean"].share if "clean" in self.kinds else None

    def to_json(self) -> dict[str, Any]:
        return {
            "cases": sum(tally.cases for tally in self.kinds.values()),
            "precision": self.precision,
            "recall": self.recall,
            "rewordings_passed": self.rewordings_passed,
            "clean_passed": self.clean_passed,
            "kinds": {
                kind: {"cases": tally.cases, "right": tally.share}
                for kind, tally in sorted(self.kinds.items())
            },
        }


def measure_detector(cases: Iterable[Case], detector: Detector) -> Detection:
    """Run a detector over labelled cases."""
    result = Detection()
    for case in cases:
        passed = detector(case.product, case.title)
        right = passed == case.supported
        for tally in (result.kinds[case.kind], result.variants[f"{case.kind}: {case.variant}"]):
            tally.cases += 1
            tally.right += right
        if case.supported:
            result.true_negatives += passed
            result.false_positives += not passed
        else:
            result.false_negatives += passed
            result.true_positives += not passed
        if not right:
            result.mistakes.append(case)
    return result


def word_set_rule(product: Product, title: str) -> bool:
    """The plain rule that a detector has to beat: any word not in the product's text is an error.

    Words are runs of letters and digits, casefolded; each Chinese or Japanese character is one.
    """
    values = [product.brand, product.description, *product.category, *product.attributes.values()]
    return _words(title) <= _words("\n".join(values))


_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|(?:(?![\u3040-\u30ff\u3400-\u9fff])[^\W_])+")


def _words(text: str) -> set[str]:
    return set(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def grounding_detector() -> Detector:
    """Titlewright's own detector, with the last product's index kept for its other titles."""
    from titlewright.grounding import Grounder

    last: tuple[Product, Any] | None = None

    def detect(product: Product, title: str) -> bool:
        nonlocal last
        if last is None or last[0] is not product:
            last = (product, Grounder(product))
        return bool(last[1].ground(title).supported)

    return detect


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
