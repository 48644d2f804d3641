"""Shortening a title to a limit by dropping what is worth least, never part of a word.

Clauses go first, from the end, the least valuable first; then words inside clauses that hold
something valuable. What was dropped too eagerly and still fits comes back. A clause that leans on
another ("case with lid", "mug (blue)") goes with it, so that nothing is said of the wrong thing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from titlewright.channels.atoms import Atom, Clause
from titlewright.channels.case import Case
from titlewright.channels.pieces import clauses
from titlewright.channels.seams import cut
from titlewright.channels.worth import ATTRIBUTE, QUANTITY, appraise, clause_worth, stated

_LONG_CLAUSE = 4  # atoms; a leaning clause that long is a pile of words: it may come back in part


class Shortened(NamedTuple):
    text: str
    change: str


def shorten(case: Case, limit: int, measure: Callable[[str], int]) -> Shortened | None:
    """The title within the limit, or None when not even one word of it fits.

    `measure` gives a text's length in the unit of the limit.
    """
    tight = _shorten(case, limit, measure, loosely=False)
    return tight or _shorten(case, limit, measure, loosely=True)


def _shorten(
    case: Case, limit: int, measure: Callable[[str], int], *, loosely: bool
) -> Shortened | None:
    known = stated(case)
    # Brands, models, types and key attributes are names: they stay whole.
    found = clauses(
        case.text, [span for span, worth in known if worth > ATTRIBUTE], loosely=loosely
    )
    if not found:
        return None
    core = appraise(found, case, known)
    atoms = [atom for clause in found for atom in clause.atoms]
    sizes = {id(atom): measure(case.text[atom.start : atom.end]) for atom in atoms}
    dropped: set[int] = set()
    left = sum(sizes.values())
    kept_count = len(atoms)
    text = case.text
    for group in _drops(found, core):
        group = [atom for atom in group if id(atom) not in dropped]
        if not group or len(group) >= kept_count:
            continue
        dropped.update(map(id, group))
        kept_count -= len(group)
        left -= sum(sizes[id(atom)] for atom in group)
        if left > limit:
            continue  # too long even without its spaces
        text = _without(case.text, found, dropped)
        if measure(text) <= limit:
            break
    else:
        return None
    text = _restore(case.text, found, core, dropped, limit, measure, text)
    gone = [case.text[start:end] for start, end in _ranges(found, dropped)]
    listed = ", ".join(f'"{piece}"' for piece in gone)
    return Shortened(text, f"Dropped {listed} to fit the limit of {limit}.")


def _drops(found: list[Clause], core: Clause) -> Iterator[list[Atom]]:
    """Groups of atoms in the order in which they go: only the core is taken apart by words."""
    others = [clause for clause in reversed(found) if clause is not core]
    worth = {clause.number: clause_worth(clause) for clause in others}
    atoms = [atom for clause in found for atom in clause.atoms]
    for level in sorted({atom.worth for atom in atoms}):
        for clause in others:
            if worth[clause.number] <= level:
                yield with_dependents(clause, found)
        for atom in reversed(core.atoms):
            if atom.worth <= level:
                yield [atom]
    for atom in sorted(atoms, key=lambda atom: (atom.worth, -atom.start)):
        yield [atom]


def with_dependents(clause: Clause, found: list[Clause]) -> list[Atom]:
    """The clause and those after it that would say something else without it."""
    gone, atoms = {clause.number}, list(clause.atoms)
    for other in found[clause.number + 1 :]:
        if other.governor in gone or (other.continues in gone and _is_listed(other)):
            gone.add(other.number)
            atoms += other.atoms
    return atoms


def _is_listed(clause: Clause) -> bool:
    """Whether a clause after "for men, ..." may be one more of the list, not an attribute."""
    return clause_worth(clause) < QUANTITY


def _restore(
    original: str,
    found: list[Clause],
    core: Clause,
    dropped: set[int],
    limit: int,
    measure: Callable[[str], int],
    text: str,
) -> str:
    """Bring back what fits after all: whole clauses, the beginnings of long leaning ones, and
    attributes of the core; the best first."""
    others = [clause for clause in found if clause is not core]
    groups = [clause.atoms for clause in sorted(others, key=clause_worth, reverse=True)]
    groups += [
        clause.atoms[:count]
        for clause in others
        if len(clause.atoms) >= _LONG_CLAUSE and clause.governor is not None
        for count in range(len(clause.atoms) - 1, 1, -1)
    ]
    groups += [[atom] for atom in core.atoms if atom.worth >= QUANTITY]
    for group in groups:
        fresh = all(id(atom) in dropped for atom in group)
        if not fresh or not _supported(found[group[0].clause], found, dropped):
            continue
        tried = dropped - set(map(id, group))
        candidate = _without(original, found, tried)
        if measure(candidate) <= limit:
            dropped.difference_update(map(id, group))
            text = candidate
    return text


def _supported(clause: Clause, found: list[Clause], dropped: set[int]) -> bool:
    """Whether the clauses that this one leans on are still whole at their ends."""
    needed = [clause.governor]
    if _is_listed(clause):
        needed.append(clause.continues)
    return all(
        id(found[number].atoms[-1]) not in dropped for number in needed if number is not None
    )


def _ranges(found: list[Clause], dropped: set[int]) -> list[tuple[int, int]]:
    """The dropped stretches, left to right; one stretch stays within one segment."""
    ranges: list[tuple[int, int]] = []
    previous: Atom | None = None
    atoms = (atom for clause in found for atom in clause.atoms)
    for atom in sorted(atoms, key=lambda atom: atom.start):
        if id(atom) in dropped:
            if previous is not None and previous.segment == atom.segment:
                ranges[-1] = (ranges[-1][0], atom.end)
            else:
                ranges.append((atom.start, atom.end))
            previous = atom
        else:
            previous = None
    return ranges


def _without(text: str, found: list[Clause], dropped: set[int]) -> str:
    for start, end in reversed(_ranges(found, dropped)):
        text = cut(text, start, end)
    return text
