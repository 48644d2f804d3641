"""Base titles: seller titles whose every content word and quantity the product states.

Where the seller's title says more than the product, the words that can't be found are deleted,
if what is left still reads as a title.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from titlewright.evaluation.planted.lexicon import NEGATORS, STOP_WORDS
from titlewright.evaluation.stated import (
    COUNT_WORDS,
    HAN,
    MEASURE_WORDS,
    UNITS,
    Stated,
    fold,
    quantities,
    tokens,
)
from titlewright.records import Product

_EDGE = " ,;:|/&+-–—·•、，。；"
_BROKEN = re.compile(r"\(\s*\)|\[\s*\]|【\s*】|（\s*）|[#@\\{}<>]|\.\.\.|…")
MIN_KEPT = 0.7  # share of content words that must survive the deletion


@dataclass(frozen=True, slots=True)
class Base:
    """A product without its title, and a title that is true of it.

    `leak` says that the title stands word for word in the product; `edited` that unstated words
    were deleted from the seller's title.
    """

    product: Product
    title: str
    stated: Stated
    edited: bool
    leak: bool
    language: Literal["en", "zh"]


def base_title(product: Product) -> Base | None:
    """The seller's title, or its stated part; None where that is no fair title."""
    bare = replace(product, title="")
    stated = Stated(bare)
    chinese = len(HAN.findall(product.title)) * 3 > len(product.title)
    title = _stated_chinese(product, stated) if chinese else _stated_words(product.title, stated)
    if title is None:
        return None
    return Base(
        product=bare,
        title=title,
        stated=stated,
        edited=title != product.title,
        leak=fold(title) in stated.folded,
        language="zh" if chinese else "en",
    )


def is_stated(title: str, stated: Stated) -> bool:
    """Whether every content word and quantity of a title is stated, taken piece by piece."""
    return all(_piece_is_stated(piece, stated) for piece in title.split()) and _amounts_are_stated(
        title, stated
    )


def _stated_words(title: str, stated: Stated) -> str | None:
    if HAN.search(title) or _BROKEN.search(title):
        return None
    pieces = title.split()
    kept = [piece for piece in pieces if _piece_is_stated(piece, stated)]
    if len(kept) < len(pieces):
        if NEGATORS & set(tokens(title)):
            return None  # deleting words beside a negation could turn its sense around
        kept = _tidy(kept)
    text = " ".join(kept).strip(_EDGE)
    content = _content_words(text)
    if len(content) < 3 or len(content) < MIN_KEPT * len(_content_words(title)):
        return None
    if text.count("(") != text.count(")") or not _amounts_are_stated(text, stated):
        return None
    return text


def _content_words(text: str) -> list[str]:
    return [word for word in tokens(text) if word not in STOP_WORDS and not word.isdigit()]


def _piece_is_stated(piece: str, stated: Stated) -> bool:
    words = tokens(piece)
    if not words:
        return not any(sign.isalnum() for sign in piece)
    if all(word in STOP_WORDS or word in NEGATORS for word in words):
        return True
    if "".join(words) in stated.words:
        return True
    # 1/2 and 10.5 must stand as one number: the tokens 10 and 5 may come from anywhere.
    if re.search(r"\d[.,/-]\d", piece):
        return re.search(rf"(?<![\d.,/]){re.escape(fold(piece.strip(_EDGE + '()')))}(?!\d)",
                         stated.folded) is not None  # fmt: skip
    return all(word in STOP_WORDS or stated.says_word(word) for word in words)


def _amounts_are_stated(title: str, stated: Stated) -> bool:
    """Numbers must stand beside the same unit; a bare number must not steal another's unit."""
    found = quantities(title)
    if not all(stated.says_amount(quantity) for quantity in found):
        return False
    covered = [(quantity.start, quantity.end) for quantity in found]
    for match in re.finditer(r"(?<![\w.,/])\d+(?:[.,]\d+)*(?![\w])", title):
        if any(start <= match.start() < end for start, end in covered):
            continue
        around = title[max(0, match.start() - 12) : match.end() + 12]
        context = fold(around.strip())
        if fold(match[0]) in stated.folded and context in stated.folded:
            continue  # the number and its neighbours stand together in the product
        beside = set(tokens(title[match.end() :])[:1]) | set(tokens(title[: match.start()])[-1:])
        if beside & (COUNT_WORDS | MEASURE_WORDS | UNITS.keys()):
            return False
        before = tokens(title[: match.start()])[-1:]
        if not before or before[0] + fold(match[0]) not in stated.words:
            return False
    return True


