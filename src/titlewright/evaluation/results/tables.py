"""The figures of an analysis as tables: of one run each, or of all runs side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from titlewright.evaluation.results.cells import (
    FOUND,
    MEASURES,
    NAMED,
    NONE,
    Measure,
    arrow,
    change,
    plain_value,
    products,
    told,
    with_interval,
)
from titlewright.evaluation.results.key_facts import NAMES
from titlewright.evaluation.text_tables import Table

Run = Mapping[str, Any]
_BOTH = ("before", "after", "change", "products")


def outcomes(runs: Sequence[Run]) -> Table:
    """How many titles were made, changed and rejected, a row a run."""
    heads = ("channel", "titles", "changed", "unchanged", "had none before", "rejected",
             "without a result", "without evidence", "unreadable lines")  # fmt: skip
    rows = []
    for run in runs:
        made = run["products"]
        without = run["without_result"]
        counts = [made["titles"], made["changed"], made["unchanged"], made["new"],
                  run["rejects"]["rows"], without, made["unbacked"],
                  run["unreadable_lines"]]  # fmt: skip
        cells = [NONE if count is None else f"{count:,}" for count in counts]
        if run["rejects"]["file"] is None:
            cells[4] = NONE
        rows.append((run["name"], *cells))
    return Table("Titles made", heads, rows, words=(0,))


def side_by_side(runs: Sequence[Run]) -> Table:
    """Every measure before and after, a column a run."""
    rows = [
        (measure.label, *(arrow(run["measures"].get(name), measure) for run in runs))
        for name, measure in MEASURES.items()
    ]
    for kind, title in (("known_items", "search by own facts"), ("judged", "judged queries")):
        rows += [
            (f"{measure.label}, {title}",
             *(arrow((run[kind] or {}).get(name), measure) for run in runs))
            for name, measure in FOUND.items()
        ]  # fmt: skip
    rows = [row for row in rows if any(cell != NONE for cell in row[1:])]
    return Table("Channels side by side", ("", *(run["name"] for run in runs)), rows)


def before_after(run: Run, *, brief: bool = False) -> Table:
    """Every measure; `brief` leaves the intervals of before and after out, here and below."""
    told_of = [
        (measure.label, run["measures"][name], measure)
        for name, measure in MEASURES.items()
        if name in run["measures"]
    ]
    return Table(run["name"], ("", *_BOTH), [_row(*one, brief) for one in told_of])


def facts(run: Run, *, brief: bool = False) -> Table:
    """Of the products that state a fact, how many name it in their title."""
    told_of = [
        (name, run["measures"][f"names {name}"], NAMED)
        for name in NAMES
        if f"names {name}" in run["measures"]
    ]
    return Table(run["name"], ("fact", *_BOTH), [_row(*one, brief) for one in told_of])


def found(run: Run, kind: str, *, brief: bool = False) -> Table:
    """How high searches find products, of `kind` "known_items" or "judged"."""
    figures = run[kind] or {}
    rows = [
        _row(measure.label, figures[name], measure, brief)
        for name, measure in FOUND.items()
        if name in figures and figures[name]["after"]
    ]
    unit = "products searched for" if kind == "known_items" else "queries"
    return Table(run["name"], ("", *_BOTH[:3], unit), rows)


def _row(label: str, figures: Mapping[str, Any], measure: Measure, brief: bool) -> tuple[str, ...]:
    value = plain_value if brief else with_interval
    return (
        label,
        *(value(figures[side], measure.form) for side in ("before", "after")),
        change(figures["difference"], measure),
        products(figures),
    )


def rules(run: Run) -> Table:
    """Titles by the rules that they break."""
    heads = ("rule", "before", "after", "mended", "broken anew", "for example")
    rows = []
    for rule in run["rules"]:
        counts = [rule["before"], rule["after"], rule["mended"], None]
        if rule["before"] is not None:
            counts[3] = rule["after"] - (rule["before"] - rule["mended"])
        cells = [NONE if count is None else f"{count:,}" for count in counts]
        rows.append((f"{rule['rule']} ({rule['severity']})", *cells, rule["message"]))
    return Table(run["name"], heads, rows, words=(0, 5))


def lengths(run: Run) -> Table:
    """The histogram of lengths, and before it the quantiles."""
    rows = []
    for name, label in (("median", "median"), ("p95", "95 % have at most"), ("longest", "longest")):
        sides = [run["lengths"][side] for side in ("before", "after")]
        rows.append((label, *(f"{side[name]:,}" if side else NONE for side in sides)))
    for one in run["lengths"]["bins"]:
        label = f"{one['from']}–{one['to']}" if one["to"] else f"{one['from']} and more"
        rows.append((label, f"{one['before']:,}", f"{one['after']:,}"))
    return Table(run["name"], ("length", "titles before", "titles after"), rows)


def scores(run: Run) -> Table:
    """The scores of the new titles by quality."""
    heads = ("quality", "mean", "a tenth has at most", "median", "nine tenths at most", "titles")
    rows = [
        (
            score["name"],
            f"{score['mean']:.2f} ({score['low']:.2f} … {score['high']:.2f})",
            *(f"{score[name]:.2f}" for name in ("p10", "median", "p90")),
            f"{score['products']:,}",
        )
        for score in run["scores"]
    ]
    return Table(run["name"], heads, rows, words=(0,))


def categories(run: Run, grouping: Mapping[str, Any]) -> Table:
    """The main measures by category."""
    columns = {name: MEASURES[name] for name in ("with errors", "key facts", "alone", "length")}
    columns["found"] = FOUND["mrr"]
    shown = [name for name in columns
             if any(name in group["measures"] for group in grouping["groups"])]  # fmt: skip
    short = {"with errors": "break a rule", "key facts": "key facts named",
             "alone": "only the title states", "length": "mean length",
             "found": "found (MRR)"}  # fmt: skip
    rows = [
        (
            group["name"],
            f"{group['products']:,}",
            told(group["changed"] / group["products"], "share"),
            *(arrow(group["measures"].get(name), columns[name]) for name in shown),
        )
        for group in grouping["groups"]
    ]
    heads = (grouping["by"], "titles", "changed", *(short[name] for name in shown))
    return Table(f"{run['name']}, by {grouping['by']}", heads, rows, words=(0,))


def shared(run: Run) -> Table:
    """Titles that several rows have, now."""
    rows = [
        (f"{one['products']:,}", one["title"], ", ".join(map(str, one["rows"])))
        for one in run["shared"]["after"]["largest"]
    ]
    return Table(run["name"], ("rows", "title", "row numbers"), rows, words=(1, 2))


def kinds(title: str, counted: Sequence[Mapping[str, Any]], heads: tuple[str, str, str]) -> Table:
    """Sentences by kind: why rows were rejected, or what was changed in candidates."""
    rows = [(one["kind"], f"{one['products']:,}", one["example"]) for one in counted]
    return Table(title, heads, rows, words=(0, 2))


def examples(title: str, shown: Sequence[Mapping[str, Any]]) -> Table:
    """Titles before and after with what the change does."""
    rows = [
        (str(one["row"]), one["before"], one["after"], "; ".join(one["reasons"]) or NONE)
        for one in shown
    ]
    return Table(title, ("row", "before", "after", "why"), rows, words=(1, 2, 3))
