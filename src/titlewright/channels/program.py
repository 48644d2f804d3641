"""A channel's rules compiled once: what checking and repairing run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from titlewright.channels.case import Case
from titlewright.channels.kinds import KINDS, Kind
from titlewright.channels.kinds.wording import Phrases
from titlewright.channels.locales import parse_locale
from titlewright.channels.model import Channel, Law, Rule
from titlewright.channels.options import Options
from titlewright.channels.phrases import PhraseIndex
from titlewright.records import Product

_REPAIR_ORDER = {name: place for place, name in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class Program:
    """Compiled rules in the order in which repairs are made, and the index of their phrases."""

    rules: tuple[tuple[Rule, Kind], ...]
    index: PhraseIndex

    def case(self, text: str, product: Product | None) -> Case:
        return Case(text, product, self.index)


def program_for(channel: Channel, product: Product | None) -> Program:
    """The rules of the channel and of the laws that bind the product there."""
    return _compiled(channel, product.locale if product else "")


@lru_cache(maxsize=1024)
def _compiled(channel: Channel, locale: str) -> Program:
    rules: list[tuple[Rule, Channel | None]] = [
        (rule, channel) for rule in channel.rules if _is_for(rule, locale)
    ]
    rules += [(rule, None) for law in laws_for(channel, locale) for rule in law.rules]
    rules.sort(key=lambda pair: _REPAIR_ORDER[pair[0].kind])
    index = PhraseIndex()
    compiled: list[tuple[Rule, Kind]] = []
    for rule, owner in rules:
        kind = compile_rule(rule, owner)
        if isinstance(kind, Phrases):
            index.add(rule.id, kind.phrases, kind.exceptions)
        compiled.append((rule, kind))
    return Program(tuple(compiled), index)


def compile_rule(rule: Rule, channel: Channel | None) -> Kind:
    """A rule ready to run. Raises ChannelError when its options make no sense."""
    options = Options(rule, channel)
    kind = KINDS[rule.kind].build(options)
    options.finish()
    return kind


def laws_for(channel: Channel, locale: str) -> tuple[Law, ...]:
    """The law packs that bind a title of that locale on the channel."""
    if not channel.laws_by_locale:
        return channel.laws
    language, country = parse_locale(locale)
    if not language:
        return tuple(law for law in channel.laws if law.name in channel.laws_without_locale)
    return tuple(
        law
        for law in channel.laws
        if (country in law.countries if country else language in law.languages)
    )


def _is_for(rule: Rule, locale: str) -> bool:
    language, country = parse_locale(locale)
    if rule.countries and country and country not in rule.countries:
        return False
    return not rule.languages or not language or language in rule.languages
