"""A product and a title as BERT reads them: [CLS] product [SEP] title [SEP]. Numbers, no tensors.

The product's present title is not read: it is what is judged, or what a better one replaces. An
encoder from scratch is told which words stand in both texts; one from elsewhere knows two kinds of
segments only, and has to see by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from titlewright.records import Product

_MOST_READ = 256  # pieces of product and title together, where the encoder takes more
_TITLE = 0.25  # share of them that a title may take
_DESCRIPTION = 0.25  # share of the product's pieces that its description may claim
_FIELD = 24  # pieces of an attribute's value or a category
_MOST_CHARACTERS = 2000  # of one text
_SHARED = 2  # what the segment of a word is raised by that stands in both texts
SEGMENTS = 4  # kinds of them that an encoder has which is told of shared words; others have 2


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

    def after(self, place: int) -> Pieces:
        return Pieces(self.ids[place:], self.words[place:])


class Pair(NamedTuple):
    """A product and a title; without a title it is the product alone."""

    product: Pieces
    title: Pieces


@dataclass(frozen=True, slots=True)
class Row:
    """One input of the encoder, S pieces.

    ids       S
    segments  S, 0 up to the first separator, 1 after it; where the encoder is told of words that
              stand in both texts, 2 and 3 for those
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

    def __init__(self, tokenizer: Any, positions: int, segments: int = 2) -> None:
        """`tokenizer` is Transformers'; `positions` are the most pieces that the encoder takes, and
        `segments` the kinds of segments that it has: of SEGMENTS it is told of shared words."""
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
        self._tells_shared = segments >= SEGMENTS
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
        return self.telling_shared(Row(ids, segments, words))

    def telling_shared(self, row: Row) -> Row:
        """The row with its segments as its words are now; a word with a mask in it is in no text.

        A small encoder needs long to find by itself that two words are the same; told, it reads
        what the title has of the product from the first step (as exact matches are told to BERT by
        Boualili et al. 2020, "MarkedBERT").
        """
        if not self._tells_shared:
            return row
        segments = [segment % _SHARED for segment in row.segments]
        words: dict[int, list[int]] = defaultdict(list)
        sides: dict[int, int] = {}
        for piece, word, segment in zip(row.ids, row.words, segments, strict=True):
            if word >= 0:
                words[word].append(piece)
                sides[word] = segment
        texts: tuple[set[tuple[int, ...]], ...] = (set(), set())
        for word, pieces in words.items():
            if self.mask not in pieces:
                texts[sides[word]].add(tuple(pieces))
        both = texts[0] & texts[1]
        told = {word for word, pieces in words.items() if tuple(pieces) in both}
        return replace(
            row,
            segments=tuple(
                segment + _SHARED if word in told else segment
                for segment, word in zip(segments, row.words, strict=True)
            ),
        )


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
