"""What a channel is: data only. Rule packs in TOML fill it; checking and repairing read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from titlewright.records import Severity
from titlewright.text.width import Unit

Confidence = Literal["V", "V-mirror", "S", "user"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a channel or a law.

    id          "amazon.never-characters"
    kind        how it is checked and repaired, a name in `kinds.KINDS`
    severity    "error" or "warning"; a rule of confidence S is at most a warning
    message     for people; {found} is the offending text, {length} and {limit} are numbers
    source_url  the page that states the rule
    read        the day that page was read
    confidence  V: the vendor's own page; V-mirror: its text in a copy, or restated by a third
                party that cites it; S: a secondary source only; user: a user's own rule
    repair      whether `repair` changes a title that breaks it
    languages   languages it is for ("en"), empty for all
    countries   countries it is for ("US"), empty for all
    options     what the kind needs: characters, phrases, numbers
    """

    id: str
    kind: str
    severity: Severity
    message: str
    source_url: str
    read: date | None
    confidence: Confidence
    repair: bool
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LengthException:
    """Another limit for some products. `max_length` None means that no limit is known.

    It holds when the product's country, its "product_type" attribute or one of its category
    nodes is listed.
    """

    max_length: int | None
    countries: frozenset[str] = frozenset()
    product_types: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Law:
    """A group of rules that come from the law of some countries, as warnings."""

    name: str
    title: str
    countries: frozenset[str]
    languages: frozenset[str]  # of locales without a country, "zh"
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Channel:
    """A sales channel and its title rules.

    max_length          in `unit`; None when no limit is known
    weight              what a Chinese character counts, for the unit "chinese_weighted"
    recommended_length  advice, in `unit`
    attribute_order     what comes first in a title, as the channel recommends it; names are
                        brand, model, product_type, style, key_attribute, material, color, size,
                        quantity, gender, season, specification, model_number
    category_orders     the same by kind of product, where the channel tells them apart
    ranking             what qualities of titles weigh here, where that isn't what is usual
    ai_title            whether model-made titles must be marked (Google's structured_title)
    laws                law packs that may apply; with `laws_by_locale` only those of the
                        product's country or language, else all
    laws_without_locale names of the packs for products without a locale
    sources             the pages that the pack was written from
    note                what is not known, for people
    """

    name: str
    title: str
    max_length: int | None
    unit: Unit
    weight: float
    recommended_length: int | None
    length_exceptions: tuple[LengthException, ...]
    attribute_order: tuple[str, ...]
    category_orders: Mapping[str, tuple[str, ...]]
    ranking: Mapping[str, float]
    languages: tuple[str, ...]
    aliases: tuple[str, ...]
    ai_title: bool
    laws: tuple[Law, ...]
    laws_by_locale: bool
    laws_without_locale: tuple[str, ...]
    rules: tuple[Rule, ...]
    sources: tuple[str, ...]
    note: str

    def __hash__(self) -> int:
        # Compiled rules are cached by channel: hashing all rules at each check would be slow.
        return hash(self.name)
