"""What a judge is asked: which of two titles is the product's own, the seller's or a wrong one.

Wrong titles are the seller's own, spoilt (a judge of style learns from these), and other products'
(a judge of truth; Reed et al. 2016, section 4.2, pair pictures with other texts for the same
reason), half of these of the same brand, which are harder.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from titlewright.generators import Examples
from titlewright.generators.spoiling import spoil
from titlewright.generators.writing.units import split
from titlewright.records import Example
from titlewright.text.words import fold

Kind = Literal["spoilt", "swapped", "same brand"]
KINDS: tuple[Kind, ...] = ("spoilt", "swapped", "same brand")
_WEIGHTS = (2, 1, 1)
_TRIES = 8


class Question(NamedTuple):
    """An example and a title that isn't its product's; `wrong` is empty where none was found."""

    example: Example
    wrong: str
    kind: Kind


def questions(examples: Examples, seed: int = 0) -> Callable[[int], list[Question]]:
    """The questions of each epoch (0, 1, ...), one an example, others each time."""

    def of_epoch(epoch: int) -> list[Question]:
        known = examples(epoch) if callable(examples) else examples
        rng = random.Random(f"judge:{seed}:{epoch}")
        brands: defaultdict[str, list[Example]] = defaultdict(list)
        for example in known:
            brands[fold(example.product.brand)].append(example)
        return [_question(example, known, brands, rng) for example in known]

    return of_epoch


def _question(
    example: Example,
    known: Sequence[Example],
    brands: dict[str, list[Example]],
    rng: random.Random,
) -> Question:
    kind = rng.choices(KINDS, _WEIGHTS)[0]
    for other in dict.fromkeys((kind, *KINDS)):
        if wrong := _wrong(example, other, known, brands, rng):
            return Question(example, wrong, other)
    return Question(example, "", "spoilt")


def _wrong(
    example: Example,
    kind: Kind,
    known: Sequence[Example],
    brands: dict[str, list[Example]],
    rng: random.Random,
) -> str:
    """A title that says something else or says it otherwise, case aside; "" where none is found."""
    own = _said(example.title)
    alike = brands[fold(example.product.brand)] if kind == "same brand" else known
    for _ in range(_TRIES):
        title = spoil(example.title, rng) if kind == "spoilt" else rng.choice(alike).title
        if _said(title) != own:
            return title
    return ""


def _said(title: str) -> list[str]:
    return [fold(unit) for unit in split(title)]
