"""Explanations as one HTML page: a list of titles with their evidence, details on opening.

Each title's spans and details stand beside it as JSON that the page's script reads when the title
comes into view or is asked about, so that a thousand open quickly. Texts are cut into pieces here
and not by positions there, since browsers count UTF-16 and not code points.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median

from titlewright.channels import Channel
from titlewright.channels.model import Rule
from titlewright.explaining.records import GATED, Backing, Explanation, Touched
from titlewright.explaining.rules import rules_of
from titlewright.explaining.sources import excerpt
from titlewright.explaining.telling import (
    backing_note,
    changes,
    made_for,
    rule_said,
    why_kept_out,
    why_lost,
)
from titlewright.explaining.wording import Wording
from titlewright.pages import percent, render
from titlewright.records import JsonObject, Span

_TEMPLATES = Path(__file__).parent / "templates"
_WHOLE = 600  # code points of a field that is shown whole; of longer ones what is around spans
_AROUND = 120
_CLOSE = 0.05  # a lead over the runner-up below which a choice is a close call
_FLAGS = ("close", "decisive", "inferred", "reworded", "repaired", "warned")
_KINDS = ("exact", "inflected", "same quantity", "alias", "category", "picture", "none")


def to_html(
    explanations: Sequence[Explanation],
    words: Wording,
    channels: Mapping[str, Channel] | None = None,
    name: str = "",
) -> str:
    """One page that needs nothing else.

    `channels` are those that the titles were made for, by name; `name` says which feed or results
    it is about.
    """
    channels = channels or {}
    rules = {key: rules_of(channel) for key, channel in channels.items()}
    names = dict.fromkeys(one.channel for one in explanations)
    return render(
        "explanations.html",
        _TEMPLATES,
        scripts=("explanations.js",),
        words=words,
        name=name,
        channels=words.list([channels[key].title if key in channels else key for key in names]),
        figures=_figures(explanations, words),
        titles=[_row(one, words, rules.get(one.channel, {})) for one in explanations],
        flags=[flag for flag in _FLAGS if any(flag in _flags(one) for one in explanations)],
        kinds=_legend(explanations, words),
        labels=dict(words.texts["heading"]) | {"showing": words.texts["page"]["showing"]},
    )


def _figures(explanations: Sequence[Explanation], words: Wording) -> list[tuple[str, str]]:
    """(number, what it counts) for the head of the page."""
    spans = [one for explanation in explanations for one in explanation.backings]
    found = [
        (f"{len(explanations):,}", words.say("page.titles")),
        (f"{sum(one.kind != 'none' for one in spans):,}", words.say("page.spans")),
    ]
    if spans and any(explanation.checked for explanation in explanations):
        share = sum(one.literal for one in spans) / len(spans)
        found.append((percent(share), words.say("page.literal")))
    margins = [one.margin for one in explanations if one.margin is not None]
    if margins:
        found.append((f"{median(margins):.3f}", words.say("page.median_margin")))
    if any(one.words for one in explanations):
        hanging = sum("decisive" in _flags(one) for one in explanations)
        found.append((f"{hanging:,}", words.say("page.decided")))
    return found


def _legend(explanations: Sequence[Explanation], words: Wording) -> list[tuple[str, str]]:
    """(class, name) of each kind of evidence on the page."""
    present = {_kind(one) for explanation in explanations for one in explanation.backings}
    order = [*_KINDS, "inferred"]
    return [(kind.replace(" ", "-"), words.kind(kind)) for kind in order if kind in present]


def _row(one: Explanation, words: Wording, rules: Mapping[str, Rule]) -> JsonObject:
    """A title as the template shows it, and its details for the script."""
    return {
        "number": one.row,
        "id": one.product_id,
        "title": one.title,
        "score": f"{one.score:.2f}",
        "flags": " ".join(_flags(one)),
        "details": _details(one, words, rules),
    }


def _kind(one: Backing) -> str:
    return "inferred" if one.field == "inferred" else one.kind


def _flags(one: Explanation) -> Iterator[str]:
    found = {
        "close": one.margin is not None and one.margin < _CLOSE,
        "decisive": any(w.changes and w.place != GATED and len(w.words) == 1 for w in one.words),
        "inferred": any(b.field == "inferred" for b in one.backings),
        "reworded": any(b.kind in ("inflected", "alias", "same quantity") for b in one.backings),
        "repaired": any(rule.state == "repaired" for rule in one.rules),
        "warned": any(rule.state == "stays" for rule in one.rules),
    }
    return (flag for flag in _FLAGS if found[flag])


def _details(one: Explanation, words: Wording, rules: Mapping[str, Rule]) -> JsonObject:
    places = {name: place for place, (name, _) in enumerate(one.fields)}
    return {
        "title": pieces(one.title, enumerate(backing.span for backing in one.backings)),
        "before": one.previous_title or words.say("say.nothing_before"),
        "score": f"{one.score:.3f}",
        "spans": [_span(backing, one, places, words) for backing in one.backings],
        "fields": [_field(name, text, one.backings, words) for name, text in one.fields],
        "parts": [
            {
                "name": words.quality(part.name),
                "value": round(part.value, 6),
                "quality": None if part.quality is None else f"{part.quality:.2f}",
                "why": "; ".join(map(words.reason, part.reasons)),
            }
            for part in one.parts
        ],
        "changes": changes(one, words, rules),
        "rivals": [
            {"text": rival.text, "place": rival.place, "score": f"{rival.score:.3f}",
             "why": why_lost(rival, words)}
            for rival in one.rivals
        ],
        "fallen": [
            {"text": fell.text, "why": why_kept_out(fell, words, rules)} for fell in one.fallen
        ],
        "rules": [_rule(rule, words, rules) for rule in one.rules],
    }  # fmt: skip


def _span(
    backing: Backing, one: Explanation, places: Mapping[str, int], words: Wording
) -> JsonObject:
    """A span; `in` is the place of its field among the fields, where it stands there literally."""
    found: JsonObject = {
        "text": backing.text,
        "kind": words.kind(backing.kind, backing.field),
        "class": _kind(backing).replace(" ", "-"),
        "field": words.field(backing.field) if backing.field else "",
        "source": backing.source_text,
        "note": backing_note(backing, one, words),
    }
    return found | ({"in": places[backing.field]} if backing.literal else {})


def _rule(one: Touched, words: Wording, rules: Mapping[str, Rule]) -> JsonObject:
    read = words.say("say.read", day=one.read) if one.read else ""
    secure = one.source_url.startswith(("https://", "http://"))  # a user's pack may hold anything
    return {
        "state": words.say("say.repaired" if one.state == "repaired" else f"say.{one.severity}"),
        "class": "note" if one.state == "repaired" else one.severity,
        "rule": made_for(one, words),
        "text": rule_said(one, words, rules),
        "url": one.source_url if secure else "",
        "read": read,
    }


def _field(name: str, text: str, backings: Sequence[Backing], words: Wording) -> JsonObject:
    """A field's text in pieces, each with the numbers of the spans that it backs."""
    spans = [
        (number, one.source)
        for number, one in enumerate(backings)
        if one.literal and one.field == name and one.source
    ]
    shown: list[tuple[str, list[int]]] = []
    for start, end in _windows(text, [span for _, span in spans]):
        if start:
            shown.append(("… " if not shown else " … ", []))
        inside = [
            (number, Span(span.start - start, span.end - start))
            for number, span in spans
            if start <= span.start and span.end <= end
        ]
        shown += pieces(text[start:end], inside)
        last = end
    if shown and last < len(text):
        shown.append((" …", []))
    return {"name": words.field(name), "pieces": shown}


def _windows(text: str, spans: Sequence[Span]) -> list[tuple[int, int]]:
    """The stretches of a text that are shown: all of a short one, else what is around spans."""
    if len(text) <= _WHOLE:
        return [(0, len(text))]
    found: list[tuple[int, int]] = []
    for span in sorted(spans):
        start, end = excerpt(text, *span, _AROUND)
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def pieces(text: str, spans: Iterable[tuple[int, Span]]) -> list[tuple[str, list[int]]]:
    """A text cut at the ends of numbered spans, each piece with the spans that it lies in."""
    inside = [(number, span) for number, span in spans if span.start < span.end]
    cuts = sorted({0, len(text), *(at for _, span in inside for at in span)})
    return [
        (text[start:end], [n for n, span in inside if span.start <= start and end <= span.end])
        for start, end in pairwise(cuts)
    ]
