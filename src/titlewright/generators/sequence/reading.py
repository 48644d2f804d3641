"""A product and what is asked for as a row of units, each with the field that it stands in.

A unit is a whole word, code or mark. One that the vocabulary lacks gets a number that holds for
this product alone, V plus its place among the product's unknown words (See et al. 2017, section
2.2): so a code that was never seen is copied whole. No tensors here: lists of numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from titlewright.generators.sequence.vocabulary import UNKNOWN, learn, request
from titlewright.generators.writing.units import SPACE, is_word, split
from titlewright.generators.writing.vocabulary import PAD, Vocabulary
from titlewright.records import Example, Hints, Product
from titlewright.text.words import fold

FIELDS = (
    "request",
    "prefer",
    "avoid",
    "brand",
    "title",
    "attribute name",
    "attribute",
    "category",
    "inferred",
    "description",
)
MOST_READ = 128  # units of a product
_STRUCTURED = 96  # units that everything before the description may take
_SHARES = {"title": 32, "attribute": 24, "category": 16, "prefer": 8, "avoid": 8}  # units
_ASKED = frozenset({"request", "prefer", "avoid"})  # what is asked for is no fact: never copied
_LENGTH_STEP, _LONGEST = 10, 200  # characters of a wished length, told in steps
_MOST_CHARACTERS = 2000  # of one text


class Unit(NamedTuple):
    text: str
    field: str


@dataclass(slots=True)
class Reading:
    """One product's input, S units of it.

    ids      S, what the network reads; UNKNOWN for what the vocabulary lacks
    fields   S, index into FIELDS
    copies   S, what copying the unit writes: a vocabulary id, V + e for unknown word e, PAD for
             what may not be copied
    words    E, the unknown words as the product writes them
    index    an unknown word, folded, to e
    speaks   whether the product says anything
    """

    ids: list[int] = field(default_factory=list)
    fields: list[int] = field(default_factory=list)
    copies: list[int] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    index: dict[str, int] = field(default_factory=dict)
    speaks: bool = False


def read(product: Product, hints: Hints, vocabulary: Vocabulary, *, copying: bool) -> Reading:
    """The product's units as numbers. Without `copying` there are no numbers of its own."""
    reading = Reading()
    for unit in units(product, hints):
        known = vocabulary.index.get(fold(unit.text))
        asked = unit.field in _ASKED
        copied = PAD
        if copying and not asked:
            copied = _own(reading, unit.text, len(vocabulary)) if known is None else known
        reading.ids.append(UNKNOWN if known is None else known)
        reading.fields.append(FIELDS.index(unit.field))
        reading.copies.append(copied)
        reading.speaks |= not asked and is_word(unit.text)
    return reading


def units(product: Product, hints: Hints) -> list[Unit]:
    """At most MOST_READ units: what is asked for first, the description last."""
    found: list[Unit] = []
    for name, text in _texts(product, hints):
        room = MOST_READ if name == "description" else _STRUCTURED
        share = min(_SHARES.get(name, MOST_READ), max(room - len(found), 0))
        written = [text] if name == "request" else split(text[:_MOST_CHARACTERS])
        found += [Unit(unit, name) for unit in written if unit != SPACE][:share]
    return found


def learn_words(examples: Iterable[Example], most: int) -> Vocabulary:
    """The words that stand in most examples, as they are read and written."""
    return learn(
        examples,
        lambda example: [unit.text for unit in units(example.product, example.hints)],
        lambda example: split(example.title),
        most=most,
    )


def _texts(product: Product, hints: Hints) -> Iterator[tuple[str, str]]:
    yield from (("request", wish) for wish in _requests(hints))
    yield from (("prefer", word) for word in hints.prefer)
    yield from (("avoid", word) for word in hints.avoid)
    yield "brand", product.brand
    yield "title", product.title
    for name, value in product.attributes.items():
        yield "attribute name", name
        yield "attribute", value
    yield from (("category", name) for name in product.category)
    yield from (("inferred", inference.text) for inference in product.inferred)
    yield "description", product.description


def _requests(hints: Hints) -> Iterator[str]:
    yield request("style", hints.style)
    if hints.audience:
        yield request("audience", hints.audience)
    if hints.language:
        yield request("language", hints.language)
    if hints.target_length is not None:
        length = min(hints.target_length, _LONGEST) // _LENGTH_STEP * _LENGTH_STEP
        yield request("length", str(length))


def _own(reading: Reading, text: str, size: int) -> int:
    """The product's own number for a word that the vocabulary lacks."""
    key = fold(text)
    number = reading.index.get(key)
    if number is None:
        number = reading.index[key] = len(reading.words)
        reading.words.append(text)
    return size + number