def _tidy(pieces: list[str]) -> list[str]:
    """Without stranded little words, doubled words and empty punctuation."""
    tidy: list[str] = []
    for piece in pieces:
        words = tokens(piece)
        if not words and (not tidy or not tokens(tidy[-1])):
            continue
        if words and tidy and words == tokens(tidy[-1]):
            continue
        if tidy and _is_little(piece) and _is_little(tidy[-1]):
            tidy.pop()
        tidy.append(piece)
    while tidy and _is_little(tidy[-1]):
        tidy.pop()
    while tidy and _is_little(tidy[0]) and tokens(tidy[0]) not in (["the"], ["a"]):
        tidy.pop(0)
    return tidy


def _is_little(piece: str) -> bool:
    return all(word in STOP_WORDS for word in tokens(piece))


def _stated_chinese(product: Product, stated: Stated) -> str | None:
    """The stated attribute values, else the stated words, of a Chinese title in its own order."""
    if _whole_title_is_stated(product, stated):
        return product.title
    values = [product.brand, *product.attributes.values()]
    text = _values_in_order(values, product.title) or _words_in_order(product.title, stated)
    if not 6 <= len(text) <= 40 or set(product.title) & set("不无非没未免勿"):
        return None  # deleting words beside a negation could turn its sense around
    return text if is_chinese_stated(text, stated) else None


def _whole_title_is_stated(product: Product, stated: Stated) -> bool:
    """Running text holds so many letter pairs by chance that each word must be found in it too."""
    import rjieba

    return (
        len(product.title) >= 6
        and is_chinese_stated(product.title, stated)
        and (bool(product.attributes) or all(map(stated.says_word, rjieba.cut(product.title))))
    )


def _values_in_order(values: list[str], title: str) -> str:
    """The attribute values that stand in the title, where at least three do."""
    parts = {part for value in values for part in value.split("; ") if len(part) > 1}
    found: list[str] = []
    end = 0
    for start, part in sorted((title.find(part), part) for part in parts if part in title):
        if start >= end and any(sign.isalnum() for sign in part):
            found.append(part)
            end = start + len(part)
    return " ".join(found) if len(found) > 2 else ""


def _words_in_order(title: str, stated: Stated) -> str:
    """The segmented words that the product states, where they are half of the title or more."""
    import rjieba

    words = rjieba.cut(title)
    runs = _latin_runs(stated.folded)
    kept = [
        fold(word) in stated.folded
        and any(sign.isalnum() for sign in word)
        and _latin_runs(fold(word)) <= runs
        and (len(word) > 1 or word in "男女")
        and not re.fullmatch(r"[\d.]+", word)
        and word not in words[:place]
        for place, word in enumerate(words)
    ]
    text = "".join(
        word if place == 0 or kept[place - 1] else f" {word}"
        for place, word in enumerate(words)
        if kept[place]
    ).strip()
    enough = sum(kept) > 2 and 2 * len(text) >= len("".join(words))
    return text if enough else ""


def is_chinese_stated(title: str, stated: Stated) -> bool:
    """Whether a Chinese title can be cut into substrings of the product, two letters at least.

    Runs of Latin letters and digits must stand there whole.
    """
    if not _latin_runs(fold(title)) <= _latin_runs(stated.folded):
        return False
    text, source = _without_separators(fold(title)), _without_separators(stated.folded)
    position = 0
    while position < len(text):
        length = next(
            (
                size
                for size in range(len(text) - position, 1, -1)
                if text[position : position + size] in source
            ),
            0,
        )
        if not length:
            return False
        position += length
    return all(stated.says_amount(quantity) for quantity in quantities(title))


def _latin_runs(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]+(?:[.'&][a-z0-9]+)*", text))


def _without_separators(text: str) -> str:
    return re.sub(r"[\s,，、。*×/·\-]+", "", text)
