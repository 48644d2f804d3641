"""Sentences that recur among unlike products: shipping, returns, the shop, size advice.

They say nothing of the product at hand, and a model that reads a thousand of them spends its
attention there. A sentence counts once for each family of products, never for their variants. It
goes when it

- talks about the shop (data/lexicon/shop_talk.toml) and recurs, or
- recurs in a large share of the feed and states no fact: no number, material, colour, pattern,
  size or type of product,

and in both cases hardly any title of those products uses a word of it: what titles speak of stays.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from functools import cache

import numpy as np
import regex

from titlewright.grounding.function_words import is_function_word
from titlewright.records import Product
from titlewright.text.clean import fold_spaces
from titlewright.text.language import is_cjk
from titlewright.text.lexicon import load_lexicon
from titlewright.text.near_duplicates import word_tokens
from titlewright.training.prepare.rows import stable_hash
from titlewright.training.prepare.segmentation import segment

SHOP_SHARE, SHOP_FAMILIES = 0.001, 5  # families in which a sentence on the shop must recur
ANY_SHARE, ANY_FAMILIES = 0.05, 20  # the same for any other sentence
SHOP_IN_TITLES, ANY_IN_TITLES = 0.3, 0.05  # greatest share of titles that use a word of it
SHOP_WORDS, ANY_WORDS = 3, 6  # words it must have; Chinese and Japanese by character

_TALKS_OF_SHOP, _IDLE, _IN_TITLE = 1, 2, 4

# The end of a sentence or an item; feeds lose line breaks: "a TSA lockOne handle".
_BREAK = regex.compile(
    r"(?<=[.!?;…])\s+|(?<=[。！？；])\s*|\s*[•●■◆★☆▪►✓✔|]\s*|\s[-–—*]\s+"
    r"|(?<=\p{Ll}\p{Ll}|\p{Ll}[.!?])(?=\p{Lu}\p{Ll}\p{Ll})"
)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence starts and ends, in code points."""
    start = 0
    for match in _BREAK.finditer(text):
        if match.start() > start:
            yield start, match.start()
        start = match.end()
    if start < len(text):
        yield start, len(text)


class Recurring:
    """Counts the sentences of a feed: 17 bytes for each that is long enough to count."""

    def __init__(self) -> None:
        self._sentences = array("Q")
        self._families = array("Q")
        self._marks = array("B")

    def add(self, product: Product, family: int) -> None:
        title = set(word_tokens(product.title))
        for start, end in sentences(product.description):
            sentence = product.description[start:end]
            words = word_tokens(sentence)
            if len(words) < SHOP_WORDS:
                continue
            if talks_of_shop(sentence, words):
                marks = _TALKS_OF_SHOP
            elif len(words) >= ANY_WORDS and not _states_a_fact(sentence, words):
                marks = _IDLE
            else:
                continue
            if any(word in title and _says_something(word) for word in words):
                marks |= _IN_TITLE
            self._sentences.append(_key(words))
            self._families.append(family)
            self._marks.append(marks)

    def merge(self, other: Recurring) -> None:
        self._sentences.extend(other._sentences)
        self._families.extend(other._families)
        self._marks.extend(other._marks)

    def boilerplate(self, families: int) -> frozenset[int]:
        """The keys of the sentences to take out of a feed with so many families."""
        if not self._sentences:
            return frozenset()
        keys = np.frombuffer(self._sentences, dtype=np.uint64)
        family = np.frombuffer(self._families, dtype=np.uint64)
        marks = np.frombuffer(self._marks, dtype=np.uint8)
        pairs = keys ^ (family * np.uint64(0x9E3779B97F4A7C15))
        once = np.unique(pairs, return_index=True)[1]
        found, first, place, counts = np.unique(
            keys[once], return_index=True, return_inverse=True, return_counts=True
        )
        in_titles = np.bincount(place, weights=(marks[once] & _IN_TITLE) > 0) / counts
        kinds = marks[once][first]
        on_shop = (
            (kinds & _TALKS_OF_SHOP > 0)
            & (counts >= max(SHOP_FAMILIES, SHOP_SHARE * families))
            & (in_titles <= SHOP_IN_TITLES)
        )
        on_any = (
            (kinds & _IDLE > 0)
            & (counts >= max(ANY_FAMILIES, ANY_SHARE * families))
            & (in_titles <= ANY_IN_TITLES)
        )
        return frozenset(found[on_shop | on_any].tolist())


def without_boilerplate(text: str, keys: Collection[int]) -> str:
    """The text without the sentences of these keys."""
    if not keys or not text:
        return text
    kept, end_of_last, cut = [], 0, False
    for start, end in sentences(text):
        if _key(word_tokens(text[start:end])) in keys:
            kept.append(text[end_of_last:start])
            end_of_last, cut = end, True
    if not cut:
        return text
    return fold_spaces(" ".join([*kept, text[end_of_last:]]))


def _key(words: Sequence[str]) -> int:
    return stable_hash("\0".join(words))


def _says_something(word: str) -> bool:
    return (len(word) > 2 or not word.isascii()) and not is_function_word(word, "en")


def talks_of_shop(sentence: str, words: Sequence[str]) -> bool:
    """Whether it holds a phrase of the lexicon, or two of its words. `words` are its words."""
    phrases, unspaced, telling = _shop_talk()
    if len(telling.intersection(words)) > 1:
        return True
    for place, word in enumerate(words):
        for phrase in phrases.get(word, ()):
            if phrase == tuple(words[place : place + len(phrase)]):
                return True
    return is_cjk(sentence) and any(phrase in sentence for phrase in unspaced)


def _states_a_fact(sentence: str, words: Sequence[str]) -> bool:
    if is_cjk(sentence):  # its `words` are characters
        words = segment(sentence)
    return not _facts().isdisjoint(words) or any(map(str.isdigit, sentence))


@cache
def _facts() -> frozenset[str]:
    """Words for materials, colours, patterns, sizes and types of products."""
    words = {
        wording
        for name in ("materials", "colours", "patterns", "sizes", "product_types")
        for wordings in load_lexicon(name).values()
        for wording in wordings
        if " " not in wording
    }
    return frozenset(words | {f"{word}s" for word in words if word.isascii()})


@cache
def _shop_talk() -> tuple[dict[str, list[tuple[str, ...]]], tuple[str, ...], frozenset[str]]:
    """Phrases in words, by the first; those of unspaced scripts; words of which it takes two."""
    phrases, unspaced, telling = defaultdict[str, list[tuple[str, ...]]](list), [], set[str]()
    for key, wordings in load_lexicon("shop_talk").items():
        for wording in wordings:
            if is_cjk(wording):
                unspaced.append(wording)
            elif key.endswith(".words"):
                telling.add(wording)
            else:
                words = tuple(word_tokens(wording))
                phrases[words[0]].append(words)
    return dict(phrases), tuple(unspaced), frozenset(telling)
