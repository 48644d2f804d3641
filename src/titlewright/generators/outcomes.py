"""What became of each product that a generator was given: candidates or a failure, and its cost.

Most generators fail on no product by itself and cost nothing: `outcomes` reads theirs the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from titlewright.records import Candidate, Hints, Product, Usage

if TYPE_CHECKING:
    from titlewright.generators import Generator


NO_USAGE = Usage()


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a product got no candidates through no fault of its own, and what to do.

    `again` says that the same request may well succeed later: a run resumed tries it once more.
    """

    problem: str
    advice: str
    again: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """The candidates of one product, best first, or the failure; and what was used for it."""

    candidates: tuple[Candidate, ...] = ()
    failure: Failure | None = None
    usage: Usage = NO_USAGE


@runtime_checkable
class Reporting(Protocol):
    """A generator that says of each product what it cost and why it failed.

    It keeps accounts of a run, so a run asks it in one process; it does its own work side by side.
    """

    name: str
    model_made: bool

    def about(self) -> Mapping[str, Any]:
        """What decides its titles, as JSON and without secrets: a resumed run must ask the same."""
        ...

    def begin(self, run: str, spent: float) -> None:
        """A run begins or goes on that has already spent so much money on finished rows."""
        ...

    def report(
        self,
        products: Sequence[Product],
        *,
        n: int,
        hints: Sequence[Hints] | None = None,
        seed: int = 0,
    ) -> list[Outcome]:
        """As `Generator.generate`, with failures and usage beside the candidates."""
        ...


def outcomes(
    generator: Generator,
    products: Sequence[Product],
    *,
    n: int,
    hints: Sequence[Hints] | None = None,
    seed: int = 0,
) -> list[Outcome]:
    """One outcome a product, in order, from a generator of either kind."""
    if isinstance(generator, Reporting):
        return generator.report(products, n=n, hints=hints, seed=seed)
    made = generator.generate(products, n=n, hints=hints, seed=seed)
    return [Outcome(tuple(candidates)) for candidates in made]
