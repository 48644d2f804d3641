"""Which rules of a channel a title breaks."""

from __future__ import annotations

from titlewright.channels.model import Channel
from titlewright.channels.program import program_for
from titlewright.records import Product, Violation


def check(channel: Channel, text: str, product: Product | None = None) -> list[Violation]:
    """Every violation, left to right; those of the title as a whole first.

    The product gives the brand and model names that may be written as they are, the locale that
    decides on laws and limits, and the seller's name. An empty title is always an error.
    """
    program = program_for(channel, product)
    case = program.case(text, product)
    found = [
        Violation(
            rule.id,
            rule.severity,
            kind.describe(rule.message, case, place),
            place,
            rule.source_url,
        )
        for rule, kind in program.rules
        for place in kind.find(case)
    ]
    if not text.strip():
        found.append(_empty(channel))
    if len(found) > 1:
        found.sort(key=lambda violation: violation.span or (-1, -1))
    return found


def _empty(channel: Channel) -> Violation:
    source = channel.sources[0] if channel.sources else ""
    return Violation(f"{channel.name}.empty", "error", "The title is empty.", None, source)
