"""The command that values a policy from another one's log: evaluate-policy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from titlewright.cli.options import AsJson
from titlewright.cli.output import console, print_json, say

if TYPE_CHECKING:
    from titlewright.learning.offpolicy.evaluation import Evaluation


def register(app: typer.Typer) -> None:
    app.command("evaluate-policy")(evaluate_policy)


def evaluate_policy(
    log: Annotated[
        Path, typer.Argument(help="Columns: arm, propensity, reward, perhaps a context and who.")
    ],
    policy: Annotated[
        str, typer.Option(help="Table of arm and probability in each context, or uniform.")
    ],
    context: Annotated[
        str, typer.Option(help="Column of the context; product_id where there is one.")
    ] = "",
    goal: Annotated[
        str, typer.Option(help="In events: click, cart, purchase or revenue.")
    ] = "click",
    level: Annotated[float, typer.Option(help="Of the intervals.")] = 0.95,
    seed: Annotated[int, typer.Option(help="Same seed, same intervals.")] = 0,
    as_json: AsJson = False,
) -> None:
    """What another policy would have earned, from a log with propensities, without showing it."""
    from titlewright.learning.offpolicy.evaluation import evaluate
    from titlewright.learning.offpolicy.reading import (
        UNIFORM,
        build_log,
        read_decisions,
        read_policy,
        uniform,
    )

    decisions = read_decisions(log, context=context, goal=goal)
    target = uniform(decisions) if policy == UNIFORM else read_policy(Path(policy), context=context)
    found = evaluate(build_log(decisions, target), level=level, seed=seed)
    if as_json:
        print_json(found.to_json())
        return
    console().print(_table(found, f"{level:.0%}"))
    told = found.support
    say(
        f"{told.decisions:,} decisions of the log are worth {told.effective:,.0f} of the policy's "
        f"own; quote dr, the doubly robust value"
    )


def _table(found: Evaluation, level: str) -> Table:
    table = Table()
    for name in ("", "a decision", level, "lift over the log"):
        table.add_column(name, justify="right" if name else "left")
    for one in (found.logged, *found.estimates):
        lift = "" if one is found.logged else f"{one.value / found.logged.value - 1:+.1%}"
        table.add_row(one.estimator, f"{one.value:.4f}", f"{one.low:.4f} … {one.high:.4f}", lift)
    return table
