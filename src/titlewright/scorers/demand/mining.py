"""Phrases that shoppers might type, taken from a feed where no searches are known.

Each is a product type: alone, with the words right before it in the title, or with the brand or one
attribute. In how many products it stands takes the place of how often it is searched: that is what
sellers write, and says nothing about what people want.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import regex

from titlewright.generators.facts import read_facts
from titlewright.grounding.function_words import is_function_word
from titlewright.product_types.inventory import Mention
from titlewright.records import Product
from titlewright.scorers.demand.praise import praises
from titlewright.scorers.demand.terms import Term, merged
from titlewright.scorers.demand.things import before_aside, own_types, types_in
from titlewright.text.clean import fold_spaces
from titlewright.text.words import atoms, begins_unspaced, fold

FEWEST = 2  # products in which a phrase must stand
MOST = 20_000  # phrases that are kept
_LONGEST = 4  # words
_WITH_TYPE = ("color", "material", "gender", "style", "season")
_APART = regex.compile(r"[^\s\-]")  # between words that make no phrase


def mined(products: Iterable[Product]) -> list[Term]:
    """The phrases of at least FEWEST products, the most frequent first; volume counts products."""
    counts: Counter[str] = Counter()
    for product in products:
        counts.update({fold(fold_spaces(phrase)) for phrase in _phrases(product)})
    kept = [Term(phrase, float(count)) for phrase, count in counts.items() if count >= FEWEST]
    return [term for term in merged(kept) if not praises(term.query)][:MOST]


def _phrases(product: Product) -> Iterator[str]:
    for mention in types_in(before_aside(product.title)):
        yield from _ending(product.title, mention)
    facts = read_facts(product)
    attributes = [facts.brand, *(facts.slots.get(name, "") for name in _WITH_TYPE)]
    for kind in own_types(product):
        yield kind
        for stated in filter(None, attributes):
            if len(atoms(stated)) < _LONGEST and kind not in fold(stated):
                yield f"{stated}{kind}" if begins_unspaced(kind) else f"{stated} {kind}"


def _ending(title: str, mention: Mention) -> Iterator[str]:
    """A title's phrases of up to _LONGEST words that end with a type, as they stand."""
    words = [word for word in atoms(title) if word.start < mention.end]
    first = next(
        (place for place, word in enumerate(words) if word.end > mention.start), len(words)
    )
    for place in range(first, max(len(words) - _LONGEST, 0) - 1, -1):
        if place < first and _APART.search(title[words[place].end : words[place + 1].start]):
            return
        word = words[place]
        part = title[word.start - 1 : word.start] == "-"  # up of lace-up
        if not part and not is_function_word(word.norm, "en"):
            yield title[word.start : mention.end]
