"""What is done to rows, a chunk at a time, in worker processes.

The first pass cleans and counts what recurs; the second, which knows what recurs in the whole
feed, takes boilerplate out, judges the rows and makes what duplicates are found by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ftfy.badness import is_bad

from titlewright.records import Product
from titlewright.text.clean import clean, fix_mojibake, has_html
from titlewright.text.language import identify
from titlewright.text.leak import without_title
from titlewright.training.prepare.boilerplate import Recurring, without_boilerplate
from titlewright.training.prepare.families import family_of
from titlewright.training.prepare.options import PrepareOptions
from titlewright.training.prepare.privacy import without_private
from titlewright.training.prepare.quality import backed_share, flags_of, problem_of
from titlewright.training.prepare.remnants import without_remnants
from titlewright.training.prepare.rows import PreparedRow, SourceRow, input_texts
from titlewright.training.prepare.steps import Counts, first_difference
from titlewright.training.prepare.twins import Fingerprints, fingerprints

_READ = 400  # code points from which the language is told


@dataclass(frozen=True, slots=True)
class Cleaned:
    rows: list[PreparedRow]
    counts: Counts
    recurring: Recurring


@dataclass(frozen=True, slots=True)
class Finished:
    rows: list[PreparedRow]
    counts: Counts
    fingerprints: Fingerprints


def clean_rows(chunk: Sequence[SourceRow], options: PrepareOptions) -> Cleaned:
    """The first pass: no private data, code or copy of the title is left in what comes back."""
    counts, recurring = Counts(), Recurring()
    rows = []
    for row in chunk:
        cleaned = _clean(row, options, counts)
        if cleaned is not None:
            rows.append(cleaned)
            recurring.add(cleaned.product, cleaned.family)
    return Cleaned(rows, counts, recurring)


def _clean(row: SourceRow, options: PrepareOptions, counts: Counts) -> PreparedRow | None:
    def note(step: str, before: str, after: str = "") -> None:
        counts.note(step, row.source, row.number, before, after)

    product = row.product
    for written in row.written:
        if has_html(written) and not has_html(readable := clean(written)):
            note("markup", written, readable)
            break
    for written in row.written:
        if not written.isascii() and is_bad(written) and fix_mojibake(written) != written:
            note("mojibake", written, fix_mojibake(written))
            break
    plain = without_remnants(product)
    if plain is not product:
        note("remnants", *_differing(product, plain))
    masked = without_private(plain)
    texts = list(zip(_texts(plain), _texts(masked), strict=True))
    if any(before != after for before, after in texts):
        before, after = next(pair for pair in texts if pair[0] != pair[1])
        note("private", after[max(0, first_difference(before, after) - 60) :])
    title = masked.title
    language = identify(f"{title} {masked.description}"[:_READ], masked.locale)
    if options.languages and language and language not in options.languages:
        note("language", f"{language}: {title or masked.description}")
        return None
    bare, leaked = without_title(masked)
    if leaked:
        note("leak", *_differing(replace(masked, title=""), bare))
    return PreparedRow(
        row.source, row.number, replace(bare, title=title), family_of(row, masked), language
    )


def _texts(product: Product) -> list[str]:
    return [product.title, *input_texts(product), product.id, *product.attributes]


def _differing(before: Product, after: Product) -> tuple[str, str]:
    """The first text of two products that differs; a removed attribute has no text after."""
    if before.title != after.title:
        return before.title, after.title
    if before.description != after.description:
        return before.description, after.description
    for name, text in before.attributes.items():
        if after.attributes.get(name, "") != text:
            return f"{name}: {text}", f"{name}: {after.attributes.get(name, '')}"
    return " > ".join(before.category), " > ".join(after.category)


def finish_rows(
    chunk: Sequence[PreparedRow], boilerplate: frozenset[int], options: PrepareOptions
) -> Finished:
    """The second pass."""
    counts = Counts()
    rows = [_finish(row, boilerplate, options, counts) for row in chunk]
    return Finished(rows, counts, fingerprints(rows))


def _finish(
    row: PreparedRow, boilerplate: frozenset[int], options: PrepareOptions, counts: Counts
) -> PreparedRow:
    def note(step: str, before: str, after: str = "") -> None:
        counts.note(step, row.source, row.number, before, after)

    product = row.product
    text = without_boilerplate(product.description, boilerplate)
    if text != product.description:
        note("boilerplate", product.description, text)
        product = replace(product, description=text)
    backed = 0.0
    problem = problem_of(product, options)
    if not problem:
        backed = backed_share(product)
        problem = "unbacked" if backed < options.min_backed else ""
    if problem:
        said = " | ".join(filter(None, input_texts(product)))
        note(problem, f"{product.title} ← {said}" if said else product.title)
        return replace(row, product=product, problem=problem)
    flags = flags_of(product, row.language, backed)
    return replace(row, product=product, flags=flags, backed=backed)
