"""What the classifier sees of a product: hashed words and fields, in three groups.

The present title is left out: a feed whose titles name the type has nothing to infer.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zlib import crc32

import regex

from titlewright.records import Product
from titlewright.text.words import fold

GROUPS = 3
_WORD = regex.compile(r"[\p{L}\p{M}]+|[\p{L}\p{M}\p{N}]+")
_DIGIT = regex.compile(r"\p{N}")
_LETTERS = regex.compile(r"^\p{L}+")
_TEXT_WORDS = 100  # of the description: where a product is introduced
_VALUE_WORDS = 12
_SHORT_VALUE = 40  # characters up to which a value is one fact and not a text


class Features(NamedTuple):
    """Features by group, each as its 32-bit hash: running words, fields' structure, the maker.

    The brand's own is the first of the maker's.
    """

    words: list[int]
    fields: list[int]
    maker: list[int]


def features(product: Product) -> Features:
    """The features of one product."""
    words: list[str] = []
    fields: list[str] = []
    maker: list[str] = []
    brand = fold(product.brand)
    if brand:
        maker.append(f"brand={brand}")
    for name, value in product.attributes.items():
        label = fold(name)
        fields.append(f"name={label}")
        fields += [f"name:{word}" for word in _words(label)]
        if len(value) <= _SHORT_VALUE:
            fields.append(f"{label}={_shape(fold(value))}")
        value_words = _words(fold(value))[:_VALUE_WORDS]
        fields += [f"value:{word}" for word in value_words]
        if label.startswith("model"):
            maker += [f"model:{word}" for word in _code(value)]
        words += value_words
        words += [f"{one} {other}" for one, other in pairwise(value_words)]
    for level in product.category:
        fields.append(f"category={fold(level)}")
        fields += [f"category:{word}" for word in _words(fold(level))]
        words += _words(fold(level))
    running = _words(fold(product.description[:1200]))[:_TEXT_WORDS]
    words += running
    words += [f"{one} {other}" for one, other in pairwise(running)]
    if brand:
        maker += [f"brand,{label}" for label in _maker_context(product)]
    return Features(_hashed(words), _hashed(fields), _hashed(maker))


def _maker_context(product: Product) -> list[str]:
    """A brand together with the names of its attributes tells a phone maker's cases from phones."""
    brand = fold(product.brand)
    return [f"{brand},{fold(name)}" for name in product.attributes]


def _hashed(names: list[str]) -> list[int]:
    return [_hash(name) for name in dict.fromkeys(names)]


@lru_cache(maxsize=1 << 17)
def _hash(name: str) -> int:
    return crc32(name.encode("utf-8", "replace"))


def _words(text: str) -> list[str]:
    return [_shape(word) for word in _WORD.findall(text)]


def _shape(text: str) -> str:
    """Digits made equal: sizes and codes are told by their form, not their figures."""
    return text if text.isalpha() else _DIGIT.sub("0", text)


def _code(model: str) -> list[str]:
    """The form of a model's code, whole and its first letters: LC51C gives lc00c and lc."""
    found = []
    for word in fold(model).split()[:6]:
        found.append(_shape(word))
        if (letters := _LETTERS.match(word)) and len(letters[0]) < len(word):
            found.append(f"{letters[0]}+")
    return found
