"""AdamW over a model's parameters, layers at their own rates, and the moving average of weights."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from titlewright.errors import TrainingError


@dataclass(frozen=True, slots=True)
class ParameterGroup:
    """Parameters that learn at the same rate: the run's rate times layer_factor ** depth.

    depth  0 for new parts; 1 for the highest pretrained layer, 2 for the one below it, and so on
    """

    parameters: Sequence[nn.Parameter]
    depth: float = 0.0


def trained(module: nn.Module) -> dict[str, nn.Parameter]:
    """The parameters that training changes, by name; a shared one once.

    Raises TrainingError when all are frozen.
    """
    found = {name: value for name, value in module.named_parameters() if value.requires_grad}
    if not found:
        raise TrainingError("The model has no parameter to train: all of them are frozen.")
    return found


def adamw(
    groups: Sequence[ParameterGroup], *, layer_factor: float, weight_decay: float
) -> torch.optim.AdamW:
    """AdamW (Loshchilov and Hutter 2019); vectors (biases, norms) are not decayed.

    Each of its groups carries the "factor" on the run's learning rate.
    """
    made = []
    for group in groups:
        open_ = [parameter for parameter in group.parameters if parameter.requires_grad]
        factor = layer_factor**group.depth
        for decay, chosen in (
            (weight_decay, [parameter for parameter in open_ if parameter.ndim >= 2]),
            (0.0, [parameter for parameter in open_ if parameter.ndim < 2]),
        ):
            if chosen:
                made.append({"params": chosen, "weight_decay": decay, "factor": factor})
    fused = all(p.device.type in ("cpu", "cuda") for group in groups for p in group.parameters)
    return torch.optim.AdamW(made, lr=0.0, fused=fused)


def set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    for group in optimizer.param_groups:
        group["lr"] = rate * group["factor"]


@torch.no_grad()
def mean_clipped(parameters: Iterable[nn.Parameter], tokens: int, clip: float) -> float:
    """Turn gradients of a loss summed over `tokens` into those of its mean, of norm `clip` at most.

    Returns the norm of the mean's gradient before clipping; where that is not finite, the
    gradients are left as they are.
    """
    gradients = [value.grad for value in parameters if value.grad is not None]
    if not gradients or not tokens:
        return 0.0
    norms = torch._foreach_norm(gradients)
    norm = float(torch.linalg.vector_norm(torch.stack(norms))) / tokens
    if math.isfinite(norm):
        torch._foreach_mul_(gradients, min(clip / max(norm, 1e-12), 1.0) / tokens)
    return norm


class Average:
    """Exponential moving average of parameters (Polyak averaging).

    The decay starts low, (1 + steps) / (10 + steps), so that the first weights are soon forgotten.
    """

    def __init__(self, parameters: dict[str, nn.Parameter], decay: float) -> None:
        self._parameters = parameters
        self._decay = decay
        self.values = {name: value.detach().clone() for name, value in parameters.items()}

    @torch.no_grad()
    def update(self, steps: int) -> None:
        """Take in the parameters as they are after `steps` steps."""
        decay = min(self._decay, (1 + steps) / (10 + steps))
        for name, value in self.values.items():
            value.lerp_(self._parameters[name], 1 - decay)

    def restore(self, values: Mapping[str, Tensor]) -> None:
        """Go on from the values of a checkpoint."""
        copy_into(self.values, values)

    @contextmanager
    def used(self) -> Iterator[None]:
        """The model has the averaged weights while the context lasts."""
        before = {name: value.detach().clone() for name, value in self._parameters.items()}
        copy_into(self._parameters, self.values)
        try:
            yield
        finally:
            copy_into(self._parameters, before)


@torch.no_grad()
def copy_into(targets: Mapping[str, Tensor], values: Mapping[str, Tensor]) -> None:
    """Overwrite each target by the value of its name; shapes must agree."""
    for name, target in targets.items():
        target.copy_(values[name])
