"""What a title may not say: what nothing backs, what the rest of the product denies, broken rules.

The present title is a statement of the seller's, so its words count as backed. A colour or a
material in it that an attribute contradicts and nothing else of the product states is held to be
wrong; where the product itself disagrees, the seller is told and the title stays.
"""

from __future__ import annotations

from collections.abc import Iterator

from titlewright.channels import check, repair
from titlewright.grounding import Grounder, Grounding
from titlewright.grounding.contradictions import contradicted, families_in
from titlewright.grounding.pruning import prune
from titlewright.grounding.source import Source
from titlewright.records import Evidence
from titlewright.rewriting.case import Case
from titlewright.rewriting.joining import without
from titlewright.rewriting.problems import Edit, Problem, Severity

_KINDS = ("colours", "materials")


def not_backed(case: Case, text: str) -> Iterator[Problem]:
    grounding = case.grounder.ground(text)
    if grounding.supported:
        return
    pruned, _ = prune(text, case.grounder)
    for item in grounding.unsupported:
        reason = f'"{item.text}" is not backed: {item.reason or "not in the source"}'
        edits = (Edit(pruned.title, f'took out "{item.text}": {item.reason}'),)
        yield Problem("not backed", "error", reason, item.span, edits)


def contradictions(case: Case, text: str) -> Iterator[Problem]:
    grounding = case.grounder.ground(text)
    for item in _against_attributes(case, grounding):
        stated = _stated(case, item)
        reason = f'the title says "{item.text}", but {item.reason}'
        edits = () if stated else (
            Edit(without(text, item.span), f'took out "{item.text}": {item.reason}'),
        )  # fmt: skip
        yield Problem("contradiction", "note" if stated else "error", reason, item.span, edits)


def denied(case: Case, grounding: Grounding) -> bool:
    """Whether a title says what an attribute denies and only the present title backs."""
    return any(not _stated(case, item) for item in _against_attributes(case, grounding))


def _against_attributes(case: Case, grounding: Grounding) -> list[Evidence]:
    """What a colour or material attribute speaks against, whatever the title says."""
    source = Source.of(case.product, use_title=False)
    return [
        item
        for item in contradicted(grounding.title, grounding.evidence, source)
        if item.kind == "none" and _is_clear(item, case)
    ]


def _is_clear(item: Evidence, case: Case) -> bool:
    """A colour, or a material in a script with spaces, that shares no character with a value.

    Chinese strings colours together (橙黄 of 橙 and 黄), and names materials of parts.
    """
    kinds = _KINDS if item.text.isascii() else _KINDS[:1]
    values = "".join(case.product.attributes.values())
    shared = not item.text.isascii() and any(character in values for character in item.text)
    return not shared and any(families_in(item.text, kind) for kind in kinds)


def _stated(case: Case, item: Evidence) -> bool:
    """Whether there is a description, and it or another attribute says so too."""
    if not case.product.description:
        return False
    source = Grounder(case.product, use_title=False).source
    found = list(source.phrase([word.casefold() for word in item.text.split()]))
    return bool(found) or any(True for _ in source.substring(item.text.casefold()))


def broken_rules(case: Case, text: str) -> Iterator[Problem]:
    """The channel's rules; those that repairing can't help have no edit."""
    found = check(case.channel, text, case.product)
    errors = [violation for violation in found if violation.severity == "error"]
    if not found:
        return
    repaired = repair(case.channel, text, case.product) if errors else None
    for violation in found:
        edits: tuple[Edit, ...] = ()
        if violation.severity == "error" and repaired and not repaired.remaining:
            edits = (Edit(repaired.text, "; ".join(repaired.changes)),)
        severity: Severity = "error" if violation.severity == "error" else "note"
        yield Problem(violation.rule, severity, violation.message, violation.span, edits)
