"""An explanation on the terminal: the title, its evidence, score, runner-ups and rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from titlewright.channels.model import Rule
from titlewright.explaining.records import Backing, Explanation, Part
from titlewright.explaining.telling import (
    backing_note,
    changes,
    made_for,
    rule_said,
    why_kept_out,
    why_lost,
)
from titlewright.explaining.wording import Wording

_BAR = 20  # columns of the largest contribution
_DOT = "·"
_STYLES = {
    "exact": "green", "inflected": "green", "same quantity": "cyan", "alias": "cyan",
    "category": "blue", "picture": "magenta", "none": "bold red",
}  # fmt: skip


def render(
    explanation: Explanation,
    words: Wording,
    rules: Mapping[str, Rule] | None = None,
    *,
    plain: bool = False,
) -> RenderableType:
    """All of an explanation. `plain` puts brackets where a terminal underlines."""
    return Group(*_parts(explanation, words, rules or {}, plain))


def _parts(
    explanation: Explanation, words: Wording, rules: Mapping[str, Rule], plain: bool
) -> Iterator[RenderableType]:
    yield _title(explanation)
    before = explanation.previous_title or words.say("say.nothing_before")
    yield Text(f"{words.say('heading.before')}{words.say('heading.colon')}{before}", style="dim")
    if explanation.backings:
        yield _heading(words, "evidence")
        yield _evidence(explanation, words, plain)
    if explanation.parts:
        yield Text(f"\n{words.say('heading.score')} {explanation.score:.2f}", style="bold")
        yield _score(explanation, words)
    yield _heading(words, "changes")
    yield _list((_DOT, sentence, "") for sentence in changes(explanation, words, rules))
    if explanation.rivals:
        yield _heading(words, "rivals")
        yield _list(
            (f"{one.place}.", f"{one.text}  {one.score:.2f}", why_lost(one, words))
            for one in explanation.rivals
        )
    if explanation.fallen:
        yield _heading(words, "fallen")
        yield _list((_DOT, one.text, why_kept_out(one, words, rules)) for one in explanation.fallen)
    if explanation.rules:
        yield _heading(words, "rules")
        yield _list(_rules(explanation, words, rules))


def _heading(words: Wording, name: str) -> Text:
    return Text(f"\n{words.say(f'heading.{name}')}", style="bold")


def _style(one: Backing) -> str:
    return "yellow" if one.field == "inferred" else _STYLES.get(one.kind, "")


def _title(explanation: Explanation) -> Text:
    title = Text(explanation.title, style="bold")
    for one in explanation.backings:
        title.stylize(f"{_style(one)} underline", *one.span)
    return title


def _evidence(explanation: Explanation, words: Wording, plain: bool) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False)
    table.add_column(words.say("heading.words"), overflow="fold")
    table.add_column(words.say("heading.how"), overflow="fold")
    table.add_column(words.say("heading.where"), overflow="fold", max_width=24)
    table.add_column(words.say("heading.source"), overflow="fold")
    for one in explanation.backings:
        table.add_row(
            Text(one.text, style=_style(one)),
            Text(words.kind(one.kind, one.field)),
            Text(words.field(one.field)),
            _source(one, backing_note(one, explanation, words), plain),
        )
    return table


def _source(one: Backing, note: str, plain: bool) -> Text:
    opening, closing = ("[", "]") if plain and (one.before or one.after) else ("", "")
    text = Text(f"{one.before}{opening}")
    text.append(one.source_text, style="underline")
    text.append(f"{closing}{one.after}")
    if note:
        text.append(f"{' ' if text.plain else ''}({note})", style="dim")
    return text


def _score(explanation: Explanation, words: Wording) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False)
    table.add_column(words.say("heading.quality"), overflow="fold")
    table.add_column(words.say("heading.adds"), justify="right")
    table.add_column("", no_wrap=True)
    table.add_column(words.say("heading.value"), justify="right")
    table.add_column(words.say("heading.why"), overflow="fold")
    largest = max((abs(part.value) for part in explanation.parts), default=0.0) or 1.0
    for part in explanation.parts:
        table.add_row(*_row(part, largest, words))
    return table


def _row(part: Part, largest: float, words: Wording) -> tuple[RenderableType, ...]:
    bar = "█" * max(1 if part.value else 0, round(_BAR * abs(part.value) / largest))
    return (
        Text(words.quality(part.name)),
        Text(f"{part.value:+.3f}" if part.value < 0 else f"{part.value:.3f}"),
        Text(bar, style="red" if part.value < 0 else "blue"),
        Text("" if part.quality is None else f"{part.quality:.2f}"),
        Text("; ".join(map(words.reason, part.reasons)), style="dim"),
    )


def _rules(
    explanation: Explanation, words: Wording, rules: Mapping[str, Rule]
) -> Iterator[tuple[str, str, str]]:
    for one in explanation.rules:
        state = words.say("say.repaired" if one.state == "repaired" else f"say.{one.severity}")
        said = f"{state}{words.say('heading.colon')}{rule_said(one, words, rules)}"
        read = f", {words.say('say.read', day=one.read)}" if one.read else ""
        link = f"  {one.source_url}{read}" if one.source_url else ""
        yield _DOT, said, f"{made_for(one, words)}{link}"


def _list(items: Iterable[tuple[str, str, str]]) -> Table:
    """(mark, text, what is said of it below), the mark in a column of its own."""
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for mark, text, below in items:
        said = Text(text)
        if below:
            said.append(f"\n{below}", style="dim")
        table.add_row(Text(mark), said)
    return table
