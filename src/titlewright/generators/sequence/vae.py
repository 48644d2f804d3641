"""`vae`: titles that vary because a latent vector does, by a conditional variational autoencoder.

The network is `latent`'s. Here: the bound that it learns by (Sohn et al. 2015, equation 4), with
what keeps its posterior from collapsing onto the prior (Bowman et al. 2016, Kingma et al. 2016);
how lanes get a z of their own; and the dial for variety.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any, Self, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from titlewright.errors import GeneratorError
from titlewright.generators.sequence.batches import Batch
from titlewright.generators.sequence.engine import Lanes, NetworkEngine
from titlewright.generators.sequence.generator import SequenceGenerator
from titlewright.generators.sequence.latent import LatentNetwork, VAESizes
from titlewright.generators.sequence.network import SequenceNetwork
from titlewright.generators.sequence.task import AT_ONCE, SequenceTask
from titlewright.generators.sizes import sized
from titlewright.generators.writing.vocabulary import Vocabulary
from titlewright.neural.device import to_device
from titlewright.records import Example, Hints, Product

_VARIED = 4  # lanes whose titles only z varies
_DRAWS = 4  # titles of an example that say how much they vary
_ASKED = 16  # examples of which that is measured


class VariationalTask(SequenceTask):
    """Learns by the bound on the likelihood; measures KL and how titles vary."""

    def __init__(
        self,
        network: LatentNetwork,
        vocabulary: Vocabulary,
        smoothing: float = 0.0,
        sizes: VAESizes | None = None,
    ) -> None:
        super().__init__(network, vocabulary, smoothing)
        self._latent = network
        self._sizes = VAESizes() if sizes is None else sizes
        self._price = 1.0  # of a nat of KL

    def anneal(self, used: float) -> None:
        """KL cost annealing, in a straight line: Bowman et al. 2016, section 3.1."""
        self._price = min(used / self._sizes.annealing, 1.0) if self._sizes.annealing else 1.0

    def loss(self, batch: Batch) -> tuple[Tensor, int]:
        """-log p(title | product, z) + KL(q || p) of the titles, summed, and their units' number.

        In evaluation mode in full, so that its expectation is no less than the negative
        log-likelihood. While it learns KL has its price, and its mean over the batch costs
        `free_bits` at the least, so that so much may be told at no cost: Kingma et al. 2016,
        "Improving variational inference with inverse autoregressive flow", appendix C, with all
        latent numbers in one group.
        """
        told, posterior, prior = self._latent.reconstruct(batch)
        surprise, count = self.surprise(told, batch)
        divergence = posterior.divergence(prior)  # [B, Z]
        if not self._latent.training:
            return surprise + divergence.sum(), count
        charged = divergence.sum(1).mean().clamp(min=self._sizes.free_bits) * len(divergence)
        return surprise + self._price * charged, count

    def evaluate(self, examples: Sequence[Example]) -> dict[str, float]:
        """ROUGE-L at the prior's mean; "kl", nats a title; the share of an example's greedy titles
        that are different, in (0, 1], at half and at full variety."""
        if not examples:
            return {}
        few = examples[:_ASKED]
        return super().evaluate(examples) | {
            "kl": self.divergence(examples),
            "distinct_half": self.distinct(few, 0.5),
            "distinct_full": self.distinct(few, 1.0),
        }

    @torch.no_grad()
    def divergence(self, examples: Sequence[Example]) -> float:
        """KL(q || p), nats a title: what the latent vector tells of titles beyond the product."""
        total = 0.0
        for start in range(0, len(examples), AT_ONCE):
            batch = self._batch(examples[start : start + AT_ONCE])
            memory = self._latent.encode(batch.source)
            posterior = self._latent.posterior(memory, batch.previous)
            total += float(posterior.divergence(self._latent.prior(memory)).sum())
        return total / len(examples)

    def distinct(self, examples: Sequence[Example], variety: float) -> float:
        """Different titles over all titles, of each example's draws from the prior."""
        made = self.drawn(examples, variety)
        return sum(len(set(titles)) / len(titles) for titles in made) / len(made)

    def drawn(self, examples: Sequence[Example], variety: float) -> list[list[str]]:
        """Greedy titles of each example, each at a z drawn from the prior."""

        def begin(memory: Any) -> Any:
            prior = self._latent.prior(memory)
            return self._latent.begin_at(memory, prior.at(variety * torch.randn_like(prior.mean)))

        made = []
        for start in range(0, len(examples), AT_ONCE // _DRAWS):
            chosen = examples[start : start + AT_ONCE // _DRAWS]
            titles = self.written([each for each in chosen for _ in range(_DRAWS)], begin)
            made += [titles[at : at + _DRAWS] for at in range(0, len(titles), _DRAWS)]
        return made

    @torch.no_grad()
    def latents(self, examples: Sequence[Example]) -> Tensor:
        """The posterior's mean of each (product, title), [B, Z]."""
        batch = self._batch(examples)
        return self._latent.posterior(self._latent.encode(batch.source), batch.previous).mean

    def _batch(self, examples: Sequence[Example]) -> Batch:
        batch = self.collate(examples)
        return cast(Batch, to_device(batch, self._latent.words.weight.device))


class VaryingEngine(NetworkEngine):
    """Lanes at a z of their own; those that search for the likeliest title at the prior's mean."""

    varied = _VARIED

    def __init__(self, network: LatentNetwork, vocabulary: Vocabulary, variety: float) -> None:
        super().__init__(network, vocabulary)
        self._latent = network
        self._variety = variety

    def vary(self, memory: Lanes, seeds: Sequence[Sequence[Sequence[int] | None]]) -> None:
        size = self._latent.latent
        noise = [
            np.zeros(size) if seed is None else np.random.default_rng(seed).standard_normal(size)
            for seed in chain.from_iterable(seeds)
        ]
        told = np.stack(noise).astype(np.float32) * self._variety
        memory.noise = torch.from_numpy(told).to(self._latent.words.weight.device)

    def begin(self, memory: Lanes) -> Any:
        if memory.noise is None:
            return super().begin(memory)
        prior = self._latent.prior(memory.memory)
        return self._latent.begin_at(memory.memory, prior.at(memory.noise))


class VAEGenerator(SequenceGenerator[VAESizes]):
    """Writes varied titles: the first at the prior's mean, the next ones around it.

    How far they vary is `sizes.variety`, which model.json keeps and `load` can set.
    """

    name = "vae"
    sizes_type = VAESizes
    network_type = LatentNetwork

    @classmethod
    def start(
        cls,
        source: str | None = None,
        *,
        lora: bool = False,
        sizes: Mapping[str, Any] | None = None,
        seed: int = 0,
    ) -> Self:
        """From scratch with these sizes, or from a saved model, whose variety alone can be set."""
        asked = dict(sizes or {})
        begun = source is not None and source != cls.name
        variety = asked.pop("variety", None) if begun else None
        model = super().start(source, lora=lora, sizes=asked, seed=seed)
        return model if variety is None else model._turned(variety)

    @classmethod
    def load(cls, folder: Path, *, variety: float | None = None) -> Self:
        """The saved generator; `variety` in place of the saved one."""
        model = super().load(folder)
        return model if variety is None else model._turned(variety)

    def latent(self, example: Example) -> NDArray[np.float32]:
        """z of a title of a product, [Z]: the posterior's mean."""
        found = self._variational().latents([example])[0].cpu().numpy()
        return cast(NDArray[np.float32], found)

    def between(
        self,
        product: Product,
        first: str,
        second: str,
        *,
        steps: int = 5,
        hints: Hints | None = None,
    ) -> list[str]:
        """Greedy titles at `steps` points of the line from one title's z to another's.

        They pass no rule of the search, and neighbours may be the same; so Bowman et al. 2016
        look into a latent space. Raises GeneratorError for fewer than 2 steps.
        """
        if steps < 2:
            raise GeneratorError(f"steps must be 2 or more, not {steps}.")
        task, asked = self._variational(), hints or Hints()
        ends = task.latents([Example(product, title, asked) for title in (first, second)])
        shares = torch.linspace(0, 1, steps, device=ends.device)[:, None]
        line = torch.lerp(ends[:1], ends[1:], shares)  # [steps, Z]
        network = cast(LatentNetwork, self.network)
        examples = [Example(product, "", asked)] * steps
        return task.written(examples, lambda memory: network.begin_at(memory, line))

    def _turned(self, variety: float) -> Self:
        """With the dial at this variety. Raises GeneratorError for what is none."""
        self.sizes = sized(self.name, VAESizes, {**asdict(self.sizes), "variety": variety})
        return self

    def _variational(self) -> VariationalTask:
        network, vocabulary = self._ready()
        return self._task(network.eval(), vocabulary, 0.0)

    def _task(
        self, network: SequenceNetwork, vocabulary: Vocabulary, smoothing: float
    ) -> VariationalTask:
        return VariationalTask(cast(LatentNetwork, network), vocabulary, smoothing, self.sizes)

    def _engine(self, network: SequenceNetwork, vocabulary: Vocabulary) -> NetworkEngine:
        return VaryingEngine(cast(LatentNetwork, network), vocabulary, self.sizes.variety)
