"""What a title leaves out: brand, product type, what tells variants apart, words asked for.

Nothing is put in that the product doesn't state; what is stated otherwise (another unit, another
spelling, a wider audience) is not missing.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex

from titlewright.generators.facts import is_short_name
from titlewright.generators.saying import all_said, any_said, names_another
from titlewright.grounding.function_words import is_function_word
from titlewright.ranking import holds
from titlewright.rewriting.case import Case
from titlewright.rewriting.joining import (
    first_clause_end,
    is_unspaced,
    with_at,
    with_first,
    with_last,
)
from titlewright.rewriting.problems import Edit, Problem
from titlewright.rewriting.spelling import brand_names, fitted
from titlewright.rewriting.types import type_place
from titlewright.text.quantities import find_quantities, same_quantity
from titlewright.text.words import atoms, same_word, squeeze

_TELLING = ("model", "color", "size", "quantity")  # what tells variants apart
_FURTHER = ("gender", "season", "material", "style", "specification")
_FOR_ALL = frozenset({"unisex", "unisex adults", "all", "通用", "男女通用"})
_BEFORE_TYPE = frozenset({"model", "season", "gender", "color", "material", "style"})
_DISCOUNT = regex.compile(r"\d\s*折|%\s*off", regex.I)
_NUMBER = regex.compile(r"\d+(?:\.\d+)?")
_JOINED = regex.compile(r"[-/*×x.,+%°\"'″]")
_MOST_WORDS = 4  # of a fact that goes into a title as it is


def missing_brand(case: Case, text: str) -> Iterator[Problem]:
    names = brand_names(case.facts.brand)
    if not names or "brand" not in case.order:
        return
    if any(squeeze(name) in squeeze(text) or any_said(name, text) for name in names):
        return  # a part of the name is how the seller calls it
    name = next((name for name in names if is_unspaced(name) == is_unspaced(text)), names[0])
    yield Problem(
        "missing brand",
        "warning",
        f'the brand "{name}" is missing',
        edits=(Edit(with_first(name, text), f'put the brand "{name}" first'),),
    )


def missing_type(case: Case, text: str) -> Iterator[Problem]:
    """A title without any known product type; what was only inferred is put to bare codes alone."""
    kind = case.facts.kind
    if not kind or not case.facts.names_type or any_said(kind, text):
        return
    if type_place(text, case.facts) or squeeze(kind) in squeeze(text):
        return
    if is_unspaced(kind) != is_unspaced(text):
        return
    sure = _is_stated_type(case, kind) or is_short_name(text)
    kind = fitted(kind, text)
    yield Problem(
        "missing type",
        "warning" if sure else "note",
        f'it doesn\'t say what it is: "{kind}"',
        edits=(Edit(with_at(kind, text, first_clause_end(text)), f'said what it is: "{kind}"'),),
    )


def _is_stated_type(case: Case, kind: str) -> bool:
    """Whether an attribute or the category says so, rather than a sentence or an inference."""
    stated = (case.facts.slots.get("product_type", ""), *case.product.category[-1:])
    return any(squeeze(kind) in squeeze(text) for text in stated)


def missing_facts(case: Case, text: str) -> Iterator[Problem]:
    """Stated facts that the title leaves out, in the order of the channel's places."""
    slots = dict.fromkeys((*(slot for slot in case.order if slot in _TELLING), *_TELLING))
    for slot in (*slots, *_FURTHER):
        fact = case.facts.slots.get(slot, "")
        if (
            not fact
            or not _fits_slot(slot, fact)
            or _is_said(slot, fact, text)
            or len(atoms(fact)) > _MOST_WORDS
        ):
            continue
        yield Problem(
            f"missing {slot.replace('_', ' ')}",
            "warning" if slot in _TELLING and slot in case.order else "note",
            f'the {slot.replace("_", " ")} "{fact}" is missing',
            edits=(_with_unit(fact, text) or _added(case, slot, fact, text),),
        )


