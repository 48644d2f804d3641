"""A product as the compact model reads it: word pieces with their fields, and units to point at.

What is asked for comes first (hints), then brand, present title, attributes, category, what was
inferred, and the description last, cut where the input is full. No tensors here: lists of numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import regex

from titlewright.generators.compact.pieces import Pieces
from titlewright.generators.writing.units import SPACE, is_unspaced, parts, split
from titlewright.records import Hints, Product
from titlewright.text.words import fold

FIELDS = (
    "hint",
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
MAX_PIECES = 192
MAX_UNITS = 256
_SHARES = {"title": 48, "attribute": 40, "category": 24, "prefer": 16, "avoid": 16}  # pieces
_STRUCTURED = 144  # pieces that everything before the description may take
_UNPOINTABLE = frozenset({"hint", "prefer", "avoid"})  # what is asked for is no fact
_ARTICLE_NUMBER = regex.compile(r"\p{N}{8}")  # of a UPC or EAN: no title wants it


@dataclass(slots=True)
class Reading:
    """One product's input. P pieces; U units, each with the piece that it begins with.

    A unit's group numbers its folded word among the product's; `before` is the group of the unit
    that stands before it in the text (-1 at the start of a field): what was copied last tells
    what to copy next. Parts of a unit ("slim" of "slim-fit") are units of their own.
    """

    pieces: list[int] = field(default_factory=list)  # P
    fields: list[int] = field(default_factory=list)  # P, index into FIELDS
    starts: list[int] = field(default_factory=list)  # U, index into pieces
    groups: list[int] = field(default_factory=list)  # U
    before: list[int] = field(default_factory=list)  # U
    first: list[int] = field(default_factory=list)  # G, the first unit of each group
    words: list[str] = field(default_factory=list)  # G, its surface there
    index: dict[str, int] = field(default_factory=dict)  # folded word to group


def read(product: Product, hints: Hints, pieces: Pieces) -> Reading:
    """The product and what is asked for, at most MAX_PIECES pieces and MAX_UNITS units."""
    reading = Reading()
    for name, text in _parts(product, hints):
        room = MAX_PIECES if name == "description" else _STRUCTURED
        room = min(room, len(reading.pieces) + _SHARES.get(name, MAX_PIECES))
        _add(reading, name, text, room, pieces)
    if not reading.pieces:
        _add(reading, "hint", "product", MAX_PIECES, pieces)
    _point_at_wishes(reading, product, hints)
    return reading


def _point_at_wishes(reading: Reading, product: Product, hints: Hints) -> None:
    """A word to prefer that the product states where the input ends is copied from the wish."""
    if not hints.prefer:
        return
    preferred = FIELDS.index("prefer")
    wishes = [place for place, kind in enumerate(reading.fields) if kind == preferred]
    units = [unit for word in hints.prefer for unit in split(word) if unit != SPACE]
    missing = [unit for unit in units if fold(unit) not in reading.index]
    if not missing or not wishes:
        return
    stated = {
        fold(part)
        for _, text in _parts(product, Hints())
        for unit in split(text)
        for part in (unit, *parts(unit))
    }
    for unit in missing:
        if fold(unit) in stated:
            place = units.index(unit) * len(wishes) // len(units)  # where about it stands
            _place(reading, unit, wishes[place], -1)


def _parts(product: Product, hints: Hints) -> Iterator[tuple[str, str]]:
    yield "hint", " ".join(filter(None, (hints.style, hints.audience, hints.language)))
    for word in hints.prefer:
        yield "prefer", word
    for word in hints.avoid:
        yield "avoid", word
    yield "brand", product.brand
    yield "title", product.title
    for name, value in product.attributes.items():
        yield "attribute name", name
        yield "attribute", value
    yield "category", " ; ".join(product.category)
    for inference in product.inferred:
        yield "inferred", inference.text
    yield "description", product.description


def _add(reading: Reading, name: str, text: str, room: int, pieces: Pieces) -> None:
    before = -1
    kind = FIELDS.index(name)
    for unit in split(text[:4000]):
        if unit == SPACE:
            continue
        ids = pieces.of(unit)
        if len(reading.pieces) + len(ids) > room:
            return
        start = len(reading.pieces)
        reading.pieces += ids
        reading.fields += [kind] * len(ids)
        if name in _UNPOINTABLE or (name == "description" and _ARTICLE_NUMBER.search(unit)):
            continue
        before = _point(reading, unit, start, before, pieces)


def _point(reading: Reading, unit: str, start: int, before: int, pieces: Pieces) -> int:
    """Make a unit, and the parts of a compound, something to point at; returns its group."""
    group = _place(reading, unit, start, before)
    if is_unspaced(unit):
        return group
    offset, last = start, before
    for part in parts(unit):
        last = _place(reading, part, min(offset, len(reading.pieces) - 1), last)
        offset += len(pieces.of(part))
    return group


def _place(reading: Reading, unit: str, start: int, before: int) -> int:
    if len(reading.starts) == MAX_UNITS:
        return before
    key = fold(unit)
    group = reading.index.get(key)
    if group is None:
        group = reading.index[key] = len(reading.words)
        reading.words.append(unit)
        reading.first.append(len(reading.starts))
    reading.starts.append(start)
    reading.groups.append(group)
    reading.before.append(before)
    return group


def padded(rows: Sequence[Sequence[int]], value: int) -> list[list[int]]:
    """Rows made equally long."""
    width = max(map(len, rows), default=0)
    return [list(row) + [value] * (width - len(row)) for row in rows]
