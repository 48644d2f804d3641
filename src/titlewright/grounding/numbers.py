"""Evidence for numbers: the same quantity in any unit or notation, measuring the same thing.

"4 GB" is not backed by "4 cores", "16 GB RAM" not by "16 GB storage", "9/16" not by "1-9/16".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

import regex

from titlewright.grounding.function_words import is_function_word
from titlewright.grounding.source import Source, SourceField
from titlewright.records import Span
from titlewright.text.lexicon import load_lexicon
from titlewright.text.quantities import Quantity, find_quantities, same_quantity
from titlewright.text.units import unit_factors
from titlewright.text.words import Atom, fold, same_word

_NEIGHBOURHOOD = 3  # words either side that may say what a number measures
_UNSPACED_REACH = 3  # characters, where there are no spaces to tell words by
_HAN = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]")
_UNIT_LIKE = regex.compile(r"[\p{L}\"²³%]+")
_NAMING = regex.compile(r"model|name|series|type|size|型号|系列|规格", regex.IGNORECASE)
_NOT_WORDS = regex.compile(r"[^\p{L}]+")
_SMALL_NUMBERS = {
    1: ("one", "single"), 2: ("two", "double", "dual", "twin", "pair"), 3: ("three", "triple"),
    4: ("four", "quad"), 5: ("five",), 6: ("six",), 7: ("seven",), 8: ("eight", "octa"),
    9: ("nine",), 10: ("ten",), 12: ("twelve", "dozen"),
}  # fmt: skip


class NumberEvidence(NamedTuple):
    field: SourceField
    span: Span
    exact: bool


def back_quantity(
    quantity: Quantity, title: str, source: Source
) -> tuple[NumberEvidence | None, str]:
    """Evidence for a quantity of the title; without any, the reason why in words."""
    if not quantity.dimension:
        return _back_bare_number(quantity, title, source)
    roles = _title_roles(quantity, title)
    wrong_role = ""
    for field, other in source.quantities:
        if not other.dimension or not same_quantity(quantity, other):
            continue
        if field.negates(other.span):
            wrong_role = "the source says that it is not so"
            continue
        other_roles = _source_roles(field, other, quantity.dimension)
        differ = roles and other_roles and not roles & other_roles
        if differ and (quantity.dimension == "data" or _stated_otherwise(quantity, roles, source)):
            wrong_role = f"the source gives {other.text} for {_names(other_roles)}"
            continue
        exact = fold(other.text) == fold(quantity.text)
        return NumberEvidence(field, other.span, exact), ""
    inferred = _from_attribute_name(quantity, roles, source)
    if inferred:
        return inferred, ""
    if quantity.dimension == "count":
        counted = _from_counted_things(quantity, title, source)
        if counted:
            return counted, ""
    return None, wrong_role or _nearest(quantity, source)


def _stated_otherwise(quantity: Quantity, roles: frozenset[str], source: Source) -> bool:
    """Whether the source gives another quantity for what the title says this one measures."""
    return any(
        other.dimension == quantity.dimension
        and not same_quantity(quantity, other)
        and _source_roles(field, other, quantity.dimension) & roles
        for field, other in source.quantities
    )


def _names(roles: Iterable[str]) -> str:
    return " or ".join(sorted(role.rpartition(".")[2] for role in roles))


def _nearest(quantity: Quantity, source: Source) -> str:
    stated = [q.text for _, q in source.quantities if q.dimension == quantity.dimension][:3]
    return f"the source states {', '.join(stated)}" if stated else "no such quantity in the source"


@cache
def _role_words() -> dict[str, dict[str, str]]:
    """dimension → {word or phrase: role}."""
    table: dict[str, dict[str, str]] = {}
    for name, words in load_lexicon("roles").items():
        dimension, _, role = name.rpartition(".")
        for word in words:
            table.setdefault(dimension.replace("_", " "), {})[word] = f"{dimension}.{role}"
    return table


@cache
def _role_pattern(dimension: str) -> regex.Pattern[str] | None:
    words = _role_words().get(dimension)
    if not words:
        return None
    spaced = [word for word in words if word.isascii() or not regex.search(r"\p{Han}", word)]
    unspaced = [word for word in words if word not in spaced]
    parts = []
    if spaced:
        joined = "|".join(map(regex.escape, sorted(spaced, key=len, reverse=True)))
        parts.append(rf"(?<![\p{{L}}\p{{N}}])(?:{joined})s?(?![\p{{L}}])")
    if unspaced:
        parts.append("|".join(map(regex.escape, sorted(unspaced, key=len, reverse=True))))
    return regex.compile("|".join(parts), flags=regex.IGNORECASE)


def roles_in(text: str, dimension: str) -> frozenset[str]:
    """What a quantity of this dimension measures, by the words of the text."""
    pattern = _role_pattern(dimension)
    if pattern is None or not text:
        return frozenset()
    words = _role_words()[dimension]
    found = set()
    for match in pattern.finditer(text):
        word = match[0].lower()
        role = words.get(word) or words.get(word.removesuffix("s"))
        if role:
            found.add(role)
    return frozenset(found)


def _title_roles(quantity: Quantity, title: str) -> frozenset[str]:
    """What the title says this quantity measures: the words right after it, else right before."""
    if quantity.dimension == "count":
        return frozenset()  # the unit itself says that things are counted
    after = _window_after(title, quantity.span.end, 2)
    roles = roles_in(after, quantity.dimension)
    return roles or roles_in(_window_before(title, quantity.span.start, 1), quantity.dimension)


def _source_roles(field: SourceField, quantity: Quantity, dimension: str) -> frozenset[str]:
    text = field.text
    nearby = " ".join(
        (
            field.label,
            _window_before(text, quantity.span.start, _NEIGHBOURHOOD),
            "|",
            _window_after(text, quantity.span.end, _NEIGHBOURHOOD),
        )
    )
    return roles_in(nearby, dimension)


_STOP = regex.compile(r"[,;|•()\[\]/+]|[.:!?]\s|\d")


def _window_after(text: str, position: int, words: int) -> str:
    """Up to so many words after a position, not past a number or a clause end."""
    piece = text[position : position + 60]
    stop = _STOP.search(piece)
    kept = _NOT_WORDS.split(piece[: stop.start()] if stop else piece)[: words + 1]
    return " ".join(word[:_UNSPACED_REACH] if _HAN.match(word) else word for word in kept)


def _window_before(text: str, position: int, words: int) -> str:
    piece = text[max(0, position - 60) : position]
    stops = list(_STOP.finditer(piece))
    kept = _NOT_WORDS.split(piece[stops[-1].end() :] if stops else piece)
    kept = kept[-(words + 1) :]
    return " ".join(word[-_UNSPACED_REACH:] if _HAN.match(word) else word for word in kept)


def _from_attribute_name(
    quantity: Quantity, roles: frozenset[str], source: Source
) -> NumberEvidence | None:
    """A bare number in an attribute whose name says what it measures: "internal memory": 16384.

    Feeds often leave the unit out; the number then has to fit in some unit of the dimension.
    """
    for field, other in source.quantities:
        if other.dimension or not field.label:
            continue
        label_roles = roles_in(field.label, quantity.dimension)
        named_unit = _unit_in_label(field.label, quantity)
        if not label_roles and not named_unit:
            continue
        if roles and label_roles and not roles & label_roles:
            continue
        if any(
            stated.dimension == quantity.dimension and stated.value == quantity.value
            for _, stated in source.quantities
        ):
            continue  # the same number stands there with another unit
        factors = (named_unit,) if named_unit else unit_factors(quantity.dimension)
        for factor in factors:
            stated = Quantity(
                other.span, other.number_span, other.text, other.value, other.decimals,
                quantity.unit if factor == quantity.base / (quantity.value or 1) else "",
                quantity.dimension, other.value * factor,
            )  # fmt: skip
            if same_quantity(quantity, stated):
                return NumberEvidence(field, other.span, False)
    return None


def _unit_in_label(label: str, quantity: Quantity) -> float:
    """The factor of a unit written in the attribute's name: "Weight (kg)", "battery mah"."""
    for piece in _UNIT_LIKE.findall(label):
        for probe in find_quantities(f"1{piece}"):
            if probe.dimension == quantity.dimension and len(piece) > 1:
                return probe.base
    return 0.0


