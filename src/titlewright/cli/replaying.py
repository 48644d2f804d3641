"""The command that replays tests of titles: replay."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from titlewright.cli.output import console, progress, say, write_json

_SHOWN_BESIDE = "prior_thompson"


def register(app: typer.Typer) -> None:
    app.command("replay")(replay)


def replay(
    tests: Annotated[
        Path, typer.Argument(help="CSV, JSONL or Parquet: test, title, impressions, clicks.")
    ],
    policies: Annotated[str, typer.Option(help="Names with commas between them, or all.")] = "all",
    impressions: Annotated[
        int, typer.Option(min=1, help="Impressions that each test gets.")
    ] = 10_000,
    seeds: Annotated[int, typer.Option(min=1, help="How often each policy is run.")] = 5,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same figures.")] = 0,
    floor: Annotated[
        float, typer.Option(min=0, max=1, help="Share of the traffic that all titles get equally.")
    ] = 0.0,
    prior: Annotated[
        Path | None, typer.Option(help="A prior that was fitted elsewhere; default: as shipped.")
    ] = None,
    batches: Annotated[
        int | None, typer.Option(min=1, help="Between batches policies learn; default 100.")
    ] = None,
    json: Annotated[
        Path | None, typer.Option("--json", help="Write JSON here; - for stdout.")
    ] = None,
) -> None:
    """Replay tests that were run: what policies would have gained over showing titles equally."""
    from titlewright.learning.prior import Prior
    from titlewright.learning.replay import comparing, read_tests

    names = comparing.chosen_names(policies)
    believed = Prior.load(prior) if prior else None
    found = read_tests(tests)
    for reason, count in found.left_out.items():
        say(f"tests left out: {count} ({reason})")
    believing = comparing.BELIEVING.intersection(names)
    texts = sorted({text for test in found.tests for text in test.titles}) if believing else []
    with progress("appeal of titles", len(texts)) as moved:
        strengths = comparing.judged(texts, moved)
    with progress("policies", len(names)) as moved:
        told = comparing.compare(
            found.tests, names, impressions, seeds=seeds, seed=seed, floor=floor, prior=believed,
            strengths=strengths, batches=batches, on_policy=moved,
        )  # fmt: skip
    told["left_out"] = dict(found.left_out)
    if json:
        write_json(told, json)
    if str(json) != "-":
        _show(told)


def _show(told: dict[str, Any]) -> None:
    table = Table(
        title=f"Replay of {told['tests']} tests, {told['impressions']} impressions each, "
        f"{told['seeds']} seeds", title_justify="left", box=None, header_style="dim",
    )  # fmt: skip
    for head in ("policy", "clicks gained", "95 % over seeds", "regret", "on the best title"):
        table.add_column(head, justify="left" if head == "policy" else "right")
    for name, one in told["policies"].items():
        gain = one["gain"]
        table.add_row(
            name, f"{gain['mean']:+.1%}", f"{gain['low']:+.1%} … {gain['high']:+.1%}",
            f"{one['regret']['mean']:.1f}", f"{one['best_arm_share']['mean']:.1%}",
        )  # fmt: skip
    table.add_row("the best title always", f"{told['oracle']['gain']:+.1%}", "", "0.0", "100.0%")
    out = console()
    out.print(table)
    out.print("Gained over showing all titles equally; regret: clicks a test that were missed.")
    out.print(told["note"])
    for other, gap in told.get("differences", {}).get(_SHOWN_BESIDE, {}).items():
        out.print(
            f"{_SHOWN_BESIDE} less {other}: {gap['mean']:+.1%} "
            f"({gap['low']:+.1%} … {gap['high']:+.1%} over tests and seeds)"
        )
