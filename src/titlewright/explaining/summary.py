"""Why a title is as it is, in words: what was added and from where, what was left out."""

from __future__ import annotations

from collections import defaultdict

from titlewright.records import TitleResult
from titlewright.text.words import atoms


def reasons(result: TitleResult) -> tuple[str, ...]:
    """What a reader of a before/after table asks: additions with their source, omissions, repairs.

    Every word comes from the result itself; nothing is looked up again.
    """
    said = [reason for reason in (_added(result), _left_out(result)) if reason]
    return (*said, *result.repairs)


def _added(result: TitleResult) -> str:
    before = {atom.norm for atom in atoms(result.previous_title)}
    sources: dict[str, list[str]] = defaultdict(list)
    for item in result.evidence:
        words = [atom.norm for atom in atoms(item.text)]
        if item.field != "title" and not all(word in before for word in words):
            sources[_place(item.field)].append(item.text)
    added = "; ".join(f"{' '.join(words)} (from {place})" for place, words in sources.items())
    return f"added {added}" if added else ""


def _place(field: str) -> str:
    if field.startswith("attribute"):
        return field.removeprefix("attributes.").removeprefix("attribute name: ")
    return "category" if field.startswith("category") else field


def _left_out(result: TitleResult) -> str:
    kept = {atom.norm for atom in atoms(result.title)}
    left = [atom.text for atom in atoms(result.previous_title) if atom.norm not in kept]
    return f"left out {' '.join(left)}" if left else ""
