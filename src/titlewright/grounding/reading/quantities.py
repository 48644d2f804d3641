"""Quantities and numbers that stand alone."""

from __future__ import annotations

from titlewright.grounding.numbers import back_quantity
from titlewright.grounding.reading.notes import Reading, overlap
from titlewright.grounding.source import Occurrence
from titlewright.records import EvidenceKind
from titlewright.text.quantities import Quantity
from titlewright.text.words import atoms


def read_quantity(reading: Reading, quantity: Quantity) -> None:
    """Note what backs it, or that nothing does."""
    inside = [
        index
        for index, word in enumerate(reading.words)
        if word.start < quantity.span.end and quantity.span.start < word.end
    ]
    if not inside or all(index in reading.done for index in inside):
        return
    evidence, reason = back_quantity(quantity, reading.title, reading.source)
    if evidence:
        kind: EvidenceKind = "exact" if evidence.exact else "same quantity"
        reading.note(quantity.span, evidence.field, evidence.span, kind)
    else:
        _read_unbacked(reading, quantity, inside[0], reason)
    reading.done.update(inside)


def _read_unbacked(reading: Reading, quantity: Quantity, first: int, reason: str) -> None:
    """A number that the source doesn't state as one: part of an alias, or none after all."""
    alias = quantity.dimension == "" and reading.alias_around(first)
    if not (alias or _negated(quantity) or _standing_as_written(reading, quantity)):
        reading.note_nothing(quantity.span, reason)


def _negated(quantity: Quantity) -> bool:
    """ "0 sugar" style zeros count as a negation of what follows, not as a number."""
    return quantity.value == 0 and not quantity.dimension


def _standing_as_written(reading: Reading, quantity: Quantity) -> bool:
    """Units that are none after all ("Size 5 in", "Area 51 m"): the source's very words."""
    if quantity.unit not in {"in", "to", "u", "a", "m", "g", "l", "w", "h", "p", "set", "x"}:
        return False
    words = [a.norm for a in atoms(quantity.text)]
    return len(words) > 1 and any(
        reading.note_occurrence(quantity.span, occurrence, "exact")
        for occurrence in reading.source.phrase(words)
        if occurrence.kind == "exact" and not occurrence.negated and not _measured(occurrence)
    )


def _measured(occurrence: Occurrence) -> bool:
    """Whether the words belong to a quantity there: "9/16 in" of "1-9/16 in"."""
    return any(
        quantity.dimension and overlap(quantity.span, occurrence.span)
        for quantity in occurrence.field.quantities
    )
