"""Commands of experiments: experiment plan, assign, count, analyse, promote."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from titlewright.cli.feedback import Since, Until, span
from titlewright.cli.options import AsJson, Channel
from titlewright.cli.output import console, print_json, say, write_text
from titlewright.settings import load_settings

if TYPE_CHECKING:
    from titlewright.learning.experiments.findings import Analysis, Arm, SegmentLift
    from titlewright.learning.experiments.planning import Plan

experiments = typer.Typer(
    name="experiment", help="Plan, assign, analyse and end tests of titles.", no_args_is_help=True
)
Table_ = Annotated[Path, typer.Argument(help="CSV, TSV, JSONL or Parquet of counts or events.")]
Level = Annotated[float, typer.Option(help="Of intervals; 1 less it is the rate of false alarms.")]


class Correction(StrEnum):
    holm = "holm"
    benjamini_hochberg = "benjamini-hochberg"
    none = "none"


class By(StrEnum):
    product = "product"
    cluster = "cluster"


def register(app: typer.Typer) -> None:
    experiments.command("plan")(plan)
    experiments.command("assign")(assign)
    experiments.command("count")(count)
    experiments.command("analyse")(analyse)
    experiments.command("promote")(promote)
    app.add_typer(experiments)


def plan(
    rate: Annotated[float, typer.Option(help="The click rate now, 0.02 for 2 %.")],
    lift: Annotated[float, typer.Option(help="The lift to find, 0.1 for 10 % more clicks.")],
    daily: Annotated[float | None, typer.Option(help="Impressions a day, all arms.")] = None,
    power: Annotated[float, typer.Option(help="Probability of finding it.")] = 0.8,
    alpha: Annotated[float, typer.Option(help="Rate of false alarms.")] = 0.05,
    arms: Annotated[int, typer.Option(help="Titles compared, the control included.")] = 2,
    cluster_size: Annotated[float, typer.Option(help="Impressions of a cluster.")] = 1.0,
    correlation: Annotated[float, typer.Option(help="Of clicks within a cluster.")] = 0.0,
    as_json: AsJson = False,
) -> None:
    """How many impressions and days a test of titles takes."""
    from titlewright.learning.experiments.planning import plan as make_plan

    found = make_plan(
        rate, lift, power=power, alpha=alpha, arms=arms, daily=daily,
        cluster_size=cluster_size, correlation=correlation,
    )  # fmt: skip
    if as_json:
        print_json(found.to_json())
        return
    console().print(_plan_table(found))


def _plan_table(found: Plan) -> Table:
    table = Table(
        title=f"To find {found.lift:+.0%} on a click rate of {found.rate:.2%} with a power of "
        f"{found.power:.0%} and {found.alpha:.0%} false alarms, {found.arms} arms"
    )
    for name in ("", "impressions an arm", "in all", "days"):
        table.add_column(name, justify="right" if name else "left")
    for name, size, days in (
        ("one look, at the end", found.per_arm, found.days),
        ("looking at any time, at most", found.per_arm_always, found.days_always),
    ):
        if size is None:
            continue
        shown = "–" if days is None else f"{days:,}"
        table.add_row(name, f"{size:,}", f"{size * found.arms:,}", shown)
    return table


def assign(
    titles: Annotated[Path, typer.Argument(help="Columns: id, arm, title, perhaps category.")],
    name: Annotated[str, typer.Option(help="The experiment's name: it decides who gets what.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="CSV: id, unit, arm, title.")],
    period: Annotated[
        int | None, typer.Option(min=0, help="Which period, from 0: arms cross over in time.")
    ] = None,
    by: Annotated[By, typer.Option(help="Assign products, or clusters of one category.")] = (
        By.product
    ),
) -> None:
    """Which title each product shows: the same for good, or crossing over from period to period."""
    from titlewright.learning.experiments.scheduling import read_arms, schedule
    from titlewright.learning.shoppers import load_shoppers

    key = load_shoppers(load_settings()).derived("experiments")
    shown = schedule(read_arms(titles), name, period=period, clustered=by is By.cluster, key=key)
    write_text(_csv(("id", "unit", "arm", "title"), shown), output)
    counts = Counter(arm for _, _, arm, _ in shown)
    told = ", ".join(f"{count} show {arm!r}" for arm, count in sorted(counts.items()))
    say(f"of {len(shown)} products {told}: titlewright experiment promote {output}")


def count(
    titles: Annotated[Path, typer.Argument(help="Columns: id, arm, title: what assign reads.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="CSV of counts, for analyse.")],
    source: Annotated[str, typer.Option(help="events, or a report's name, if several.")] = "",
    since: Since = "",
    until: Until = "",
) -> None:
    """What the store counted of each arm's titles: what was imported, as a table for analyse."""
    from titlewright.learning.experiments.counting import COUNTED, count_arms
    from titlewright.learning.experiments.scheduling import read_arms
    from titlewright.learning.store import open_store

    arms = read_arms(titles)
    with open_store(load_settings()) as store:
        found = count_arms(store, arms, *span(since, until), source)
    clusters = arms.clusters()
    rows: list[Sequence[str | float]] = [
        (product, clusters[product], arm, *counts) for (product, arm), counts in found.arms.items()
    ]
    write_text(_csv(("product_id", "cluster", "arm", *COUNTED), rows), output)
    say(f"{len(rows)} counts of {len(arms.titles)} products are in {output}")
    if found.others:
        say(f"{found.others:,.0f} impressions had titles that are in no arm: left out")


