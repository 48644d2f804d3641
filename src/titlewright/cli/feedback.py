"""The commands of recorded feedback: feedback import, show and export, forget."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from titlewright.cli.options import AsJson, Mapped, Strict, mapping
from titlewright.cli.output import console, print_json, progress, say
from titlewright.errors import SettingsError
from titlewright.settings import load_settings

_NAMED = 3  # orphans that are named
Since = Annotated[str, typer.Option(help="From this day on, as in 2026-03-01.")]
Until = Annotated[str, typer.Option(help="Until this day, it included.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="What shoppers did: import it, and see what there is.",
                        no_args_is_help=True)  # fmt: skip
    group.command("import")(import_)
    group.command("show")(show)
    group.command("export")(export)
    app.add_typer(group, name="feedback")
    app.command("forget")(forget)


def import_(
    file: Annotated[
        Path,
        typer.Argument(help="Events, or a report by day of Google or Amazon: CSV, JSONL, Parquet."),
    ],
    source: Annotated[str, typer.Option(help="A name for the report, where several differ.")] = "",
    day: Annotated[str, typer.Option(help="The day of a report that doesn't say.")] = "",
    day_first: Annotated[
        bool | None,
        typer.Option("--day-first/--month-first", help="How 03/04/2026 is to be read."),
    ] = None,
    map: Mapped = None,  # noqa: A002 - the option people expect
    rejects: Annotated[
        Path | None, typer.Option(help="JSONL of named rejects; default FILE.rejects.jsonl.")
    ] = None,
    strict: Strict = False,
    as_json: AsJson = False,
) -> None:
    """Enter events or daily counts from a file. A second time changes nothing."""
    import dataclasses

    from titlewright.learning.feedback import import_feedback
    from titlewright.learning.feedback.importing import Asked
    from titlewright.learning.feedback.rejects import RejectFile
    from titlewright.learning.shoppers import load_shoppers
    from titlewright.learning.store import open_store

    settings = load_settings()
    asked = Asked(mapping(map), source, _day(day, "--day") if day else None, day_first)
    refused = RejectFile(rejects or file.with_name(file.name + ".rejects.jsonl"))
    if refused.path.exists() and file.exists() and refused.path.samefile(file):
        raise SettingsError(
            f"--rejects is the file that is read: {refused.path}. Name another; it would be lost."
        )
    with ExitStack() as stack:
        moved = stack.enter_context(progress("feedback", None))
        stack.enter_context(refused)
        store = stack.enter_context(open_store(settings))
        done = import_feedback(
            file, store, load_shoppers(settings), asked, on_reject=refused.add, on_rows=moved
        )
    if as_json:
        print_json(dataclasses.asdict(done))
    else:
        what = "events" if done.kind == "events" else f"daily counts ({done.source})"
        parts = [f"{done.rows:,} rows of {what}: {done.new:,} new"]
        parts += [
            f"{count:,} {said}" for name, said in _SAID.items() if (count := getattr(done, name))
        ]
        console().print(", ".join(parts), markup=False, soft_wrap=True)
    if done.rejected:
        say(f"each reject with its reason: {refused.path}")
    if strict and done.rejected:
        raise typer.Exit(1)


_SAID = {
    "corrected": "corrected",
    "known": "known before",
    "expired": "too old to be kept",
    "rejected": "rejected",
}


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise SettingsError(f"{option} {text!r} is no day. Write it as 2026-03-31.") from error


def span(since: str, until: str) -> tuple[float, float]:
    """From the start of one day to the end of another (UTC), in seconds since 1970."""
    start = _stamp(_day(since, "--since")) if since else 0.0
    return start, _stamp(_day(until, "--until")) + 86_400 if until else float("inf")


def _stamp(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


def show(as_json: AsJson = False) -> None:
    """What there is: events by kind, reports, from when to when."""
    from titlewright.learning.store import open_store

    with open_store(load_settings()) as store:
        found = store.summary()
        found["first_orphans"] = [one.id for one in islice(store.orphans(), _NAMED)]
    if as_json:
        print_json(found)
        return
    out = console()
    out.print(f"events in {store.name}", style="bold", markup=False, soft_wrap=True)
    for name, value in _lines(found):
        out.print(f"{name:16}{value}", markup=False, soft_wrap=True)
    for one in found["daily"]:
        out.print(
            f"{one['source']:16}{one['first']} to {one['last']}: {one['products']:,} products, "
            f"{one['impressions']:,.0f} impressions, {one['clicks']:,.0f} clicks, "
            f"{one['purchases']:,.0f} purchases", markup=False, soft_wrap=True,
        )  # fmt: skip


def export(
    output: Annotated[Path, typer.Option("--output", "-o", help="JSON lines, an event a line.")],
    since: Since = "",
    until: Until = "",
) -> None:
    """Write the events to a file: for experiment analyse, evaluate-policy, or another store."""
    from titlewright.learning.feedback.exporting import export_events
    from titlewright.learning.store import open_store

    start, end = span(since, until)
    with open_store(load_settings()) as store:
        count = export_events(store, output, start, end)
    say(f"{count:,} events are in {output}")


def _lines(found: dict[str, Any]) -> list[tuple[str, str]]:
    counts = ", ".join(f"{count:,} {kind}" for kind, count in found["events"].items() if count)
    lines = [("events", counts or "none")]
    if found["first"] is not None:
        lines.append(("time", f"{_time(found['first'])} to {_time(found['last'])} UTC"))
        lines.append(("products", f"{found['products']:,}"))
        lines.append(("shoppers", f"{found['shoppers']:,}, as keyed hashes"))
    if found["orphans"]:
        named = ", ".join(found["first_orphans"])
        named += ", …" if found["orphans"] > _NAMED else ""
        lines.append(("orphans", f"{found['orphans']:,} whose impression hasn't come: {named}"))
    return lines


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")


def forget(
    who: Annotated[str, typer.Argument(help="A shopper's raw id, or the keyed hash of it.")],
    as_json: AsJson = False,
) -> None:
    """Take a shopper out of every event. The events stay, so no count changes."""
    from titlewright.learning.shoppers import load_shoppers
    from titlewright.learning.store import open_store

    settings = load_settings()
    if not (who := who.strip()):
        raise SettingsError("Whom to forget? Give the shopper's id, or its keyed hash.")
    with open_store(settings) as store:
        count = store.forget(load_shoppers(settings).hashed(who))
    if as_json:
        print_json({"events": count})
    elif not count:
        say("no event is of anybody by that id: check how it is written, and the key")
    else:
        console().print(f"taken out of {count:,} events; no count has changed")
