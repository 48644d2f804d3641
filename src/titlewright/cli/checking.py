"""Commands that look at what is there: check, verify, inspect, channels."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from titlewright.cli.options import AsJson, Channel, Format, Mapped, mapping
from titlewright.cli.output import console, print_json, progress, say, write_text
from titlewright.errors import FeedError, RecordError
from titlewright.records import Product, Reject, Violation
from titlewright.settings import load_settings


def register(app: typer.Typer) -> None:
    app.command("check")(check)
    app.command("verify")(verify)
    app.command("inspect")(inspect)
    app.command("channels")(channels)


def check(
    feed: Annotated[Path, typer.Argument(help="The feed whose titles are checked.")],
    channel: Channel,
    format: Format = None,  # noqa: A002 - the option people expect
    map: Mapped = None,  # noqa: A002 - the option people expect
    show: Annotated[int, typer.Option(min=0, help="How many offending rows to show.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Check the titles of a feed against a channel's rules; exit code 1 when any is broken."""
    from titlewright.channels import check as check_title
    from titlewright.channels import get_channel
    from titlewright.feeds import open_feed

    rules = get_channel(channel, load_settings().packs)
    source = open_feed(feed, format=format, columns=mapping(map))
    counts: Counter[tuple[str, str]] = Counter()
    shown: list[tuple[int, str, list[Violation]]] = []
    rows = titles = broken = 0
    rejects: list[Reject] = []
    with progress("check", None) as moved:
        for item in source:
            rows += 1
            if isinstance(item, Reject):
                rejects.append(item)
                continue
            if not item.titled:
                continue
            titles += 1
            found = check_title(rules, item.product.title, item.product)
            counts.update((violation.severity, violation.rule) for violation in found)
            errors = [violation for violation in found if violation.severity == "error"]
            broken += bool(errors)
            if errors and (as_json or len(shown) < show):
                shown.append((item.number, item.product.title, errors))
            if rows % 1000 == 0:
                moved(rows)
    report = {
        "channel": rules.name,
        "rows": rows,
        "titles": titles,
        "titles_with_errors": broken,
        "errors": sum(n for (severity, _), n in counts.items() if severity == "error"),
        "warnings": sum(n for (severity, _), n in counts.items() if severity == "warning"),
        "rules": {rule: n for (_, rule), n in counts.most_common()},
        "unreadable_rows": [reject.to_json() for reject in rejects],
    }
    if as_json:
        report["titles_shown"] = [
            {"row": row, "title": title, "violations": [v.to_json() for v in errors]}
            for row, title, errors in shown
        ]
        print_json(report)
    else:
        _show_check(report, counts, shown)
    if broken or rejects:
        raise typer.Exit(1)


def _show_check(
    report: dict[str, Any],
    counts: Counter[tuple[str, str]],
    shown: list[tuple[int, str, list[Violation]]],
) -> None:
    out = console()
    for row, title, errors in shown:
        out.print(f"row {row}: {title}", markup=False, soft_wrap=True)
        for violation in errors:
            out.print(f"   {violation.message}  [{violation.rule}]", markup=False, style="red")
    if counts:
        table = Table("rule", "severity", "times", box=None, header_style="dim")
        for (severity, rule), number in counts.most_common():
            table.add_row(rule, severity, str(number))
        out.print(table)
    say(
        f"{report['titles']} titles on {report['channel']}: {report['titles_with_errors']} break a "
        f"rule ({report['errors']} errors, {report['warnings']} warnings)"
        + (
            f"; {len(report['unreadable_rows'])} unreadable rows"
            if report["unreadable_rows"]
            else ""
        )
    )


def verify(
    file: Annotated[Path, typer.Argument(help='JSONL of {"product": {...}, "title": "..."}.')],
    json_out: Annotated[
        Path | None,
        typer.Option("--json", help="Write one JSON object a line here; - for stdout."),
    ] = None,
    show: Annotated[int, typer.Option(min=0, help="How many unsupported titles to show.")] = 20,
) -> None:
    """Say whether products state what their titles claim; exit code 1 when one doesn't."""
    settings = load_settings()
    aliases = settings.known_aliases
    lines: list[str] = []
    unsupported = broken = 0
    for number, verdict in _verdicts(file, aliases):
        lines.append(json.dumps(verdict, ensure_ascii=False))
        broken += "error" in verdict
        if not verdict["supported"]:
            unsupported += 1
            if json_out is None and unsupported <= show:
                _show_verdict(number, verdict)
    if not lines:
        raise FeedError(f"{file} is empty. {_CASE_ADVICE}")
    if json_out is not None:
        text = "".join(line + "\n" for line in lines)
        if str(json_out) == "-":
            typer.echo(text, nl=False)
        else:
            write_text(text, json_out)
    say(f"{len(lines)} titles: {unsupported} not supported" + (
        f", of which {broken} lines could not be read" if broken else ""
    ))  # fmt: skip
    if broken == len(lines):
        raise FeedError(f"No line of {file} could be read. {_CASE_ADVICE}")
    if unsupported:
        raise typer.Exit(1)


_CASE_ADVICE = 'Write {"product": {"description": "..."}, "title": "..."} on each line.'


