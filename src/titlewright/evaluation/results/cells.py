"""Figures as the text of table cells: shares, rates, lengths, intervals, better or worse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

NONE = "–"
_ENOUGH = 10  # products: of fewer, all alike, the bootstrap would call any change certain
Form = Literal["share", "per thousand", "number", "rank"]


class Measure(NamedTuple):
    """How a measure is told: `better` says which way is good, "" where neither is."""

    label: str
    form: Form
    better: Literal["less", "more", ""]


MEASURES: dict[str, Measure] = {
    "with errors": Measure("Titles that break a rule", "share", "less"),
    "errors": Measure("Errors per 1,000 titles", "per thousand", "less"),
    "warnings": Measure("Warnings per 1,000 titles", "per thousand", "less"),
    "alone": Measure("Words that only the title states", "share", ""),
    "key facts": Measure("Key facts named", "share", "more"),
    "length": Measure("Mean length", "number", ""),
    "over limit": Measure("Titles over the limit", "share", "less"),
    "past useful": Measure("Titles past the useful length", "share", "less"),
}
FOUND: dict[str, Measure] = {
    "first": Measure("Products that come first", "share", "more"),
    "mrr": Measure("Mean reciprocal rank", "rank", "more"),
    "ndcg10": Measure("nDCG@10", "rank", "more"),
}
NAMED = Measure("", "share", "more")
Figure = Mapping[str, Any] | None  # {"value", "low", "high", "products"}


def told(value: float, form: Form, *, sign: bool = False) -> str:
    """A value as people read it; of shares in per cent, with one decimal where it tells."""
    if form == "share":
        text = _plain(100 * value, 1)
    elif form == "per thousand":
        text = _plain(1000 * value, 0)
    else:
        text = _plain(value, 1 if form == "number" else 3)
    if not sign:
        return f"{text} %" if form == "share" else text
    return f"+{text}" if value > 0 and text != "0" else text


def _plain(value: float, digits: int) -> str:
    """Without a sign on what rounds to 0, and without decimals on 0 and 100."""
    text = f"{value:,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        return "0"
    text = text.removesuffix(".0") if text in ("100.0", "-100.0") else text
    return text.replace("-", "−")


def with_interval(figure: Figure, form: Form) -> str:
    """ "63.9 % (59.1 … 68.4)"; without an interval where all products have the same value."""
    if not figure:
        return NONE
    low, high = (told(figure[name], form).removesuffix(" %") for name in ("low", "high"))
    value = told(figure["value"], form)
    return value if figure["low"] == figure["high"] else f"{value} ({low} … {high})"


def plain_value(figure: Figure, form: Form) -> str:
    """ "63.9 %"."""
    return told(figure["value"], form) if figure else NONE


def change(figure: Figure, measure: Measure) -> str:
    """ "−63.9 (−68.4 … −59.1) ▲": ▲ is better and ▼ worse, beyond chance."""
    if not figure:
        return NONE
    value, low, high = (told(figure[n], measure.form, sign=True) for n in ("value", "low", "high"))
    interval = "" if figure["low"] == figure["high"] else f" ({low} … {high})"
    return f"{value}{interval}{_mark(figure, measure)}"


def _mark(figure: Mapping[str, Any], measure: Measure) -> str:
    certain = not figure["low"] <= 0 <= figure["high"]
    if not (measure.better and certain and figure["products"] >= _ENOUGH):
        return ""
    return " ▲" if (figure["low"] > 0) == (measure.better == "more") else " ▼"


def arrow(figures: Mapping[str, Figure] | None, measure: Measure) -> str:
    """ "63.9 % → 0 %", with ▲ or ▼ where the change is beyond chance."""
    if not figures:
        return NONE
    sides = [figures["before"], figures["after"]]
    if not any(sides):
        return NONE
    before, after = (told(one["value"], measure.form) if one else NONE for one in sides)
    difference = figures["difference"]
    return f"{before} → {after}" + (_mark(difference, measure) if difference else "")


def products(figures: Mapping[str, Figure]) -> str:
    """How many products were measured; before and after where the two differ."""
    counts = [one["products"] for name in ("before", "after") if (one := figures[name])]
    return " → ".join(f"{count:,}" for count in dict.fromkeys(counts)) or NONE
