"""What the training loop asks of a model family: a module, batches of examples, a loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar, cast, runtime_checkable

from torch import Tensor, nn

from titlewright.errors import TrainingError
from titlewright.neural.logs import Sample
from titlewright.neural.optimization import ParameterGroup

E = TypeVar("E", contravariant=True)
B = TypeVar("B")


class Task(Protocol[E, B]):
    """E is an example as the family reads it, B its batch of tensors.

    A task may also have `parameter_groups()`, see `Layered`, or `anneal()`, see `Annealed`.
    """

    module: nn.Module

    def length(self, example: E) -> int:
        """Tokens that the example takes up in a batch; asked once an epoch, so keep it cheap."""
        ...

    def collate(self, examples: Sequence[E]) -> B:
        """The examples as tensors on the CPU.

        Runs in a thread of its own, one batch ahead: it must draw no random numbers (vary the
        examples by epoch instead, see `loop.fit`) and change nothing.
        """
        ...

    def loss(self, batch: B) -> tuple[Tensor, int]:
        """The loss summed over the target tokens, a scalar in nats, and their number.

        The sum, so that a step over several batches weighs each token alike. Runs under autocast.
        In evaluation mode (`module.training` is False) label smoothing should be left out.
        """
        ...

    def evaluate(self, examples: Sequence[E]) -> dict[str, float]:
        """Measures on dev besides the loss, such as ROUGE-L of greedy titles; may be empty.

        Runs without gradients and not under autocast, and may draw random numbers.
        """
        ...

    def samples(self, examples: Sequence[E]) -> list[Sample]:
        """(input, reference, title) of some examples, to look at; may be empty."""
        ...


@runtime_checkable
class Layered(Protocol):
    """A task whose layers learn at different rates."""

    def parameter_groups(self) -> Sequence[ParameterGroup]:
        """All trained parameters, each in one group."""
        ...


@runtime_checkable
class Annealed(Protocol):
    """A task whose loss changes in the course of a run."""

    def anneal(self, used: float) -> None:
        """Called before each step with the share of the run that is over, in [0, 1].

        A resumed run goes on at the share where it stood.
        """
        ...


def groups_of(task: Task[Any, Any], parameters: dict[str, Any]) -> Sequence[ParameterGroup]:
    """The task's own groups, or all parameters in one. Raises TrainingError where some lack."""
    if not isinstance(task, Layered):
        return [ParameterGroup(list(parameters.values()))]
    groups = cast(Layered, task).parameter_groups()
    grouped = [id(parameter) for group in groups for parameter in group.parameters]
    lacking = [name for name, value in parameters.items() if id(value) not in grouped]
    if lacking:
        raise TrainingError(f"parameter_groups() leaves out {len(lacking)}, such as {lacking[0]}.")
    return groups
