"""How early a title says the brand, and what the product is: 1 at its start, 0 at its end.

Places are columns, in which Chinese characters count two, over the title's width or 40 columns,
whichever is more: what stands within the first lines of a small screen is hardly marked down.
"""

from __future__ import annotations

import regex

from titlewright.channels.case import find_words
from titlewright.generators.facts import own_brand, read_facts
from titlewright.generators.phrases import product_phrase
from titlewright.records import Product, Score
from titlewright.scorers.factors.base import Factor
from titlewright.scorers.wording import TYPE, content_words, language_of
from titlewright.text.width import display_width
from titlewright.text.words import atoms, same_word, squeeze

_LEAST_WIDTH = 40  # columns


class BrandPosition(Factor):
    """0 where the title leaves the brand out, 0.5 where the product has none."""

    name = "brand position"

    def judge(self, product: Product, title: str) -> Score:
        brand = own_brand(product)
        if not brand:
            return Score(self.name, 0.5, ("the product states no brand",))
        at = _of_brand(title, brand)
        if at is None:
            return Score(self.name, 0.0, (f"the brand “{brand}” isn't in the title",))
        return _placed(self.name, title, at, "the brand")


class TypePosition(Factor):
    """0 where the product's type is known and the title names none, 0.5 where nobody names one.

    A title may name the product by another word than the product's data do.
    """

    name = "type position"

    def judge(self, product: Product, title: str) -> Score:
        facts = read_facts(product)
        kind = facts.kind if facts.names_type or "product_type" in facts.slots else ""
        at = _of_kind(title, kind) if kind else None
        if at is None:
            at = _of_any_type(title, language_of(product, title))
        if at is not None:
            return _placed(self.name, title, at, "the product type")
        if kind:
            return Score(self.name, 0.0, (f"the product type “{kind}” isn't in the title",))
        return Score(self.name, 0.5, ("no product type is known",))


def _placed(name: str, title: str, at: int, what: str) -> Score:
    before = display_width(title[:at])
    value = 1 - before / max(_LEAST_WIDTH, display_width(title))
    where = "at the start" if not before else f"after {before} columns"
    return Score(name, value, (f"{what} is said {where}",))


def _of_brand(title: str, brand: str) -> int | None:
    """Where the brand stands, also with other marks or spaces: SheaMoisture, Shea Moisture."""
    places = find_words(title, brand)
    if places:
        return places[0].start
    letters = r"[\W_]*".join(map(regex.escape, squeeze(brand)))
    apart = rf"(?<![\p{{L}}\p{{N}}]){letters}(?![\p{{L}}\p{{N}}])"
    found = regex.search(apart, title, flags=regex.IGNORECASE) if letters else None
    return found.start() if found else None


def _of_kind(title: str, kind: str) -> int | None:
    """Where the type stands, or the last word of its name in any inflection."""
    places = find_words(title, kind)
    if places:
        return places[0].start
    words = atoms(kind)
    if not words or words[-1].unspaced:
        return None
    head = words[-1].norm
    return next((atom.start for atom in atoms(title) if same_word(atom.norm, head)), None)


def _of_any_type(title: str, language: str) -> int | None:
    phrase = product_phrase(title)
    if phrase:
        return title.find(phrase.kind)
    return next((word.start for word in content_words(title, language) if TYPE in word.kinds), None)