def _from_counted_things(quantity: Quantity, title: str, source: Source) -> NumberEvidence | None:
    """ "12-Pack of Cola Cans" for a source that says "12 cans" or "6 per box"."""
    title_words = {fold(word) for word in _NOT_WORDS.split(title) if len(word) > 2}
    for field, other in source.quantities:
        if other.dimension or other.value != quantity.value or other.part_of_fraction:
            continue
        following = fold(_window_after(field.text, other.span.end, 2)).split()
        if following[:1] == ["per"] or any(
            same_word(word, title_word) for word in following[:2] for title_word in title_words
        ):
            return NumberEvidence(field, other.span, False)
    return None


def _back_bare_number(
    quantity: Quantity, title: str, source: Source
) -> tuple[NumberEvidence | None, str]:
    before, after = _neighbours(title, quantity.span)
    fitting: list[tuple[SourceField, Quantity]] = []
    carrying_unit = ""
    for field, other in source.quantities:
        if other.value != quantity.value or not _same_notation(quantity, other):
            continue
        if other.dimension:
            carrying_unit = other.text
            if after and after in _telling_words(_window_after(field.text, other.span.end, 2)):
                fitting.append((field, other))
            continue
        if not field.negates(other.span):
            fitting.append((field, other))
    if not fitting:
        if spelled := _spelled_out(quantity, after, source):
            return spelled, ""
        reason = f"the source has it only as {carrying_unit}" if carrying_unit else ""
        return None, reason or "no such number in the source"
    for field, other in fitting:
        if other.dimension or _same_neighbour(field, other, before, after):
            return NumberEvidence(field, other.span, True), ""
    if after and (spelled := _spelled_out(quantity, after, source)):
        return spelled, ""
    if after and (stated := _counted_otherwise(after, quantity, source)):
        return None, f"the source says {stated}"
    counts_something = len(after) > 2 and any(True for _ in source.word(after))
    if counts_something and not any(_names_the_product(field) for field, _ in fitting):
        return None, f"the source has {fitting[0][1].text}, but not for {after}"
    field, other = fitting[0]
    return NumberEvidence(field, other.span, True), ""


