"""The rules that a title met: what was repaired for them, and the warnings that stay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import chain, zip_longest

from titlewright.channels import Channel
from titlewright.channels.model import Rule
from titlewright.explaining.records import Touched
from titlewright.records import TitleResult


def touched(result: TitleResult, channel: Channel | None) -> tuple[Touched, ...]:
    """Repairs in the order in which they were made, then the warnings that stay."""
    known = rules_of(channel) if channel else {}
    return tuple(chain(_repaired(result, known), _staying(result, known)))


@lru_cache(maxsize=32)
def rules_of(channel: Channel) -> Mapping[str, Rule]:
    """The rules of a channel and of its laws, by id."""
    laws = (rule for law in channel.laws for rule in law.rules)
    return {rule.id: rule for rule in chain(channel.rules, laws)}


def _repaired(result: TitleResult, known: Mapping[str, Rule]) -> Iterator[Touched]:
    for change, name in zip_longest(result.repairs, result.rules[: len(result.repairs)]):
        rule = known.get(name or "")
        yield Touched(
            rule=name or "",
            state="repaired",
            text=change,
            for_truth=name == "",
            severity=rule.severity if rule else "",
            kind=rule.kind if rule else "",
            source_url=rule.source_url if rule else "",
            read=str(rule.read) if rule and rule.read else "",
        )


def _staying(result: TitleResult, known: Mapping[str, Rule]) -> Iterator[Touched]:
    for warning in result.warnings:
        rule = known.get(warning.rule)
        yield Touched(
            rule=warning.rule,
            state="stays",
            text=warning.message,
            severity=warning.severity,
            kind=rule.kind if rule else "",
            source_url=warning.source_url,
            read=str(rule.read) if rule and rule.read else "",
            span=warning.span,
        )
