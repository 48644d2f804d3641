"""What each unit of a title was worth, by drawing the title's end anew: policy gradient.

Yu, Zhang, Wang and Yu 2017, "SeqGAN: sequence generative adversarial nets with policy gradient",
and REINFORCE with a baseline (Williams 1992). A title counts as a row of actions, the judge's
opinion of the finished title as their reward. Equation 4 values an action by the mean reward of N
roll-outs, titles that begin with the units up to it and are then drawn to the end. Following every
prefix would cost T decodings, so here a title is cut into P + 1 parts of like length: an action is
valued by the roll-outs from the end of its part, which begin with it as well, and the last part by
the title itself. The baseline is the value of the prefix before the part, by roll-outs that know
none of its actions. So an action's advantage is what its part added to the expected reward, and the
estimate stays unbiased. That holds only if the cuts don't know how the title goes on, its length
included: they are made as if it were as long as the product's own; and only up to dropout, which
titles are drawn without and learnt with.

B products, P inner prefixes, R roll-outs of each, T units of a title.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import pad

from titlewright.generators.adversarial.sampling import likelihoods, sample
from titlewright.generators.sequence.batches import Source
from titlewright.generators.sequence.copying import Distribution
from titlewright.generators.sequence.network import SequenceNetwork, select
from titlewright.generators.writing.vocabulary import BEGIN, END, PAD

# K titles of each product [B, K, T], without END, to what they are worth, [B, K]
Reward = Callable[[Source, Tensor], Tensor]

_LEAST_SPREAD = 0.05  # of advantages: smaller differences aren't blown up to this


class Play(NamedTuple):
    """One title of each product, drawn and valued."""

    titles: Tensor  # [B, T], END among the units, then PAD
    advantages: Tensor  # [B, T]
    rewards: Tensor  # [B]


@torch.no_grad()
def play(
    network: SequenceNetwork,
    source: Source,
    allowed: Tensor,
    reward: Reward,
    lengths: Tensor,
    *,
    prefixes: int,
    rollouts: int,
) -> Play:
    """Draw titles and value them, cut as if they had `lengths` [B] units.

    Costs 1 + (P + 1) R titles a product, drawn in two decodings.
    """
    memory = network.encode(source)
    titles = sample(network, memory, allowed)
    starts = parts(lengths, prefixes)  # [B, P + 1]
    rows = torch.arange(len(titles), device=titles.device)
    rows = rows.repeat_interleave((prefixes + 1) * rollouts)
    kept = starts.repeat_interleave(rollouts, 1).flatten()
    others = sample(network, select(memory, rows), allowed[rows], titles[rows], kept)
    longest = max(titles.shape[1], others.shape[1])
    together = torch.cat(
        [
            pad(titles, (0, longest - titles.shape[1]))[:, None],
            pad(others, (0, longest - others.shape[1])).view(len(titles), -1, longest),
        ],
        1,
    )
    worth = reward(source, finished(together))  # [B, 1 + (P + 1) R]
    values = worth[:, 1:].view(len(titles), prefixes + 1, rollouts).mean(-1)  # equation 4
    values = torch.cat([values, worth[:, :1]], 1)  # [B, P + 2]
    return Play(titles, advantages(values, starts, titles.shape[1]), worth[:, 0])


def parts(lengths: Tensor, prefixes: int) -> Tensor:
    """Where the P + 1 parts of titles with so many units [B] begin: [B, P + 1], the first at 0."""
    return lengths[:, None] * torch.arange(prefixes + 1, device=lengths.device) // (prefixes + 1)


def advantages(values: Tensor, starts: Tensor, units: int) -> Tensor:
    """[B, T] of each unit: the value after its part less the value before it.

    values  [B, P + 2] of the titles up to the beginning of each part, and of the whole titles
    starts  [B, P + 1]
    """
    places = torch.arange(units, device=values.device)
    part = (places[None, :, None] >= starts[:, None]).sum(-1) - 1  # [B, T]
    return values.gather(1, part + 1) - values.gather(1, part)


def policy_loss(
    network: SequenceNetwork, source: Source, allowed: Tensor, played: Play
) -> tuple[Tensor, Tensor]:
    """A loss whose gradient is that of the expected reward, downwards (equations 6 to 8), and the
    entropy of the distribution that was drawn from, up to dropout, in nats; both means over the
    units drawn.

    Advantages are measured in their own spread, so that a judge who sees through all titles alike
    teaches as much as one in doubt.
    """
    drawn = played.titles
    begin = torch.full_like(drawn[:, :1], BEGIN)
    told: Distribution = network(source, torch.cat([begin, drawn[:, :-1]], 1))
    scores = likelihoods(told.all(), allowed[:, None])
    acted = drawn != PAD
    spread = played.advantages[acted].std(unbiased=False).clamp(min=_LEAST_SPREAD)
    chosen = scores.gather(-1, drawn[..., None])[..., 0]  # [B, T]
    loss = -(chosen * played.advantages / spread)[acted].mean()
    return loss, -(scores.exp() * scores).sum(-1)[acted].mean()


def finished(titles: Tensor) -> Tensor:
    """Titles without END, as a judge reads them."""
    return titles.masked_fill(titles == END, PAD)
