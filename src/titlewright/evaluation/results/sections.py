"""An analysis in sections for people: what each tells, with its plots and tables.

The page and Markdown show the same sections; Markdown leaves the plots out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from titlewright.evaluation.results import charts, tables
from titlewright.evaluation.results.searches import QUERIES
from titlewright.evaluation.text_tables import Table
from titlewright.records import JsonObject

WITHOUT_FEED = (
    "The feed as it was isn't given. With `--before FEED` this report also tells: rules broken "
    "before, words that only the title states, key facts named, how products are found by a search "
    "made of their own facts, and all of it by category."
)
LEGEND = (
    "In brackets: 95 % intervals, by the bootstrap over products. ▲ better, ▼ worse, beyond "
    "chance: the interval of the change, over products that have both titles (10 at least), leaves "
    "0 out."
)


@dataclass(frozen=True, slots=True)
class Part:
    """A plot, a table, or both. `folded` tables stand behind a click on the page."""

    table: Table
    chart: JsonObject | None = None
    caption: str = ""
    height: str = ""
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """`id` is its anchor; `lead` says what is measured."""

    id: str
    title: str
    lead: str
    parts: tuple[Part, ...]


def sections(analysis: Mapping[str, Any]) -> list[Section]:
    """All sections that have something to tell."""
    runs = [run for run in analysis["runs"] if run["channel"]]
    made = [
        _outcomes(analysis["runs"]),
        _measures(runs),
        _facts(runs),
        _rules(runs),
        _lengths(runs),
        _found(runs, analysis["judgments"]),
        _categories(runs),
        _scores(runs),
        _shared(runs),
        _rejects(analysis["runs"]),
        _repairs(runs),
        _examples(runs),
    ]
    return [section for section in made if section.parts]


def _outcomes(runs: Sequence[Mapping[str, Any]]) -> Section:
    height = "low" if len(runs) < 4 else ""
    part = Part(tables.outcomes(runs), charts.outcomes(runs), "Products by what became of them",
                height)  # fmt: skip
    return Section(
        "made",
        "Titles made",
        "“Without a result” are rows of the feed that have neither a title nor a reject here; "
        "“without evidence” are new titles with a word that nothing in the product states, the "
        "present title included: the gate lets none through.",
        (part,),
    )


def _measures(runs: Sequence[Mapping[str, Any]]) -> Section:
    parts = [Part(tables.side_by_side(runs))] if len(runs) > 1 else []
    parts += [Part(tables.before_after(run)) for run in runs]
    return Section(
        "measures",
        "Before and after",
        "Both titles of each product by the same yardsticks: the channel's rules, lengths in the "
        "channel's unit. “Words that only the title states” are words, codes and quantities for "
        "which no other field of the product has evidence: not wrong for that, but nothing backs "
        "them. " + LEGEND,
        tuple(parts),
    )


def _facts(runs: Sequence[Mapping[str, Any]]) -> Section:
    parts = [
        Part(table, charts.facts(run), f"Titles that name a fact: {run['name']}")
        for run in runs
        if (table := tables.facts(run)).rows
    ]
    return Section(
        "facts",
        "Key facts in the title",
        "Of the products that state a fact (in any field, the type in their title too), the share "
        "whose title names it: three quarters of its words. A title over the channel's limit has "
        "room for more facts than one within it. Where attributes were read out of the titles, "
        "these name them by construction, and no shorter title can name more.",
        tuple(parts),
    )


def _rules(runs: Sequence[Mapping[str, Any]]) -> Section:
    parts = [
        Part(table, charts.rules(run), f"Titles by the rules they break: {run['name']}",
             "tall" if len(table.rows) > 6 else "")
        for run in runs
        if (table := tables.rules(run)).rows
    ]  # fmt: skip
    return Section(
        "rules",
        "Rules broken and mended",
        "Titles that break each rule, a title once a rule. Errors are never published; warnings "
        "are left for people where mending would mean inventing or cutting a fact.",
        tuple(parts),
    )


def _lengths(runs: Sequence[Mapping[str, Any]]) -> Section:
    parts = []
    for run in runs:
        unit = charts.UNITS[run["channel"]["unit"]]
        caption = f"Titles by length in {unit}: {run['name']}"
        parts.append(Part(tables.lengths(run), charts.lengths(run), caption, "tall", folded=True))
    return Section(
        "lengths",
        "Lengths",
        "In the unit that the channel counts in. The useful length is what the channel recommends "
        "or shoppers see.",
        tuple(parts),
    )


def _found(runs: Sequence[Mapping[str, Any]], judgments: str | None) -> Section:
    parts = []
    for run in runs:
        for kind, label in (("judged", "judged queries"), ("known_items", "search by own facts")):
            table = tables.found(run, kind)
            if table.rows:
                parts.append(Part(table._replace(title=f"{table.title}, {label}")))
    stand_in = (
        "A stand-in, no shopper's query: each search is made of a product's own brand, type and up "
        "to two further facts, read from the fields beside the title, and counts by how high that "
        f"product comes when all titles compete (BM25, up to {QUERIES:,} products drawn). It shows "
        "whether titles tell products apart by their facts, so it rewards long titles that repeat "
        "them."
    )
    judged = f"Judged: the queries and grades of {judgments}." if judgments else (
        "With `--judgments`, a CSV of query, id and grade, the report measures queries that people "
        "judged."
    )  # fmt: skip
    return Section("found", "Found by the title alone", f"{judged} {stand_in}", tuple(parts))


def _categories(runs: Sequence[Mapping[str, Any]]) -> Section:
    parts = []
    for run in runs:
        for grouping in run["categories"]:
            many = "tall" if len(grouping["groups"]) > 6 else ""
            caption = f"Key facts named by {grouping['by']}: {run['name']}"
            parts.append(Part(tables.categories(run, grouping), charts.categories(grouping),
                              caption, many))  # fmt: skip
    return Section(
        "categories",
        "By category",
        "The largest (of 5 products and more), the others together; by product type where the feed "
        "states no category. "
        "Before → after; ▲ better, ▼ worse, beyond chance. “Found” is the mean reciprocal rank of "
        "the search by own facts, over the products drawn for it.",
        tuple(parts),
    )


def _scores(runs: Sequence[Mapping[str, Any]]) -> Section:
    parts = [
        Part(table, charts.scores(run), f"New titles by band of each score: {run['name']}")
        for run in runs
        if (table := tables.scores(run)).rows
    ]
    return Section(
        "scores",
        "Scores of the new titles",
        "From 0 to 1, as the ranking gave them when it chose; the total is their weighted mean. "
        "“Likely” compares a title with the model's other candidates, so it can't be compared "
        "between models.",
        tuple(parts),
    )


def _shared(runs: Sequence[Mapping[str, Any]]) -> Section:
    told = []
    for run in runs:
        before, after = run["shared"]["before"], run["shared"]["after"]
        told.append(f"{run['name']}: {before['rows']:,} rows before, {after['rows']:,} now.")
    parts = tuple(Part(table) for run in runs if (table := tables.shared(run)).rows)
    lead = "Rows whose title another row has too; shoppers can't choose between twins. "
    return Section("shared", "Titles shared by several products", lead + " ".join(told), parts)


def _rejects(runs: Sequence[Mapping[str, Any]]) -> Section:
    heads = ("why", "products", "for example")
    parts = [
        Part(tables.kinds(run["name"], run["rejects"]["reasons"], heads))
        for run in runs
        if run["rejects"]["reasons"]
    ]
    again = sum(run["rejects"]["again"] for run in runs)
    lead = "A product may have several reasons, one for each candidate that fell."
    if again:
        lead += f" {again:,} failed through no fault of their row: `generate --resume` tries again."
    return Section("rejects", "Why products were rejected", lead, tuple(parts))


def _repairs(runs: Sequence[Mapping[str, Any]]) -> Section:
    heads = ("what was changed", "titles", "for example")
    parts = [
        Part(tables.kinds(run["name"], run["repairs"], heads)) for run in runs if run["repairs"]
    ]
    lead = "What the gates changed in candidates that were then chosen."
    return Section("repairs", "Repairs on the way", lead, tuple(parts))


def _examples(runs: Sequence[Mapping[str, Any]]) -> Section:
    parts = []
    for run in runs:
        shown, name = run["examples"], run["name"]
        told = (
            ("lost", f"{name}: brand, type, model or code named before and no longer "
                     f"({run['lost']:,} titles), drawn evenly"),
            ("largest", f"{name}: the largest changes"),
            ("drawn", f"{name}: drawn evenly from all changes"),
        )  # fmt: skip
        parts += [Part(tables.examples(title, shown[kind])) for kind, title in told if shown[kind]]
    lead = "Private data is masked. The largest changes are those with most edited characters."
    return Section("examples", "Titles before and after", lead, tuple(parts))
