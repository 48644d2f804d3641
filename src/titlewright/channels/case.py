"""One title under check: the text, its product, and what the rules need to know, found once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import regex

from titlewright.channels.locales import Locale, parse_locale
from titlewright.records import Product, Span

if TYPE_CHECKING:
    from titlewright.channels.phrases import PhraseIndex

_WORD = regex.compile(
    r"[\p{L}\p{M}\p{N}--[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]]+(?:['’][\p{L}\p{M}]+)*",
    flags=regex.V1,
)
_MODEL_NAMES = frozenset({"model", "mpn", "型号", "型號", "modell", "modelo", "modèle", "品番"})


class Word(NamedTuple):
    """A word of a script with spaces; `key` is it without case."""

    start: int
    end: int
    key: str


class Case:
    """A title and its product; `index` finds the phrases of all rules in one pass."""

    def __init__(self, text: str, product: Product | None, index: PhraseIndex) -> None:
        self.text = text
        self.product = product
        self.index = index

    @cached_property
    def locale(self) -> Locale:
        return parse_locale(self.product.locale if self.product else "")

    @cached_property
    def words(self) -> list[Word]:
        """Words of scripts written with spaces, left to right, split at hyphens."""
        return [Word(*match.span(), match[0].casefold()) for match in _WORD.finditer(self.text)]

    @cached_property
    def phrases(self) -> Mapping[str, Sequence[Span]]:
        """Where the phrases of each rule stand, by rule id."""
        return self.index.find(self)

    @cached_property
    def brand_spans(self) -> list[Span]:
        """Where the product's brand stands as whole words, case ignored."""
        return find_words(self.text, self.product.brand) if self.product else []

    @cached_property
    def kept_words(self) -> frozenset[str]:
        """Words whose capitals are their own: the brand's and the model's."""
        if not self.product:
            return frozenset()
        models = (
            value for name, value in self.product.attributes.items() if is_model_attribute(name)
        )
        return frozenset(
            match[0] for value in (self.product.brand, *models) for match in _WORD.finditer(value)
        )

    def in_brand(self, span: Span) -> bool:
        """Whether the span lies inside a mention of the product's brand."""
        return any(
            brand.start <= span.start and span.end <= brand.end for brand in self.brand_spans
        )


def is_model_attribute(name: str) -> bool:
    """Whether an attribute's name says that it holds a model name or part number."""
    return not _MODEL_NAMES.isdisjoint(name.casefold().replace("_", " ").replace("-", " ").split())


def find_words(text: str, wanted: str) -> list[Span]:
    """Every place where `wanted` stands in the text as whole words, case ignored."""
    if not wanted:
        return []
    here, there = text.lower(), wanted.lower()
    if len(here) != len(text):  # a few letters change their length with their case
        here, there = text, wanted
    spans = []
    start = here.find(there)
    while start >= 0:
        end = start + len(there)
        if _edge(here, start - 1, there[0]) and _edge(here, end, there[-1]):
            spans.append(Span(start, end))
        start = here.find(there, end)
    return spans


def _edge(text: str, position: int, inside: str) -> bool:
    """Whether a word may begin or end beside `inside`: unspaced scripts have no word edges."""
    if not 0 <= position < len(text):
        return True
    outside = text[position]
    return not (outside.isalnum() and inside.isalnum()) or outside > "⺀" or inside > "⺀"
