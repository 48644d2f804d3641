"""A log of decisions, and what another policy would have done in each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from titlewright.errors import LearningError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Log:
    """Decisions of the policy that ran, n of them, in C contexts with K arms each at most.

    rewards       what came of it, [n]: 1 or 0 for clicks, money for revenue
    propensities  probability with which the arm was shown, [n], in (0, 1]
    arms          which arm was shown, [n], 0 to K - 1: its place among those of the context
    contexts      in which context, [n], 0 to C - 1, such as the product or the position
    target        probability of each arm in each context under the other policy, [C, K]; rows add
                  up to 1
    units         what is drawn anew for intervals, [n]: decisions of one shopper hang together.
                  None where each decision stands for itself
    ids           which arm of all has each place, [C, K]: 0 to A - 1. None where all contexts have
                  the same arms, in the same order
    names         of all arms, [A], for messages
    places        of all contexts, [C], for messages

    Raises LearningError for a log that makes no sense, with the offending value.
    """

    rewards: Floats
    propensities: Floats
    arms: Floats
    contexts: Floats
    target: Floats
    units: Floats | None = None
    ids: Floats | None = None
    names: Sequence[str] = ()
    places: Sequence[str] = ()

    def __post_init__(self) -> None:
        import numpy as np

        count = len(self.rewards)
        if not count:
            raise LearningError("The log is empty: there is nothing to evaluate a policy by.")
        for name in ("propensities", "arms", "contexts", "units"):
            values = getattr(self, name)
            if values is not None and len(values) != count:
                raise LearningError(f"{len(values)} {name} for {count} rewards: give one for each.")
        wrong = ~((self.propensities > 0) & (self.propensities <= 1))
        if wrong.any():
            at = int(wrong.argmax())
            raise LearningError(
                f"Decision {at + 1} of the log has the propensity {self.propensities[at]!r}. It is "
                "the probability with which the arm was chosen, above 0 and at most 1; without it "
                "no other policy can be evaluated."
            )
        if not np.isfinite(self.rewards).all():
            raise LearningError("A reward of the log is no finite number.")
        if not (self.target >= 0).all():
            at, arm = divmod(int((~(self.target >= 0)).argmax()), self.target.shape[1])
            raise LearningError(
                f"An arm in the context {self._place(at)} has the probability "
                f"{self.target[at, arm]:g} under the target. Give 0 or more."
            )
        sums = self.target.sum(1)
        if (abs(sums - 1) > 1e-6).any():
            at = int((abs(sums - 1)).argmax())
            raise LearningError(
                f"The target's probabilities in the context {self._place(at)} add up to "
                f"{sums[at]:g}. They add up to 1 in each context."
            )

    def weights(self) -> Floats:
        """Target probability over propensity of what was shown, [n]."""
        return self.target[self.contexts, self.arms] / self.propensities

    def arm_ids(self) -> Floats:
        """Which arm of all has each place, [C, K]."""
        import numpy as np

        if self.ids is not None:
            return self.ids
        return np.broadcast_to(np.arange(self.target.shape[1]), self.target.shape)

    def _place(self, context: int) -> str:
        name = self.places[context] if self.places else ""
        return repr(name) if name else str(context + 1)

    def name(self, arm: int) -> str:
        return self.names[arm] if self.names else str(arm)
