"""A product and a title as BERT reads them: [CLS] product [SEP] title [SEP]. Numbers, no tensors.

The product's present title is not read: it is what is judged, or what a better one replaces.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from titlewright.records import Product

_MOST_READ = 256  # pieces of product and title together, where the encoder takes more
_TITLE = 0.25  # share of them that a title may take
_DESCRIPTION = 0.25  # share of the product's pieces that its description may claim
_FIELD = 24  # pieces of an attribute's value or a category
_MOST_CHARACTERS = 2000  # of one text


class Pieces(NamedTuple):
    """A text as N word pieces: `ids` of them, `words` the number of the word that each is of."""

    ids: tuple[int, ...] = ()
    words: tuple[int, ...] = ()

    def __add__(self, other: tuple[Any, ...]) -> Pieces:
        """Both, one after the other; the words of `other` are other words."""
        ids, words = other
        after = max(self.words, default=-1) + 1
        return Pieces(self.ids + ids, self.words + tuple(word + after for word in words))

    def first(self, most: int) -> Pieces:
        return Pieces(self.ids[:most], self.words[:most])


class Pair(NamedTuple):
    """A product and a title; without a title it is the product alone."""

    product: Pieces
    title: Pieces


@dataclass(frozen=True, slots=True)
class Row:
    """One input of the encoder, S pieces.

    ids       S
    segments  S, 0 up to the first separator, 1 after it
    words     S, the number of the word that a piece is of; -1 for [CLS] and [SEP]
    """

    ids: tuple[int, ...]
    segments: tuple[int, ...]
    words: tuple[int, ...]


class Reader:
    """Reads with a checkpoint's tokenizer.

    most      pieces of product and title together, three special ones included
    ordinary  ids of what is no special token
    """

    def __init__(self, tokenizer: Any, positions: int) -> None:
        """`tokenizer` is Transformers'; `positions` are the most pieces that the encoder takes."""
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._tokenizer.encode_special_tokens = True  # "[MASK]" in a product is text like other
        self.padding = int(tokenizer.pad_token_id)
        self.begin = int(tokenizer.cls_token_id)
        self.separator = int(tokenizer.sep_token_id)
        self.mask = int(tokenizer.mask_token_id)
        special = set(tokenizer.all_special_ids)
        self.ordinary = tuple(one for one in range(len(tokenizer)) if one not in special)
        self.most = min(positions, _MOST_READ)
        self.most_of_title = int(_TITLE * self.most)
        self.most_of_product = self.most - self.most_of_title - 3

    def pair(self, product: Product, title: str) -> Pair:
        return Pair(self.product(product), self.text(title).first(self.most_of_title))

    def product(self, product: Product) -> Pieces:
        """Brand, category and attributes in the feed's order, then the description, as far as
        they fit; the same whatever the title."""
        stated = Pieces()
        for text, most in _fields(product):
            stated += self.text(text).first(most)
        told = self.text(product.description)
        claimed = min(len(told.ids), int(_DESCRIPTION * self.most_of_product))
        stated = stated.first(self.most_of_product - claimed)
        return (stated + told).first(self.most_of_product)

    def text(self, text: str) -> Pieces:
        """A text's pieces; words are what the tokenizer splits before it looks for pieces."""
        readable = text[:_MOST_CHARACTERS].encode("utf-8", "replace").decode()
        read = self._tokenizer.encode(readable, add_special_tokens=False)
        return Pieces(tuple(read.ids), tuple(word or 0 for word in read.word_ids))

    def sequence(self, pair: Pair) -> Row:
        """[CLS] product [SEP] title [SEP]; without a title it ends with the first [SEP]."""
        both = pair.product + pair.title
        split = len(pair.product.ids)
        ids = (self.begin, *both.ids[:split], self.separator)
        words = (-1, *both.words[:split], -1)
        segments = (0,) * len(ids)
        if pair.title.ids:
            ids += (*both.ids[split:], self.separator)
            words += (*both.words[split:], -1)
            segments += (1,) * (len(pair.title.ids) + 1)
        return Row(ids, segments, words)


def length(pair: Pair) -> int:
    """Pieces that the pair takes up, special ones included."""
    return len(pair.product.ids) + len(pair.title.ids) + 3


def product_texts(product: Product) -> list[str]:
    """All that a product says, to learn word pieces from."""
    return [product.title, product.description, *(text for text, _ in _fields(product))]


def _fields(product: Product) -> Iterator[tuple[str, int]]:
    """What stands before the description, and the most pieces that each may take."""
    yield product.brand, _FIELD
    for name in product.category:
        yield f"{name};", _FIELD
    for name, value in product.attributes.items():
        yield f"{name}:", _FIELD
        yield value, _FIELD
        yield ";", 1


def attributes(product: Product) -> Sequence[tuple[str, str]]:
    """What the product states by name: its brand and its attributes, those that say something."""
    stated = [("brand", product.brand), *product.attributes.items()]
    return [(name, value) for name, value in stated if any(map(str.isalnum, value))]