def analyse(
    table: Table_,
    control: Annotated[str, typer.Option(help="The control arm; default: the first one.")] = "",
    fixed: Annotated[
        bool, typer.Option("--fixed", help="One look, at the planned end, not always-valid.")
    ] = False,
    arm: Annotated[str, typer.Option(help="Column of the arm.")] = "",
    test: Annotated[str, typer.Option(help="Column of the test, such as product_id.")] = "",
    unit: Annotated[
        str, typer.Option(help="Column of what was assigned: who counts each shopper once.")
    ] = "",
    segment: Annotated[
        list[str] | None, typer.Option(help="Column to break down by; repeat for more.")
    ] = None,
    goal: Annotated[
        str, typer.Option(help="click, cart or purchase; in events revenue, too.")
    ] = "click",
    value: Annotated[
        str, typer.Option(help="Column of values to compare instead of clicks: a row a shopper.")
    ] = "",
    before: Annotated[
        str, typer.Option(help="Column of what each was before the test began: takes noise off.")
    ] = "",
    share: Annotated[
        list[str] | None, typer.Option(help="Planned share of an arm, ARM=0.5; repeat for all.")
    ] = None,
    worthwhile: Annotated[float, typer.Option(help="Lift below which no change is worth it.")] = 0,
    expected: Annotated[float, typer.Option(help="Lift to look for first, set beforehand.")] = 0.2,
    correction: Annotated[Correction, typer.Option(help="Over all arms.")] = Correction.holm,
    level: Level = 0.95,
    winners: Annotated[
        Path | None, typer.Option(help="CSV of id and title of what won; the table must name both.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What a test says so far: lift with intervals, which title wins, stop or go on."""
    from titlewright.learning.experiments.analysis import analyse as judge
    from titlewright.learning.experiments.findings import Rules, read_shares
    from titlewright.learning.experiments.reading import (
        SHOPPERS,
        Columns,
        read_cells,
        read_winners,
    )

    columns = Columns(arm, test, unit, tuple(segment or ()), value, before)
    cells = read_cells(table, columns, goal=goal)
    rules = Rules(
        "planned end" if fixed else "any time", control, read_shares(share or ()), level,
        worthwhile, expected, correction.value,
        by_unit=unit not in ("", *SHOPPERS) and cells[0].worth is None,
    )  # fmt: skip
    found = judge(cells, rules)
    if winners is not None:
        won = {(one.test, one.winner) for one in found if one.verdict == "ship"}
        shipped = read_winners(table, columns, won)
        write_text(_csv(("id", "title"), shipped), winners)
        say(f"{len(shipped)} winners are in {winners}")
    if as_json:
        print_json([one.to_json() for one in found])
        return
    for one in found:
        console().print(_arms_table(one, f"{level:.0%}"))
        if one.segments:
            console().print(_segments_table(one.segments, f"{level:.0%}"))
        if one.saved is not None:
            console().print(f"what was known from before takes {one.saved:.0%} of the noise off")
        console().print(f"[bold]{one.verdict}[/]: {escape(one.reason)}\n", soft_wrap=True)


_COUNTED, _VALUED = ("impressions", "clicks", "rate"), ("units", "mean")


def _table(title: str, words: Sequence[str], arm: Arm, level: str) -> Table:
    """A table whose first columns hold words, and the others figures such as the arm's."""
    table = Table(title=escape(title) or None, title_justify="left")
    figures = _COUNTED if arm.mean is None else _VALUED
    for name in (*words, *figures, "lift", level, "p"):
        table.add_column(name, justify="left" if name in words else "right")
    return table


def _arms_table(one: Analysis, level: str) -> Table:
    table = _table(one.test, ("arm",), one.arms[0], level)
    for arm in one.arms:
        name = escape(arm.name)
        table.add_row(f"[bold]{name}[/]" if arm.name == one.winner else name, *_cells(arm))
    return table


def _segments_table(segments: tuple[SegmentLift, ...], level: str) -> Table:
    table = _table("by segment", ("by", "segment", "arm"), segments[0].arm, level)
    for one in segments:
        named = map(escape, (one.by, one.segment, one.arm.name))
        table.add_row(*named, *_cells(one.arm))
    return table


def _cells(arm: Arm) -> list[str]:
    shown = [f"{arm.count.impressions:,}"]
    if arm.mean is None:
        rate = f"{arm.count.rate:.2%}" if arm.count.impressions else "?"
        shown += [f"{arm.count.clicks:,}", rate]
    else:
        shown.append(f"{arm.mean:,.4g}")
    if arm.lift is None or arm.lift_interval is None or arm.p is None:
        return [*shown, "", "", ""]
    low, high = arm.lift_interval
    interval = f"{_percent(low)} … {_percent(high)}"
    return [*shown, _percent(arm.lift), interval, f"{arm.p:.2g}"]


def _percent(lift: float) -> str:
    if math.isnan(lift):
        return "?"
    return f"{lift:+.1%}" if math.isfinite(lift) else "+∞" if lift > 0 else "-∞"


def promote(
    titles: Annotated[Path, typer.Argument(help="Columns: id, title, perhaps model_made.")],
    feed: Annotated[Path, typer.Option(help="The feed whose titles change.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The feed with its new titles.")],
    channel: Channel = "google",
    ledger: Annotated[Path | None, typer.Option("--ledger", help="The ledger's file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Write winners, or the titles of a period, into a feed; `rollback` puts the old ones back."""
    from titlewright.channels import get_channel
    from titlewright.feeds import open_feed
    from titlewright.learning.experiments.promotion import promote as write
    from titlewright.learning.experiments.promotion import read_chosen

    settings = load_settings()
    done = write(
        open_feed(feed), output, read_chosen(titles), get_channel(channel, settings.packs),
        ledger=ledger or settings.ledger,
    )  # fmt: skip
    if as_json:
        print_json(done.to_json())
    else:
        console().print(
            f"{done.changed} titles changed in {output}, {done.unchanged} stood there already "
            f"(run {done.run})", soft_wrap=True,
        )  # fmt: skip
    for reject in done.refused:
        say(f"{reject.product_id}: left as it was, {reject.problem}")
    if done.absent:
        say(f"{len(done.absent)} products aren't in {feed}: {', '.join(done.absent[:3])}")
    if done.refused or done.absent:
        raise typer.Exit(1)


def _csv(columns: Sequence[str], rows: Iterable[Sequence[str | float]]) -> str:
    """Text is written so that a spreadsheet runs none of it; the commands read it as it was."""
    from titlewright.feeds.delimited_writer import escape_formula

    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(
        [escape_formula(one) if isinstance(one, str) else f"{one:.15g}" for one in row]
        for row in rows
    )
    return text.getvalue()
