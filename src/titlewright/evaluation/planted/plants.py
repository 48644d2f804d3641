"""What a planter gets and gives, and the helpers that planters share."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

from titlewright.evaluation.planted.bases import Base
from titlewright.evaluation.planted.splits import share_of
from titlewright.evaluation.stated import Stated
from titlewright.records import Product


@dataclass(frozen=True, slots=True)
class Plant:
    """A changed title: `planted` replaced `original` (empty when words were only added).

    `variant` names the way it was done; `product` is set when a sentence was added to it.
    """

    title: str
    planted: str
    original: str = ""
    variant: str = ""
    product: Product | None = None


@dataclass(frozen=True, slots=True)
class Pool:
    """What may be planted in one split of one data set.

    The dev split knows only some of each word list, so that the test split holds words that no
    detector could have been tuned on.
    """

    split: str
    brands: tuple[str, ...] = ()

    def some(self, words: Sequence[str]) -> list[str]:
        if self.split == "test":
            return list(words)
        return [word for word in words if share_of(f"lexicon:{word}") < 0.6]


Planter = Callable[[Base, Random, Pool], Plant | None]


def find_word(title: str, word: str) -> re.Match[str] | None:
    """The first place where a word stands alone, in any case."""
    if word.casefold() not in title.casefold():
        return None  # most words are not there: no need to compile a pattern for them
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", title, re.IGNORECASE)


def put(title: str, place: re.Match[str], new: str, variant: str = "") -> Plant:
    """The title with one place replaced, letter case kept."""
    old = place[0]
    new = in_case_of(old, new)
    return Plant(title[: place.start()] + new + title[place.end() :], new, old, variant)


def in_case_of(old: str, new: str) -> str:
    if old.isupper() and len(old) > 1:
        return new.upper()
    if old[:1].isupper():
        return new[:1].upper() + new[1:]
    return new.lower() if old.islower() else new


_PHRASE = re.compile(
    r"(?:for|with|without|free|no|incl|contains)\b|.*\b(?:not|included)\b", re.IGNORECASE
)
_PLAIN = re.compile(r"[^\W\d_]{3,}")


def add(title: str, words: str, rng: Random) -> str:
    """The title with words added where a seller would: in front, at the end, or before its noun.

    Phrases ("with Batteries") only come at the end; no number is parted from its unit.
    """
    where = rng.randrange(4)
    if where == 3 or _PHRASE.match(words):
        return f"{title}, {words}"
    *_, before, last = ("", "", *title.split())
    if where == 1 and _PLAIN.fullmatch(before) and _PLAIN.fullmatch(last):
        return f"{title.removesuffix(last)}{words} {last}"
    return f"{title} {words}" if where == 2 and _PLAIN.fullmatch(last) else f"{words} {title}"


def add_chinese(title: str, words: str, rng: Random) -> str:
    """The title with words in front or at the end, sometimes after a space.

    Letters or digits never run into others: "1L" and "500g" don't become "1L500g".
    """
    left, right = (words, title) if rng.random() < 0.5 else (title, words)
    glued = left[-1].isascii() and right[0].isascii()
    single = len(words) == 1  # one letter in front of a word would read as part of it
    return f"{left} {right}" if glued or single or rng.random() < 0.3 else left + right


def with_sentence(base: Base, sentence: str) -> Product:
    """The base's product with one more sentence at the end of its description."""
    text = base.product.description.rstrip()
    joint = "" if not text else " " if text.endswith((".", "!", "?", "。", "！")) else ". "
    if base.language == "zh" and joint:
        joint = "" if text.endswith(("。", "！", "？")) else "。"
    return replace(base.product, description=f"{text}{joint}{sentence}")


def lacks(stated: Stated, *words: str) -> bool:
    """Whether none of these words is stated, alone or as the plural or part of a compound."""
    return not any(stated.says_word(word) for word in words)
