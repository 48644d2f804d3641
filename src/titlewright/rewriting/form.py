"""The form of titles that a user likes: which facts they say in which order, what they keep.

Learnt by counting from examples (a product, and the title that it should have), and applied to
another product of the kind. Where its present title says another value of an attribute than the
feed does, or one that the feed lacks, the title's counts. Titles are strung together from stated
values, which suits Chinese and lists of facts, not sentences.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import regex

from titlewright.records import Example, Product, Span
from titlewright.rewriting.joining import is_unspaced, joined, place_of
from titlewright.rewriting.spelling import brand_names, usual_form
from titlewright.text.words import atoms, fold

BRAND = "brand"
_DIGITS = regex.compile(r"\d+(?:\.\d+)?")
_KEPT = 0.5  # of the examples: from there on a fact or a word belongs to the form


class Habit(NamedTuple):
    """How often something stood in the titles where it could, and where (0 first, 1 last)."""

    share: float
    place: float


@dataclass(frozen=True)
class Form:
    """Attributes and words of present titles with their habits; values seen, digits as "#"."""

    attributes: Mapping[str, Habit]
    words: Mapping[str, Habit]
    values: Mapping[str, tuple[str, ...]]

    @classmethod
    def learn(cls, examples: Sequence[Example]) -> Form:
        """Counts over examples, whose products have the present titles where there are any."""
        attributes: dict[str, list[float | None]] = defaultdict(list)
        words: dict[str, list[float | None]] = defaultdict(list)
        values: dict[str, dict[str, None]] = defaultdict(dict)
        for example in examples:
            stated = _stated(example.product)
            for name, value in stated.items():
                place = place_of(value, example.title)
                attributes[name].append(_middle(place, example.title))
                if any(map(str.isalpha, value)):
                    values[name][_shape(value)] = None
            for key, word in _own_words(example.product, stated):
                words[key].append(_middle(place_of(word, example.title), example.title))
        return cls(
            {name: _habit(places) for name, places in attributes.items()},
            {word: _habit(places) for word, places in words.items()},
            {name: tuple(sorted(shapes, key=len, reverse=True)) for name, shapes in values.items()},
        )

    def title(self, product: Product) -> str:
        """A title of the product in this form; "" where nothing of it is stated."""
        parts: list[tuple[float, str]] = []
        stated = _stated(product)
        for name, habit in self.attributes.items():
            value = self._value(name, stated.get(name, ""), product.title)
            if value and habit.share >= _KEPT:
                parts.append((habit.place, value))
        for key, word in _own_words(product, stated):
            habit = self.words.get(key, Habit(0.0, 0.0))
            if habit.share >= _KEPT:
                parts.append((habit.place, word))
        said: list[str] = []
        for _, part in sorted(parts, key=lambda one: one[0]):
            if not any(fold(part) in fold(other) for other in said):
                said.append(part)
        return usual_form(joined(*said, unspaced=is_unspaced("".join(said))))

    def _value(self, name: str, stated: str, title: str) -> str:
        """The stated value, or the one of its kind that the present title says instead."""
        if name == BRAND or (stated and place_of(stated, title)):
            return stated
        said = dict.fromkeys(
            match[0]
            for shape in self.values.get(name, ())
            for match in _pattern(shape).finditer(title)
        )
        return next(iter(said)) if said and (len(said) == 1 or not stated) else stated


def _stated(product: Product) -> dict[str, str]:
    brand = next(
        (name for name in brand_names(product.brand) if place_of(name, product.title)),
        next(iter(brand_names(product.brand)[-1:]), ""),
    )
    return ({BRAND: brand} if brand else {}) | dict(product.attributes)


def _own_words(product: Product, stated: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What the present title says beyond the stated values: the word to compare, the word itself.

    Each once; a number belongs to the word right after it.
    """
    values = {atom.norm for value in stated.values() for atom in atoms(value)}
    seen: set[str] = set()
    words = atoms(product.title)
    for index, atom in enumerate(words):
        start = atom.start
        if index and words[index - 1].end == start and _DIGITS.fullmatch(words[index - 1].norm):
            start = words[index - 1].start
        word = product.title[start : atom.end]
        key = _shape(fold(word))
        if atom.norm not in values and not _DIGITS.fullmatch(atom.norm) and key not in seen:
            seen.add(key)
            yield key, word


def _middle(place: Span | None, title: str) -> float | None:
    return None if place is None else (place.start + place.end) / 2 / len(title)


def _habit(places: Sequence[float | None]) -> Habit:
    """One more that didn't stand there is assumed: what was seen once is no habit."""
    found = [place for place in places if place is not None]
    return Habit(len(found) / (len(places) + 1), sum(found) / len(found) if found else 1.0)


def _shape(value: str) -> str:
    return _DIGITS.sub("#", value)


def _pattern(shape: str) -> regex.Pattern[str]:
    literal = regex.escape(shape.strip(), literal_spaces=True).replace("\\#", "#")
    number = r"(?<![\d.])\d+(?:\.\d+)?"
    return regex.compile(literal.replace("#", number), regex.IGNORECASE)
