"""What the words of a title are: colour, material, size, product type, quantity, praise and so on.

By the word lists and quantities of the project, in any of their languages; nothing is learnt. A
word may be several things (leather jacket: both words are a type, the first a material too) or
none that is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import groupby
from typing import NamedTuple

from titlewright.channels.case import Case
from titlewright.channels.phrases import PhraseIndex
from titlewright.grounding.function_words import is_function_word
from titlewright.product_types.inventory import inventory
from titlewright.records import Product, Span
from titlewright.text.casing import looks_like_code
from titlewright.text.language import identify, script
from titlewright.text.lexicon import load_lexicon
from titlewright.text.quantities import find_quantities
from titlewright.text.words import Atom, atoms

COLOUR, MATERIAL, SIZE, AUDIENCE = "colour", "material", "size", "audience"
TYPE, QUANTITY, NUMBER, CODE, PRAISE = "product type", "quantity", "number", "code", "praise"
SHOWN = frozenset({COLOUR, MATERIAL, SIZE, AUDIENCE, TYPE, QUANTITY})  # what one sees or counts
_LISTED = {
    "colours": COLOUR, "materials": MATERIAL, "audiences": AUDIENCE, "product_types": TYPE,
    "generic_claims": PRAISE,
}  # fmt: skip


class Word(NamedTuple):
    """A content word with its place and what it is."""

    text: str
    norm: str
    start: int
    end: int
    kinds: frozenset[str]


def language_of(product: Product, title: str) -> str:
    """The language of a title, as ISO 639-1: its script's, else that of the product's own text.

    A title alone often tells too little, and its candidates then ask a slow model each.
    """
    if script(title) != "Latin":
        return identify(title, product.locale)
    return identify(product.description or title, product.locale)


@lru_cache(maxsize=4096)
def content_words(title: str, language: str) -> tuple[Word, ...]:
    """The title's words without articles, prepositions and the like, left to right."""
    words = [atom for atom in atoms(title) if not is_function_word(atom.norm, language)]
    marks = [*_marks(title), *_codes(title)]
    return tuple(
        Word(atom.text, atom.norm, atom.start, atom.end, _kinds(atom, marks)) for atom in words
    )


def _kinds(atom: Atom, marks: list[tuple[str, Span]]) -> frozenset[str]:
    kinds = {kind for kind, span in marks if span.start < atom.end and atom.start < span.end}
    return frozenset(kinds - {PRAISE, CODE} if kinds & SHOWN else kinds)


def _codes(title: str) -> Iterator[tuple[str, Span]]:
    """Chunks that are model codes as a whole: WH-1000XM5."""
    for _, group in groupby(atoms(title), key=lambda atom: atom.chunk):
        first, *rest = group
        span = Span(first.start, rest[-1].end if rest else first.end)
        if looks_like_code(title[slice(*span)]):
            yield CODE, span


def _marks(title: str) -> Iterator[tuple[str, Span]]:
    for kind, spans in Case(title, None, _index()).phrases.items():
        yield from ((kind, span) for span in spans if kind != SIZE or _is_size(title[slice(*span)]))
    for mention in inventory().mentions(title):
        yield TYPE, Span(mention.start, mention.end)
    for quantity in find_quantities(title):
        yield (QUANTITY if quantity.dimension else NUMBER), quantity.span


def _is_size(text: str) -> bool:
    """Sizes are other words too ("media", "full"): they count in capitals, or said in full."""
    return text.isupper() or not text.isascii() or " " in text or "-" in text


@cache
def _index() -> PhraseIndex:
    index = PhraseIndex()
    for lexicon, kind in _LISTED.items():
        index.add(kind, {word for words in load_lexicon(lexicon).values() for word in words})
    for lexicon in ("colours", "materials"):  # a family's name is one of its wordings
        index.add(_LISTED[lexicon], [key.replace("_", " ") for key in load_lexicon(lexicon)])
    index.add(SIZE, {word for words in load_lexicon("sizes").values() for word in words})
    talk = load_lexicon("shop_talk")
    index.add(PRAISE, {word for key in talk if key.endswith("phrases") for word in talk[key]})
    return index
