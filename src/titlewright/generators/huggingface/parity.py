"""Whether a converted model writes what the original writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from titlewright.generators.huggingface.prompted import Ask, PromptedGenerator
from titlewright.records import Hints, Product


@dataclass(frozen=True, slots=True)
class Difference:
    """A product whose best titles differ: what either writes, with its log-probability."""

    product_id: str
    one: str
    one_log_probability: float
    other: str
    other_log_probability: float


@dataclass(frozen=True, slots=True)
class Parity:
    """How often two generators write the same tokens.

    products  compared
    best      of these, with the same best title of the beam
    beams     of these, with the same titles in the whole beam, in the same order
    """

    products: int
    best: int
    beams: int
    differences: tuple[Difference, ...]

    @property
    def share(self) -> float:
        """Products with the same best title, in [0, 1]; 1 for none."""
        return self.best / self.products if self.products else 1.0


def compare(
    one: PromptedGenerator,
    other: PromptedGenerator,
    products: Sequence[Product],
) -> Parity:
    """Compare the beams of two generators over the same checkpoint.

    A product that says nothing is not counted.
    """
    known = [
        (product.id, Ask(tuple(read.ids)), read.copied)
        for product in products
        if (read := one.read(product, Hints()))
    ]
    asks = [ask for _, ask, _ in known]
    best = beams = 0
    differences = []
    for (name, _, copied), left, right in zip(
        known, one.writer.beam(asks), other.writer.beam(asks), strict=True
    ):
        beams += [h.ids for h in left] == [h.ids for h in right]
        if left[0].ids == right[0].ids:
            best += 1
            continue
        differences.append(
            Difference(
                name,
                one.tokens.text(left[0].ids, copied),
                left[0].log_probability,
                other.tokens.text(right[0].ids, copied),
                right[0].log_probability,
            )
        )
    return Parity(len(known), best, beams, tuple(differences))
