"""What a title is taken apart into for shortening: atoms, which are never divided, in clauses."""
# ruff: noqa: SIM905  (word lists read best as text)

from __future__ import annotations

from dataclasses import dataclass, field

# These begin a clause that can go as a whole: "with lid", "für Kinder". Others bind both sides.
LEANING = frozenset(
    """with without for w/ via mit ohne für avec sans pour con sin para per senza com sem met zonder
    voor med utan för uden dla bez dengan untuk tanpa cho için compatible fits
    in on from by at""".split()
)


@dataclass(slots=True)
class Atom:
    """An indivisible piece. `worth` is given later; `segment` and `clause` number its place."""

    start: int
    end: int
    segment: int
    clause: int
    worth: float = 0.0
    bound: bool = False  # whether it may not be divided from the next
    words: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Clause:
    """Atoms that stand or fall together in meaning.

    `governor` is the clause that it leans on ("with lid"). `continues` is the clause whose list
    it may be part of ("for men, women, children").
    """

    number: int
    segment: int
    bracket: bool
    governor: int | None
    continues: int | None = None
    atoms: list[Atom] = field(default_factory=list)
