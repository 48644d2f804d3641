"""What tells a product from its siblings, and whether a title says it.

The values by which they differ: of the attributes that titles are made of (colour, size, material,
capacity and so on), where these don't differ of its other short attributes, and where products are
still the same the words of their present titles.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from titlewright.feeds.groups import is_group_name
from titlewright.generators import saying
from titlewright.generators.facts import slot_of, stated_slots
from titlewright.grounding.aliases import LONGEST, alias_table, as_phrase
from titlewright.records import Product
from titlewright.text.quantities import find_quantities, same_quantity, without_quantities
from titlewright.text.words import atoms, begins_unspaced, simplified, squeeze

Telling = tuple[tuple[str, str], ...]  # (name, value)
_SHORT = 40  # characters of a value that a title could say
_MOST_WORDS = 4
_SELDOM_SAID = frozenset({"model_number", "product_type"})  # only where nothing else tells


def telling(products: Sequence[Product]) -> list[Telling]:
    """For each of a group of siblings the named values that some sibling doesn't share."""
    found = _differing([_title_facts(product) for product in products])
    if not any(found):
        found = _differing([_other_facts(product) for product in products])
    same: dict[Telling, list[int]] = defaultdict(list)
    for place, values in enumerate(found):
        same[tuple((name, squeeze(value)) for name, value in values)].append(place)
    for places in same.values():
        if len(places) > 1:
            words = _differing([_title_words(products[place]) for place in places])
            for place, more in zip(places, words, strict=True):
                found[place] = (*found[place], *more[:_MOST_WORDS])
    if not all(found):  # others state more than these do
        words = _differing([_title_words(product) for product in products])
        found = [own or more[:_MOST_WORDS] for own, more in zip(found, words, strict=True)]
    return found


def _differing(facts: Sequence[Mapping[str, str]]) -> list[Telling]:
    shared = Counter((name, squeeze(value)) for each in facts for name, value in each.items())
    return [
        tuple(
            (name, value)
            for name, value in each.items()
            if shared[name, squeeze(value)] < len(facts)
        )
        for each in facts
    ]


def _title_facts(product: Product) -> dict[str, str]:
    slots = stated_slots(product)
    return {name: value for name, value in slots.items() if name not in _SELDOM_SAID}


def _other_facts(product: Product) -> dict[str, str]:
    return {
        name: value
        for name, value in product.attributes.items()
        if 0 < len(value) <= _SHORT
        and not is_group_name(name)
        and (not slot_of(name) or slot_of(name) in _SELDOM_SAID)
    }


def _title_words(product: Product) -> dict[str, str]:
    """Quantities and words of the present title, each under its own name."""
    measured = [quantity.text for quantity in find_quantities(product.title)]
    words = [atom.norm for atom in atoms(without_quantities(product.title))]
    return {f"“{text}”": text for text in (*measured, *words)}


def says(title: str, value: str) -> bool:
    """Whether a title says a value: its quantities in any unit, else its words, or an alias."""
    measured = [quantity for quantity in find_quantities(value) if quantity.dimension]
    if measured:
        stated = find_quantities(title)
        return all(any(same_quantity(said, each) for said in stated) for each in measured)
    if saying.says(simplified(title), simplified(value)):
        return True
    return not begins_unspaced(value) and _said_otherwise(title, value)


def _said_otherwise(title: str, value: str) -> bool:
    """Whether the title says an alias that means the same both ways: gray for grey."""
    said = [atom.norm for atom in atoms(title)]
    table, phrase = alias_table(), as_phrase(value.lower())
    backing = set(table.sources(phrase))
    runs = (
        tuple(said[start : start + length])
        for length in range(1, LONGEST + 1)
        for start in range(len(said) - length + 1)
    )
    return any(run in backing and phrase in table.sources(run) for run in runs)
