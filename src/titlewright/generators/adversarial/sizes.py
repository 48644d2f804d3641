"""How a GAN is built and how it plays."""

from __future__ import annotations

from dataclasses import dataclass

from titlewright.errors import GeneratorError
from titlewright.generators.judging.cnn import CNNSizes
from titlewright.generators.sequence.lstm import LSTMSizes


@dataclass(frozen=True, slots=True)
class GANSizes(LSTMSizes):
    """The generator's sizes are those of an LSTM; besides:

    judge_width    of the judge's embeddings
    judge_widest   the judge's convolutions are over 1, 2 .. so many units
    judge_filters  of each of its convolutions
    judge_dropout  share of its features that are dropped while it learns

    judging        share of the run in which the judge learns alone, after the generator has
    adversarial    share of the run, at its end, in which they learn against each other
    teacher        share of likelihood in the generator's loss there, the rest is reward
    entropy        how much a nat of the generator's entropy counts in its favour
    played         share of a batch's products for which titles are drawn, one at least
    prefixes       inner prefixes of a drawn title from which it is finished anew
    rollouts       so often from each
    """

    judge_width: int = 128
    judge_widest: int = 4
    judge_filters: int = 64
    judge_dropout: float = 0.5
    judging: float = 0.05
    adversarial: float = 0.15
    teacher: float = 0.5
    entropy: float = 0.01
    played: float = 0.25
    prefixes: int = 2
    rollouts: int = 1

    def __post_init__(self) -> None:
        LSTMSizes.__post_init__(self)
        self.judge()
        if not 0 <= self.teacher <= 1:
            raise GeneratorError(f"teacher must be in [0, 1], not {self.teacher}.")
        if not 0 < self.played <= 1:
            raise GeneratorError(f"played must be above 0 and at most 1, not {self.played}.")
        if min(self.judging, self.adversarial) <= 0 or self.judging + self.adversarial >= 1:
            raise GeneratorError(
                "judging and adversarial must be above 0 and leave the generator some of the run "
                f"to learn by itself, not {self.judging} and {self.adversarial}."
            )
        if self.entropy < 0:
            raise GeneratorError(f"entropy must be at least 0, not {self.entropy}.")
        if self.prefixes < 0 or self.rollouts < 1:
            raise GeneratorError(
                "prefixes must be at least 0 and rollouts at least 1, not "
                f"{self.prefixes} and {self.rollouts}."
            )

    def judge(self) -> CNNSizes:
        """The judge's sizes, over the generator's words."""
        return CNNSizes(
            self.words, self.judge_width, self.judge_widest, self.judge_filters, self.judge_dropout
        )