def _verdicts(file: Path, aliases: Path | None) -> Iterator[tuple[int, dict[str, Any]]]:
    """The number of each line, from 1, and its verdict, blank lines left out; an unreadable one
    gives one with "error"."""
    from titlewright.grounding import Grounder

    try:
        stream = file.open(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise FeedError(f"{file} can't be read: {error.strerror}. Check the path.") from error
    with stream:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            try:
                product, title = _read_case(line)
            except RecordError as error:
                unread = {"supported": False, "unsupported": [], "evidence": []}
                yield number, unread | {"error": str(error)}
                continue
            grounding = Grounder(product, aliases=aliases).ground(title)
            backed = [item.to_json() for item in grounding.evidence if item.kind != "none"]
            yield (
                number,
                {
                    "supported": grounding.supported,
                    "unsupported": [item.to_json() for item in grounding.unsupported],
                    "evidence": backed,
                    "title": title,
                },
            )


def _read_case(line: str) -> tuple[Product, str]:
    try:
        case = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise RecordError(f"The line is not JSON: {error}.", advice=_CASE_ADVICE) from error
    if not isinstance(case, dict) or not isinstance(case.get("title"), str):
        raise RecordError("The line has no title.", field="title", advice=_CASE_ADVICE)
    return Product.from_json(case.get("product", {})), case["title"]


def _show_verdict(number: int, verdict: dict[str, Any]) -> None:
    from titlewright.cli.output import highlighted

    out = console()
    if "error" in verdict:
        out.print(f"line {number}: {verdict['error']}", style="red", markup=False)
        return
    out.print(f"line {number}: ", end="")
    out.print(highlighted(verdict["title"], verdict["evidence"] + verdict["unsupported"]))
    for item in verdict["unsupported"]:
        out.print(f"   {item['text']}: {item.get('reason', '')}", style="red", markup=False)


def inspect(
    feed: Annotated[Path, typer.Argument(help="The feed to look over.")],
    html: Annotated[Path | None, typer.Option(help="Also write a page with plots here.")] = None,
    channel: Annotated[
        list[str] | None,
        typer.Option("--channel", "-c", help="Channels to hold titles against; repeat for more."),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first rows.")] = None,
    format: Format = None,  # noqa: A002 - the option people expect
    map: Mapped = None,  # noqa: A002 - the option people expect
    as_json: AsJson = False,
) -> None:
    """Say what is wrong with a feed: duplicates, gaps, broken text, contradictions, rules."""
    from titlewright.channels import get_channel
    from titlewright.feeds import open_feed
    from titlewright.inspection import inspect_feed
    from titlewright.inspection.console import render
    from titlewright.inspection.page import to_html

    packs = load_settings().packs
    names = channel or ["google", "amazon", "ebay", "taobao"]
    rules = [get_channel(name, packs) for name in names]
    source = open_feed(feed, format=format, columns=mapping(map))
    with progress("inspect", limit) as moved:
        report = inspect_feed(source, rules, limit=limit, progress=moved)
    if html:
        write_text(to_html(report, feed.name), html)
    if as_json:
        print_json(report.to_json())
    else:
        console().print(render(report))
        if html:
            say(f"the page: {html}")


def channels(
    name: Annotated[str | None, typer.Argument(help="Show one channel's rules.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the sales channels, or show the rules of one with their sources."""
    from titlewright.channels import get_channel, load_channels

    packs = load_settings().packs
    if name is None:
        known = load_channels(packs)
        if as_json:
            print_json([_channel_json(channel) for channel in known.values()])
            return
        table = Table(
            "channel", "title length", "counted in", "rules", box=None, header_style="dim"
        )
        for key, channel in known.items():
            most = "not known" if channel.max_length is None else str(channel.max_length)
            table.add_row(key, most, channel.unit.replace("_", " "), str(len(channel.rules)))
        console().print(table)
        return
    channel = get_channel(name, packs)
    if as_json:
        print_json(_channel_json(channel))
        return
    out = console()
    most = (
        "no limit known" if channel.max_length is None else f"{channel.max_length} {channel.unit}"
    )
    out.print(f"{channel.title}: {most.replace('_', ' ')}", style="bold")
    if channel.note:
        out.print(channel.note, markup=False)
    for rule in channel.rules:
        style = "red" if rule.severity == "error" else "yellow"
        out.print(f"{rule.severity:8}{rule.id}", style=style, markup=False)
        out.print(f"        {rule.message}", markup=False)
        read = f", read {rule.read}" if rule.read else ""
        out.print(f"        {rule.source_url} ({rule.confidence}{read})", style="dim", markup=False)


def _channel_json(channel: Any) -> dict[str, Any]:
    return {
        "name": channel.name,
        "title": channel.title,
        "max_length": channel.max_length,
        "unit": channel.unit,
        "recommended_length": channel.recommended_length,
        "attribute_order": list(channel.attribute_order),
        "ai_title": channel.ai_title,
        "note": channel.note,
        "rules": [
            {
                "id": rule.id,
                "severity": rule.severity,
                "message": rule.message,
                "source_url": rule.source_url,
                "read": str(rule.read) if rule.read else None,
                "confidence": rule.confidence,
            }
            for rule in channel.rules
        ],
    }
