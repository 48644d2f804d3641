"""What stands at the wrong place: a brand that doesn't come first where the channel wants it so."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from titlewright.records import Span
from titlewright.rewriting.case import Case
from titlewright.rewriting.joining import place_of, with_first, without
from titlewright.rewriting.problems import Edit, Problem
from titlewright.rewriting.spelling import brand_names
from titlewright.text.words import atoms

_RELATED = regex.compile(r"\b(?:for|fits?|compatible|with|to|on)\W*$|适用|兼容|适配", regex.I)
_BY = regex.compile(r"\b(?:by|from|von|par|de|da)\s+$", regex.I)
# What may stand before a brand: how many, and in which state
_BEFORE_BRAND = regex.compile(
    r"[\W\d]*(?:(?:set|pack|lot|box|pair|case)\s+of\s+\d+|(?:\d+[\s-]*)?(?:packs?|pcs?|pieces?|pairs?)"
    r"|refurbished|renewed|used|pre-?owned|restored|open\s+box|the|new)?\W*",
    regex.I,
)


_BRANDED = regex.compile(r"\s+brand(?:ed)?\b", regex.I)
_GOES_ON = regex.compile(r"\s*[\p{L}\p{N}]")
_LINE = 2  # words before "by": a line of the brand, "Wishful by W"
_OTHER_NAME = 2  # words before a Chinese brand: its other spelling


def _stands_well(before: str, name: str) -> bool:
    """Whether a brand may stand after these words: a count, a relation, its other spelling."""
    if _BEFORE_BRAND.fullmatch(before) or _RELATED.search(before):
        return True
    return len(atoms(before)) <= _OTHER_NAME and before.isascii() != name.isascii()


def _with_other_spelling(text: str, place: Span) -> Span:
    """A brand with its other spelling: Dior/迪奥."""
    before = regex.search(r"[\w&.]+/$", text[: place.start])
    after = regex.match(r"/[\w&.]+", text[place.end :])
    return Span(
        before.start() if before else place.start, place.end + (after.end() if after else 0)
    )


def _is_inside(text: str, place: Span) -> bool:
    """Whether the brand is a part of something joined by hyphens."""
    return "-" in (text[place.start - 1 : place.start], text[place.end : place.end + 1])


def late_brand(case: Case, text: str) -> Iterator[Problem]:
    if case.order[:1] != ("brand",):
        return
    for name in brand_names(case.facts.brand):
        place = place_of(name, text)
        if place is None:
            continue
        place = _with_other_spelling(text, place)
        before = text[: place.start]
        by = _BY.search(before)
        if _stands_well(before, name) or _is_inside(text, place) or len(name) < 2:
            return
        if by and _GOES_ON.match(text, place.end) and len(atoms(before[: by.start()])) <= _LINE:
            return
        branded = _BRANDED.match(text, place.end)
        span = Span(by.start() if by else place.start, branded.end() if branded else place.end)
        written = text[place.start : place.end]
        rest = without(text, span)
        if atoms(rest):
            yield Problem(
                "late brand",
                "warning",
                f'the brand "{written}" doesn\'t come first',
                place,
                (Edit(with_first(written, rest), f'moved the brand "{written}" to the front'),),
            )
        return


def another_form(case: Case, text: str) -> Iterator[Problem]:
    """A title in another form than that of the user's examples."""
    if case.liked and text != case.liked:
        yield Problem(
            "another form",
            "warning",
            "it doesn't have the form of the examples",
            edits=(Edit(case.liked, "put it in the form of the examples"),),
        )