def _fits_slot(slot: str, fact: str) -> bool:
    """Not what a feed says of all products alike, nor sizes and counts that are none (人手一瓶)."""
    if slot in ("size", "quantity", "specification"):
        return any(character.isdigit() for character in fact) and not _DISCOUNT.search(fact)
    return fact.casefold() not in _FOR_ALL


def _with_unit(fact: str, text: str) -> Edit | None:
    """A number that the title has without its unit gets it, where it stands: 420 to 420mm."""
    stated = find_quantities(fact)
    if len(stated) != 1 or not stated[0].unit or stated[0].span != (0, len(fact)):
        return None
    number = _NUMBER.match(fact)
    for atom in atoms(text):
        if number and atom.text == number[0] and len(atom.text) > 1:
            after = text[atom.end : atom.end + 1]
            if not _JOINED.match(after):
                meets = after.isascii() and after.isalnum()
                whole = f"{text[: atom.start]}{fact}{' ' if meets else ''}{text[atom.end :]}"
                return Edit(whole, f'wrote "{atom.text}" as "{fact}"')
    return None


def _added(case: Case, slot: str, fact: str, text: str) -> Edit:
    """Before the type or after it where words are strung together, else at the end."""
    kind = type_place(text, case.facts)
    change = f'added the {slot.replace("_", " ")} "{fact}"'
    if kind and is_unspaced(text) and slot != "quantity":
        place = kind.start if slot in _BEFORE_TYPE else kind.end
        return Edit(with_at(fact, text, place), change)
    return Edit(with_last(fitted(fact, text), text), change)


def _is_said(slot: str, fact: str, text: str) -> bool:
    """Whether the title says the fact, another value of its kind, or part of a longer one."""
    if all_said(fact, text) or squeeze(fact) in squeeze(text) or names_another(slot, text):
        return True
    stated, said = find_quantities(fact), find_quantities(text)
    if stated:
        return all(
            any(same_quantity(ours, theirs) or ours.dimension == theirs.dimension for ours in said)
            for theirs in stated
        )
    return slot in {"model", "size"} and any_said(fact, text)


def missing_words(case: Case, text: str) -> Iterator[Problem]:
    """Words that are asked for: put in where the product backs them, named where it doesn't."""
    for asked in case.asked:
        words = " ".join(asked.words.split())
        lacking = _lacking(words, text)
        if not lacking or holds(text, words):
            continue
        if not case.grounder.ground(words).supported:
            yield Problem(
                "words not backed", "note", f'"{words}" ({asked.why}) is not backed by the product'
            )
            continue
        yield Problem(
            "missing words",
            "warning",
            f'"{words}" ({asked.why}) is missing',
            edits=tuple(
                Edit(new, f'added "{unsaid}" ({asked.why})')
                for unsaid in (lacking[0] if len(lacking) == 1 else words,)
                for new in _with_words(case, unsaid, text)
            ),
        )


def _lacking(words: str, text: str) -> list[str]:
    """The words of a phrase that the title doesn't hold; a bare number alone says nothing."""
    said = [atom.norm for atom in atoms(text)]
    lacking = [
        atom.text
        for atom in atoms(words)
        if not any(same_word(atom.norm, other) for other in said)
        and not is_function_word(atom.norm, "en")
    ]
    return [] if all(word.isdigit() for word in lacking) else lacking


def _with_words(case: Case, words: str, text: str) -> Iterator[str]:
    """Right before the type where the product itself words it so, else at the end."""
    kind = type_place(text, case.facts)
    if kind:
        phrase = [atom.norm for atom in atoms(f"{words} {text[kind.start : kind.end]}")]
        if is_unspaced(text) or any(case.grounder.source.phrase(phrase)):
            yield with_at(fitted(words, text), text, kind.start)
            return
    yield with_last(fitted(words, text), text)
