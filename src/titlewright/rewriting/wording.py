"""How a title is written: capitals, the brand's own spelling, forms of units, abbreviations."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from titlewright.records import Span
from titlewright.rewriting.case import Case
from titlewright.rewriting.joining import is_unspaced, place_of
from titlewright.rewriting.problems import Edit, Problem
from titlewright.rewriting.spelling import usual_form
from titlewright.text.casing import calm, is_shouting, title_case
from titlewright.text.language import identify

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+(?:['’.\-/&+][\p{L}\p{M}\p{N}]+)*")
_MOST_LOUD = 2  # shouted words that a title may have before it shouts as a whole


def shouting(case: Case, text: str) -> Iterator[Problem]:
    """Words in capitals that aren't their own; two in a title may be meant."""
    if is_unspaced(text):
        return
    keep = case.facts.brand.split()
    loud = [match for match in _WORD.finditer(text) if is_shouting(match[0], keep)]
    if loud:
        calmed = text
        for match in reversed(loud):
            word = calm(match[0], case.product.locale)
            calmed = calmed[: match.start()] + word + calmed[match.end() :]
        found = " ".join(match[0] for match in loud)
        whole = len(loud) > _MOST_LOUD
        yield Problem(
            "shouting",
            "warning" if whole else "note",
            f'"{found}" shouts',
            Span(loud[0].start(), loud[-1].end()),
            (Edit(calmed, f'wrote "{found}" without shouting'),),
        )


def no_capitals(case: Case, text: str) -> Iterator[Problem]:
    """A title without any capital but the brand's, in English, where titles have them."""
    place = place_of(case.facts.brand, text)
    rest = text[: place.start] + text[place.end :] if place else text
    if not (rest.islower() and text.isascii()):
        return
    if identify(text, case.product.locale or "en") not in ("", "en"):
        return
    cased = title_case(text, "en", keep=(*case.facts.brand.split(), "w/", "w/o"))
    if cased != text:
        yield Problem(
            "no capitals", "warning", "it has no capitals", None,
            (Edit(cased, "gave it capitals"),),
        )  # fmt: skip


def brand_spelling(case: Case, text: str) -> Iterator[Problem]:
    """A brand in lower case only, which its field spells with capitals."""
    brand = case.facts.brand
    place = place_of(brand, text) if brand else None
    written = text[place.start : place.end] if place else ""
    if place and written.islower() and written != brand and written == brand.lower():
        spelt = text[: place.start] + brand + text[place.end :]
        yield Problem(
            "brand spelling", "note", f'the brand is spelt "{brand}"', place,
            (Edit(spelt, f'spelt the brand "{brand}"'),),
        )  # fmt: skip


def forms(case: Case, text: str) -> Iterator[Problem]:  # noqa: ARG001 - a finder's
    """Units and abbreviations in another form than the usual: 500 ML, w/ lid, 500ml*1瓶."""
    usual = usual_form(text)
    if usual != text:
        yield Problem(
            "form", "note", "units or abbreviations have an unusual form", None,
            (Edit(usual, "wrote units and abbreviations in their usual form"),),
        )  # fmt: skip
