"""Making a title allowed on a channel by changing as little as possible, never inventing."""

from __future__ import annotations

from dataclasses import dataclass

from titlewright.channels.checking import check
from titlewright.channels.model import Channel
from titlewright.channels.program import program_for
from titlewright.records import Product, Violation

# Each round removes or rewrites something, so that a few are enough: a removal may bring two
# words together that make a phrase, or leave a title in which capitals are now the most.
_MOST_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Repair:
    """A title and what was done to it.

    changes    in words, in order; empty when nothing had to be done
    rules      the id of the rule behind each change
    remaining  errors that could not be repaired, the empty title among them
    """

    text: str
    changes: tuple[str, ...]
    rules: tuple[str, ...]
    remaining: tuple[Violation, ...]


def repair(channel: Channel, text: str, product: Product | None = None) -> Repair:
    """The title with the channel's violations repaired, as far as that is possible.

    It removes or rewrites the least that is needed, cuts at word boundaries only, and drops what
    is worth least first. It is idempotent: repairing a repaired title changes nothing. Warnings
    are repaired where the pack says so.
    """
    changes: list[tuple[str, str]] = []
    for _ in range(_MOST_ROUNDS):
        before = text
        text = _one_round(channel, text, product, changes)
        if text == before:
            break
    remaining = tuple(
        violation for violation in check(channel, text, product) if violation.severity == "error"
    )
    return Repair(
        text, tuple(change for change, _ in changes), tuple(rule for _, rule in changes), remaining
    )


def _one_round(
    channel: Channel, text: str, product: Product | None, changes: list[tuple[str, str]]
) -> str:
    """Each rule once, in their order, on what the rules before it left."""
    program = program_for(channel, product)
    case = program.case(text, product)
    for rule, kind in program.rules:
        if not rule.repair:
            continue
        found = kind.find(case)
        fix = kind.fix(case, found) if found else None
        if fix is not None and fix.text != case.text:
            changes.append((fix.change, rule.id))
            case = program.case(fix.text, product)
    return case.text
