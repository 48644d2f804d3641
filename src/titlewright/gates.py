"""The gates that every title passes before it is judged: true, allowed, and no word to avoid.

A title is made so by as little as possible (words that nothing backs are taken out, the channel's
rules repaired); one that then still isn't is refused, with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from titlewright.channels import Channel, repair
from titlewright.generators.avoiding import avoided
from titlewright.grounding import Grounder, Grounding
from titlewright.grounding.pruning import prune

_MOST_ROUNDS = 3  # a repair may part words that were backed only together


@dataclass(frozen=True, slots=True)
class Passed:
    """A true and allowed title, its evidence, and in words what was done to make it so.

    `rules` names the channel's rule behind each change, "" where it was for truth.
    """

    text: str
    grounding: Grounding
    changes: tuple[str, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    reason: str


def pass_gates(
    text: str, grounder: Grounder, channel: Channel, avoid: Sequence[str] = ()
) -> Passed | Refused:
    """The title made true and allowed for the grounder's product, or why that can't be done."""
    changes: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    for _ in range(_MOST_ROUNDS):
        grounding, pruned = prune(text, grounder)
        repaired = repair(channel, grounding.title, grounder.product)
        changes = (*changes, *pruned, *repaired.changes)
        rules = (*rules, *("" for _ in pruned), *repaired.rules)
        if repaired.remaining:
            return Refused("; ".join(violation.message for violation in repaired.remaining))
        if repaired.text == grounding.title:
            break
        text, grounding = repaired.text, grounder.ground(repaired.text)
        if grounding.supported:
            break
    if not grounding.supported:
        named = ", ".join(evidence.text for evidence in grounding.unsupported)
        return Refused(f"not backed by the product: {named}")
    if not grounding.content_units:
        return Refused("says nothing about the product")
    if word := avoided(repaired.text, tuple(avoid)):
        return Refused(f"holds a word to avoid: {word}")
    return Passed(repaired.text, grounding, changes, rules)
