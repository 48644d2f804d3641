"""One product's titles before and after, measured by the same yardsticks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from titlewright.channels import Channel, check, length
from titlewright.channels import limit as channel_limit
from titlewright.evaluation.results.key_facts import KeyFact, key_facts
from titlewright.evaluation.results.reading import Made
from titlewright.evaluation.results.tallies import Part
from titlewright.generators.facts import Facts, read_facts
from titlewright.generators.saying import says
from titlewright.grounding import Grounder
from titlewright.product_types import infer_types
from titlewright.records import Product, Violation
from titlewright.text.clean import fold_spaces

_ASKED_FOR = 4  # facts of a query at most
_QUERY_FACTS = ("model", "color", "size", "quantity", "material", "gender", "specification")


@dataclass(frozen=True, slots=True)
class Side:
    """A title and what was measured of it.

    `length` is in the channel's unit. None stands for what wasn't measured: `violations` of a title
    whose product isn't known, `units` (words, codes and quantities) and `alone` (those that nothing
    but the title states) of products that weren't drawn for it.
    """

    text: str
    length: int
    limit: int | None
    violations: tuple[Violation, ...] | None = None
    units: int | None = None
    alone: tuple[str, ...] = ()
    named: frozenset[str] | None = None  # names of the key facts in it


@dataclass(frozen=True, slots=True)
class Measured:
    """A result with both its titles; `before` is None where the product had no title.

    `category` is the path from the root down, `kind` the product type; `query` is made of the
    product's own facts, "" where it states fewer than two.
    """

    made: Made
    before: Side | None
    after: Side
    facts: tuple[KeyFact, ...] = ()
    category: tuple[str, ...] = ()
    kind: str = ""
    query: str = ""


class Measurer:
    """Measures results of one channel; `aliases` is a user's alias file."""

    def __init__(self, channel: Channel, aliases: Path | None = None) -> None:
        self.channel = channel
        self._aliases = aliases

    def alone(self, made: Made) -> Measured:
        """What a result says of itself, without its product."""
        told = tuple(Violation(rule, severity, message, None, url)
                     for rule, severity, message, url in made.warnings)  # fmt: skip
        before = self._plain(made.previous_title, None) if made.previous_title else None
        return Measured(made, before, replace(self._plain(made.title, None), violations=told))

    def beside(
        self, results: Sequence[Made], products: Sequence[Product], drawn: Sequence[bool]
    ) -> list[Measured]:
        """Results with their products, in order; truth is measured of those that are `drawn`."""
        untitled = infer_types([replace(product, title="") for product in products])
        return [
            self._measure(made, product, bare, truth)
            for made, product, bare, truth in zip(
                results, infer_types(products), untitled, drawn, strict=True
            )
        ]

    def _measure(self, made: Made, product: Product, bare: Product, truth: bool) -> Measured:
        facts = read_facts(product)
        wanted = key_facts(facts)
        grounder = Grounder(bare, use_title=False, aliases=self._aliases) if truth else None

        def side(title: str) -> Side:
            plain = self._plain(title, product)
            plain = replace(
                plain,
                violations=tuple(check(self.channel, title, product)),
                named=frozenset(fact.name for fact in wanted if says(title, fact.text)),
            )
            if grounder is None:
                return plain
            grounding = grounder.ground(title)
            missing = tuple(item.text for item in grounding.unsupported)
            units = grounding.content_units
            return replace(plain, units=units, alone=missing[:units])

        return Measured(
            made,
            side(made.previous_title) if made.previous_title else None,
            side(made.title),
            wanted,
            product.category,
            facts.kind,
            query_of(read_facts(bare)),
        )

    def _plain(self, title: str, product: Product | None) -> Side:
        return Side(title, length(self.channel, title), channel_limit(self.channel, product))


def query_of(facts: Facts) -> str:
    """A search for this very product: its brand, its type and up to two facts more."""
    slots = (facts.slots.get(name, "") for name in _QUERY_FACTS)
    told = [fact for fact in (facts.brand, facts.kind, *slots) if fact]
    different = list(dict.fromkeys(told))[:_ASKED_FOR]
    return fold_spaces(" ".join(different)) if len(different) > 1 else ""


def measures(measured: Measured, useful: int | None) -> dict[str, tuple[Part | None, Part | None]]:
    """What the product adds to each measure, before and after; the names are those of MEASURES.

    `useful` is how much of a title the channel recommends or shows, in its unit.
    """
    sides = (measured.before, measured.after)
    parts = [_parts(side, measured.facts, useful) for side in sides]
    names = dict.fromkeys([*parts[0], *parts[1]])
    return {name: (parts[0].get(name), parts[1].get(name)) for name in names}


def _parts(side: Side | None, facts: Sequence[KeyFact], useful: int | None) -> Mapping[str, Part]:
    if side is None:
        return {}
    found = {"length": Part(side.length)}
    if side.limit is not None:
        found["over limit"] = Part(side.length > side.limit)
    if useful is not None:
        found["past useful"] = Part(side.length > useful)
    if side.violations is not None:
        errors = sum(one.severity == "error" for one in side.violations)
        found["with errors"] = Part(bool(errors))
        found["errors"] = Part(errors)
        found["warnings"] = Part(len(side.violations) - errors)
    if side.units is not None:
        found["alone"] = Part(len(side.alone), side.units)
    if side.named is not None and facts:
        found["key facts"] = Part(len(side.named), len(facts))
        found |= {f"names {fact.name}": Part(fact.name in side.named) for fact in facts}
    return found
