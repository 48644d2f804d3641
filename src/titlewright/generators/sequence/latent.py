"""The network of `vae`: the LSTM that copies, which also depends on a latent vector z.

Sohn, Lee and Yan 2015, "Learning structured output representation using deep conditional
generative models", section 4: a prior p(z | product), a posterior q(z | product, title) and a
decoder p(title | product, z). What a product leaves open about its title, such as the order of
its parts, can so be told by z. Shapes as in `network`, Z the size of z.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from titlewright.errors import GeneratorError
from titlewright.generators.sequence.batches import Batch
from titlewright.generators.sequence.copying import Distribution
from titlewright.generators.sequence.lstm import LSTMNetwork, LSTMSizes, Memory, State
from titlewright.generators.sequence.vocabulary import UNKNOWN
from titlewright.generators.writing.vocabulary import END, PAD

_WIDEST = 10.0  # of a log-variance: beyond it float32 loses a product of two


@dataclass(frozen=True, slots=True)
class VAESizes(LSTMSizes):
    """How a variational LSTM is built and learns; see also LSTMSizes.

    latent        Z, numbers of the latent vector
    word_dropout  share of a title's words that the decoder isn't shown while it learns
    free_bits     nats a title that z may tell at no cost while it learns
    annealing     share of a run over which the price of the latent vector rises to its full size
    variety       how far titles vary: 0 always the prior's mean, 1 the prior's own spread
    """

    latent: int = 16
    word_dropout: float = 0.1
    free_bits: float = 2.0
    annealing: float = 0.3
    variety: float = 1.0

    def __post_init__(self) -> None:
        LSTMSizes.__post_init__(self)
        if self.latent < 1:
            raise GeneratorError(f"latent must be 1 or more, not {self.latent}.")
        if not 0 <= self.word_dropout < 1:
            raise GeneratorError(
                f"word_dropout must be at least 0 and below 1, not {self.word_dropout}."
            )
        if not 0 <= self.annealing <= 1:
            raise GeneratorError(f"annealing must be from 0 to 1, not {self.annealing}.")
        for name in ("free_bits", "variety"):
            if not getattr(self, name) >= 0:
                raise GeneratorError(f"{name} must be 0 or more, not {getattr(self, name)}.")


class Gaussian(NamedTuple):
    """Independent normal distributions of B latent vectors."""

    mean: Tensor  # [B, Z]
    log_variance: Tensor  # [B, Z]

    def at(self, noise: Tensor) -> Tensor:
        """z for standard normal noise [B, Z]: Kingma and Welling 2014, section 2.4."""
        return self.mean + noise * torch.exp(0.5 * self.log_variance)

    def divergence(self, other: Gaussian) -> Tensor:
        """KL(self || other) of each latent number, in nats, [B, Z]; the closed form."""
        narrower = self.log_variance - other.log_variance
        apart = (self.mean - other.mean) ** 2 * torch.exp(-other.log_variance)
        return 0.5 * (narrower.exp() + apart - 1 - narrower)


class LatentState(NamedTuple):
    written: State
    told: Tensor  # [B, D], what z adds to every input of the decoder


class LatentNetwork(LSTMNetwork):
    """See VAESizes. Without a z that is given it writes at the prior's mean."""

    def __init__(self, sizes: VAESizes, vocabulary: int) -> None:
        super().__init__(sizes, vocabulary)
        width, self.latent, self.word_dropout = sizes.width, sizes.latent, sizes.word_dropout
        self.title_reader = nn.GRU(width, width // 2, batch_first=True, bidirectional=True)
        self.prior_head = _head(width, width, sizes.latent)
        self.posterior_head = _head(2 * width, width, sizes.latent)
        self.tell = nn.Linear(sizes.latent, width)

    def prior(self, memory: Memory) -> Gaussian:
        """p(z | product)."""
        return _gaussian(self.prior_head(memory.last))

    def posterior(self, memory: Memory, title: Tensor) -> Gaussian:
        """q(z | product, title); a title [B, T] begins with BEGIN."""
        packed = nn.utils.rnn.pack_padded_sequence(
            self.embed(title), (title != PAD).sum(1).cpu(), batch_first=True, enforce_sorted=False
        )
        _, last = self.title_reader(packed)  # [2, B, D / 2]
        return _gaussian(self.posterior_head(torch.cat([memory.last, last[0], last[1]], -1)))

    def begin(self, memory: Memory) -> Any:
        return self.begin_at(memory, self.prior(memory).mean)

    def begin_at(self, memory: Memory, latent: Tensor) -> LatentState:
        """The state before the first unit of a title of z [B, Z]."""
        return LatentState(super().begin(memory), self.tell(latent).float())

    def reconstruct(self, batch: Batch) -> tuple[Distribution, Gaussian, Gaussian]:
        """What the titles may be at one z drawn from the posterior; it, and the prior."""
        memory = self.encode(batch.source)
        posterior = self.posterior(memory, batch.previous)
        state = self.begin_at(memory, posterior.at(torch.randn_like(posterior.mean)))
        told, _ = self.write(self._forgetting(batch.previous), state, memory)
        return told, posterior, self.prior(memory)

    def write(
        self, previous: Tensor, state: Any, memory: Memory
    ) -> tuple[Distribution, LatentState]:
        inputs = self.embed(previous) + state.told[:, None]  # z at every step
        told, written = self.write_from(inputs, previous, state.written, memory)
        return told, LatentState(written, state.told)

    def _forgetting(self, previous: Tensor) -> Tensor:
        """Word dropout: a decoder that can't rely on the words before has to ask z.

        Bowman et al. 2016, "Generating sentences from a continuous space", section 3.1.
        """
        if not (self.training and self.word_dropout):
            return previous
        gone = torch.rand(previous.shape, device=previous.device) < self.word_dropout
        return previous.masked_fill(gone & (previous > END), UNKNOWN)


def _head(features: int, width: int, latent: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(features, width), nn.Tanh(), nn.Linear(width, 2 * latent))


def _gaussian(told: Tensor) -> Gaussian:
    """[B, 2 Z] as means and log-variances, in float32."""
    mean, log_variance = told.float().chunk(2, -1)
    return Gaussian(mean, log_variance.clamp(-_WIDEST, _WIDEST))
