"""Shortening a title to a limit by dropping what is worth least, never part of a word.

Clauses go first, from the end, the least valuable first; then words inside clauses that hold
something valuable. What was dropped too eagerly and still fits comes back. A clause that leans on
another ("case with lid", "mug (blue)") goes with it, so that nothing is said of the wrong thing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from titlewright.channels.case import Case
from titlewright.channels.pieces import Atom, Clause, clauses
from titlewright.channels.seams import cut
from titlewright.channels.worth import ATTRIBUTE, TYPE, appraise, stated


class Shortened(NamedTuple):
    text: str
    change: str


def shorten(case: Case, limit: int, measure: Callable[[str], int]) -> Shortened | None:
    """The title within the limit, or None when not even one word of it fits.

    `measure` gives a text's length in the unit of the limit.
    """
    known = stated(case)
    # Brands, models, types and key attributes are names: they stay whole.
    found = clauses(case.text, [span for span, worth in known if worth > ATTRIBUTE])
    appraise(found, case, known)
    atoms = [atom for clause in found for atom in clause.atoms]
    sizes = {id(atom): measure(case.text[atom.start : atom.end]) for atom in atoms}
    dropped: set[int] = set()
    left = sum(sizes.values())
    kept_count = len(atoms)
    text = case.text
    for group in _drops(found, dropped):
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
    text = _restore(case.text, found, dropped, limit, measure, text)
    gone = [case.text[start:end] for start, end in _ranges(found, dropped)]
    listed = ", ".join(f'"{piece}"' for piece in gone)
    return Shortened(text, f"Dropped {listed} to fit the limit of {limit}.")


def _drops(found: list[Clause], dropped: set[int]) -> Iterator[list[Atom]]:
    """Groups of atoms in the order in which they go."""
    levels = sorted({atom.worth for clause in found for atom in clause.atoms})
    for level in levels:
        for clause in reversed(found):
            if max((atom.worth for atom in clause.atoms), default=0.0) <= level:
                yield _with_dependents(clause, found)
        for clause in reversed(found):
            worths = [atom.worth for atom in clause.atoms if id(atom) not in dropped]
            last_valuable = max(
                (index for index, atom in enumerate(clause.atoms) if atom.worth > level), default=-1
            )
            # After the valuable words from the end; before them likewise.
            if worths and min(worths) <= level:
                for index in range(len(clause.atoms) - 1, -1, -1):
                    if clause.atoms[index].worth <= level:
                        yield [clause.atoms[index]]
            del last_valuable


def _with_dependents(clause: Clause, found: list[Clause]) -> list[Atom]:
    gone, atoms = {clause.number}, list(clause.atoms)
    for other in found[clause.number + 1 :]:
        if other.governor in gone:
            gone.add(other.number)
            atoms += other.atoms
    return atoms


def _restore(
    original: str,
    found: list[Clause],
    dropped: set[int],
    limit: int,
    measure: Callable[[str], int],
    text: str,
) -> str:
    """Bring back whole clauses and stated attributes that fit after all, best first."""
    groups = [
        clause.atoms
        for clause in found
        if clause.atoms and all(id(atom) in dropped for atom in clause.atoms)
    ]
    groups += [
        [atom]
        for clause in found
        for atom in clause.atoms
        if id(atom) in dropped and atom.worth >= ATTRIBUTE
    ]
    for group in sorted(groups, key=lambda group: -max(atom.worth for atom in group)):
        if not all(id(atom) in dropped for atom in group) or not _supported(
            found[group[0].clause], found, dropped
        ):
            continue
        tried = dropped - set(map(id, group))
        candidate = _without(original, found, tried)
        if measure(candidate) <= limit:
            dropped.difference_update(map(id, group))
            text = candidate
    return text


def _supported(clause: Clause, found: list[Clause], dropped: set[int]) -> bool:
    """Whether the clause that this one leans on is still whole at its end."""
    if clause.governor is None:
        return True
    governor = found[clause.governor]
    return bool(governor.atoms) and id(governor.atoms[-1]) not in dropped


def _ranges(found: list[Clause], dropped: set[int]) -> list[tuple[int, int]]:
    """The dropped stretches, left to right; one stretch stays within one segment."""
    ranges: list[tuple[int, int]] = []
    previous: Atom | None = None
    for atom in (atom for clause in found for atom in clause.atoms):
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
