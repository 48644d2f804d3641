"""CUPED: what a shopper did before the experiment takes out noise from what they do in it.

Deng, Xu, Kohavi and Walker 2013, "Improving the sensitivity of online controlled experiments by
utilizing pre-experiment data", WSDM, equations 3 and 4. The covariate must be from before the
experiment began: one that the title could have changed takes out the effect itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from titlewright.errors import LearningError
from titlewright.learning.experiments.findings import Cell, Worth

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Adjusted:
    """Values of the same means as before on the whole, with `reduction` (0 to 1) less variance.

    values  of each arm, shape [shoppers of the arm]
    theta   what one unit of the covariate takes off
    """

    values: tuple[NDArray[Any], ...]
    theta: float
    reduction: float


def cuped(values: Sequence[NDArray[Any]], before: Sequence[NDArray[Any]]) -> Adjusted:
    """Adjust the values of each arm, [shoppers], by what each shopper did before, [shoppers].

    Theta is one for all arms, from deviations within arms. Raises LearningError where the two
    don't belong together.
    """
    import numpy as np

    shapes = [one.shape for one in values], [one.shape for one in before]
    if shapes[0] != shapes[1] or not values:
        raise LearningError(f"Values {shapes[0]} and covariates {shapes[1]} aren't of one shape.")
    inside = np.concatenate([one - one.mean() for one in before])
    outcome = np.concatenate([one - one.mean() for one in values])
    spread = float(inside @ inside)
    theta = float(inside @ outcome) / spread if spread else 0.0
    middle = float(np.concatenate(list(before)).mean())
    adjusted = tuple(v - theta * (b - middle) for v, b in zip(values, before, strict=True))
    total = float(outcome @ outcome)
    return Adjusted(adjusted, theta, theta**2 * spread / total if total else 0.0)


def adjusted(cells: Sequence[Cell]) -> tuple[Sequence[Cell], float | None]:
    """A test's cells with what is known from before taken off their values, and the share of the
    variance that this takes off; as they are where nothing is known.

    The means stay on the whole, not of each part, so a segment's cells are adjusted by themselves.
    """
    if any(cell.worth is None or cell.worth.before is None for cell in cells):
        return cells, None
    import numpy as np

    arms: dict[str, list[Cell]] = {}
    for cell in cells:
        arms.setdefault(cell.arm, []).append(cell)
    told = [[cell.worth for cell in some if cell.worth] for some in arms.values()]
    found = cuped([np.array([one.value for one in some], float) for some in told],
                  [np.array([one.before for one in some], float) for some in told])  # fmt: skip
    flat = chain.from_iterable(arms.values())
    values = chain.from_iterable(one.tolist() for one in found.values)
    new = [replace(cell, worth=Worth(value)) for cell, value in zip(flat, values, strict=True)]
    return new, found.reduction