def _names_the_product(field: SourceField) -> bool:
    return field.name in {"brand", "title"} or bool(_NAMING.search(field.label))


def _same_notation(one: Quantity, other: Quantity) -> bool:
    return one.part_of_fraction == other.part_of_fraction or one.value.is_integer()


def _neighbours(text: str, span: Span) -> tuple[str, str]:
    before = _window_before(text, span.start, 1).split()
    after = _window_after(text, span.end, 1).split()
    return (_telling(before[-1]) if before else "", _telling(after[0]) if after else "")


def _telling_words(text: str) -> list[str]:
    return [_telling(word) for word in text.split()]


def _telling(word: str) -> str:
    folded = fold(word)
    return "" if is_function_word(folded, "en") else folded


def _same_neighbour(field: SourceField, other: Quantity, before: str, after: str) -> bool:
    source_before, _ = _neighbours(field.text, other.span)
    if before and same_word(before, source_before):
        return True
    following = _telling_words(_window_after(field.text, other.span.end, 2))[:3]
    if after and any(same_word(after, word) for word in following):
        return True
    label = fold(field.label).split()
    return any(word and any(same_word(word, part) for part in label) for word in (before, after))


def _counted_otherwise(noun: str, quantity: Quantity, source: Source) -> str:
    """Another number that the source gives for the same noun ("8 ports" where the title says 4)."""
    for field, other in source.quantities:
        if other.dimension or other.value == quantity.value:
            continue
        _, following = _neighbours(field.text, other.span)
        if len(noun) > 2 and following and same_word(noun, following):
            return f"{other.text} {following}"
    return ""


def _spelled_out(quantity: Quantity, after: str, source: Source) -> NumberEvidence | None:
    """ "two zip compartments" for a title's "2 zip compartments"."""
    for word in _SMALL_NUMBERS.get(int(quantity.value), ()) if quantity.value.is_integer() else ():
        for occurrence in source.word(word):
            following = list(_following_atoms(occurrence.field, occurrence.last))
            if not after or any(same_word(after, atom.norm) for atom in following):
                return NumberEvidence(occurrence.field, occurrence.span, False)
    return None


def back_number_word(word: str, following: str, source: Source) -> NumberEvidence | None:
    """Evidence for a number written as a word: "Two-Port" for a source's "2-Port"."""
    value = next((n for n, words in _SMALL_NUMBERS.items() if word in words[:1]), None)
    if value is None:
        return None
    for field, other in source.quantities:
        if not other.dimension and other.value == value and not field.negates(other.span):
            _, after = _neighbours(field.text, other.span)
            if following and after and same_word(following, after):
                return NumberEvidence(field, other.span, False)
    return None


def _following_atoms(field: SourceField, index: int) -> Iterator[Atom]:
    yield from field.atoms[index + 1 : index + 3]
