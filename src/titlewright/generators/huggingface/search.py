"""Search with Transformers' `generate`: what its options don't cover, as logits processors.

A processor sees `ids` (rows, tokens so far, prompt included in a causal model) and `scores`
(rows, vocabulary), and gives scores of the same shape.
"""

from __future__ import annotations

import torch
from torch import Tensor
from transformers import LogitsProcessor

_BYTES = 512 * 2**20  # of scores held at once


class NoRepeat(LogitsProcessor):
    """Forbids to write a run of `size` tokens twice. What the prompt says may be copied."""

    def __init__(self, size: int, start: int) -> None:
        self.size = size
        self.start = start

    def __call__(self, ids: Tensor, scores: Tensor) -> Tensor:
        length = ids.shape[1] - self.start
        if length < self.size:
            return scores
        for row, written in enumerate(ids[:, self.start :].tolist()):
            last = written[length - self.size + 1 :]
            for at in range(length - self.size + 1):
                if written[at : at + self.size - 1] == last:
                    scores[row, written[at + self.size - 1]] = -torch.inf
        return scores


class GumbelSampling(LogitsProcessor):
    """Sampling by the Gumbel-max trick: the largest of log-probability plus Gumbel noise.

    Gumbel (1954); Maddison, Tarlow and Minka, "A* Sampling" (2014), section 2. Each row has its
    own random generator, so a product's titles don't depend on its neighbours in the batch.
    `log_probability` (rows,) gathers the natural log-probability, at temperature 1, of what was
    chosen up to the end token.
    """

    def __init__(
        self, seeds: list[int], temperature: float, top_k: int, end: tuple[int, ...]
    ) -> None:
        self.generators = [torch.Generator().manual_seed(seed) for seed in seeds]
        self.temperature = temperature
        self.top_k = top_k
        self.end = torch.tensor(end)
        self.log_probability = torch.zeros(len(seeds), dtype=torch.float64)
        self.ended = torch.zeros(len(seeds), dtype=torch.bool)

    def __call__(self, ids: Tensor, scores: Tensor) -> Tensor:  # noqa: ARG002
        logp = torch.log_softmax(scores.float(), dim=-1)
        best, tokens = logp.topk(min(self.top_k, logp.shape[-1]), dim=-1)  # (rows, k)
        uniform = torch.stack([torch.rand(best.shape[1], generator=g) for g in self.generators])
        noise = -torch.log(-torch.log(uniform.clamp(1e-10, 1 - 1e-7))).to(best.device)
        drawn = (best / self.temperature + noise).argmax(dim=-1, keepdim=True)
        chosen = tokens.gather(1, drawn)  # (rows, 1)
        taken = best.gather(1, drawn).squeeze(1).double().cpu()
        self.log_probability += torch.where(self.ended, 0.0, taken)
        self.ended |= torch.isin(chosen.squeeze(1).cpu(), self.end)
        return torch.full_like(scores, -torch.inf).scatter(1, chosen, 0.0)


def rows_at_once(vocabulary: int, title_tokens: int) -> int:
    """How many sequences are searched together: generate keeps all their scores."""
    return max(1, _BYTES // (4 * vocabulary * title_tokens))
