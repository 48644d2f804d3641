"""A benchmark's result as a table for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from titlewright.evaluation.measures import LOWER_IS_BETTER, MEASURES

if TYPE_CHECKING:
    from rich.table import Table

_COUNTS = ("titles_per_second", "leaks_removed")


def render(result: Mapping[str, Any]) -> Table:
    """The measures beside the baselines; ▲ and ▼ mark a baseline that the generator truly beats
    or loses to: the 95 % interval of the paired difference leaves 0 out.
    """
    from rich.table import Table

    baselines: Mapping[str, Mapping[str, Any]] = result["baselines"]
    table = Table(
        title=f"{result['generator']} on {result['channel']}, {result['products']} products",
        caption=f"95 % bootstrap intervals, seed {result['seed']}. ▲ beats, ▼ loses to the "
        f"baseline beyond chance.\n{result['command']}",
    )
    table.add_column("measure")
    table.add_column(str(result["generator"]), justify="right")
    table.add_column("95 % interval", justify="right")
    for name in baselines:
        table.add_column(name.replace("_", " "), justify="right")
    for name in MEASURES:
        value = result["measures"].get(name)
        if value is None and all(one.get(name) is None for one in baselines.values()):
            continue
        table.add_row(
            name,
            _number(name, value),
            _range(name, result["intervals"].get(name)),
            *(
                _number(name, one.get(name)) + _mark(name, one["differences"].get(name))
                for one in baselines.values()
            ),
        )
    return table


def _number(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    if name == "leaks_removed":
        return str(int(value))
    return f"{value:.1f}" if name in _COUNTS or value >= 10 else f"{value:.3f}"


def _range(name: str, bounds: list[float] | None) -> str:
    return "" if bounds is None else " … ".join(_number(name, bound) for bound in bounds)


def _mark(name: str, bounds: list[float] | None) -> str:
    """Whether the generator is better than a baseline (▲), worse (▼), or neither for sure."""
    if bounds is None or bounds[0] <= 0 <= bounds[1]:
        return "  "
    better = (bounds[0] > 0) != (name in LOWER_IS_BETTER)
    return " ▲" if better else " ▼"
