"""What thing a search asks for, and whether a product is one: a case for a laptop is no laptop.

English product types are those of the inventory, Chinese ones those of the lexicon. Where a search
or a product names none, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import zip_longest

import regex

from titlewright.generators.facts import read_facts
from titlewright.product_types.inventory import Mention, inventory, normal_form
from titlewright.records import Product
from titlewright.scorers.wording import AUDIENCE, COLOUR, QUANTITY, SIZE, content_words
from titlewright.text.lexicon import load_lexicon
from titlewright.text.remembering import Remembered
from titlewright.text.words import simplified

_DESCRIBE = frozenset({AUDIENCE, COLOUR, QUANTITY, SIZE})
# What follows names what a thing is for or has, not what it is.
_ASIDE = regex.compile(
    r"\b(?:for|with|without|fits|compatible|replacement for|by)\b|\bw/|适用|适配|兼容|搭配|配",
    regex.IGNORECASE,
)


@lru_cache(maxsize=8192)
def thing(query: str) -> str:
    """The type that a search asks for, the last that it names before any "for"; "" for none."""
    named = list(types_in(before_aside(query)))
    return named[-1].type if named else ""


def doubtful(query: str) -> str:
    """What of a search may be the thing, though no known type: all before any "for" where it names
    none, or what follows the type (plug socket) unless it only describes it (boots men brown). In
    unspaced scripts only describing words follow.
    """
    core = before_aside(query)
    named = list(types_in(core))
    if not named:
        return core
    rest = core[named[-1].end :]
    if not rest.isascii():
        return ""
    return " ".join(word.text for word in content_words(rest, "en") if not word.kinds & _DESCRIBE)


def is_one(product: Product, asked: str) -> bool:
    """Whether a product is the thing asked for, by all that its title, type and category say.

    A wider, narrower or sister type will do, for the search's other words are stated too: boots
    are ankle boots where the product says ankle. True where the product names no type.
    """
    named = own_types(product)
    if not named or not asked:
        return True
    kinds = inventory()
    if asked not in kinds.types:  # Chinese: a wider type is what a narrower one ends with
        return any(own.endswith(asked) or asked.endswith(own) for own in named)
    wider = {kind for own in named if own in kinds.types for kind in kinds.lineage(own)}
    if asked in wider or not named.isdisjoint(kinds.lineage(asked)):
        return True
    return _head(asked) in {_head(own) for own in named}


def _head(name: str) -> str:
    """The word that says what the thing is: charger of solar charger."""
    return normal_form(name).rpartition(" ")[2]


def own_types(product: Product) -> frozenset[str]:
    """The types that the product says it is; those of its description only where it has no title
    and states none.
    """
    return _own_types(product)


def _read_own_types(product: Product) -> frozenset[str]:
    facts = read_facts(product)
    texts = [inferred.text for inferred in product.inferred]
    texts += [facts.slots.get("product_type", ""), before_aside(product.title)]
    texts += product.category[-1:]
    if not any(texts):
        texts = [facts.phrase, facts.kind]
    return frozenset(mention.type for text in texts for mention in types_in(text))


_own_types = Remembered(_read_own_types, most=512)


def before_aside(text: str) -> str:
    """A text up to where it says what the thing is for or has; all of it where that comes first."""
    match = _ASIDE.search(text)
    return text[: match.start()] if match and text[: match.start()].strip() else text


def types_in(text: str) -> Iterator[Mention]:
    """The types that a text names, English ones first, each left to right."""
    yield from inventory().mentions(text)
    if not text.isascii():
        yield from _chinese_types(text)


def _chinese_types(text: str) -> Iterator[Mention]:
    """The longest at each place; one that another department's follows at once only describes it:
    手机 of 手机置物架.
    """
    plain = simplified(text).lower()
    found = list(_chinese().finditer(plain)) if len(plain) == len(text) else []
    for match, following in zip_longest(found, found[1:]):
        described = following is not None and following.start() == match.end()
        if not described or _departments()[following[0]] == _departments()[match[0]]:
            yield Mention(match[0], *match.span())


@cache
def _departments() -> dict[str, str]:
    """Chinese type → the department that lists it first."""
    found: dict[str, str] = {}
    for key, words in load_lexicon("product_types").items():
        if key.startswith("zh."):
            for word in words:
                found.setdefault(simplified(word).lower(), key)
    return found


@cache
def _chinese() -> regex.Pattern[str]:
    longest_first = sorted(_departments(), key=lambda word: (-len(word), word))
    return regex.compile("|".join(map(regex.escape, longest_first)))
