"""Taking a piece out of a title and closing the seam, so that nothing dangles.

What dangles: a separator or connector ("with", "and", "、") that has lost one of its sides, and
brackets with nothing between them. Only the seam is touched, the rest of the title never.
"""

# ruff: noqa: SIM905  (word lists read best as text)

from __future__ import annotations

import regex

BRACKETS = dict(zip("([{（［【「『《〈〔“«〖", ")]}）］】」』》〉〕”»〗", strict=True))
CLOSERS = frozenset(BRACKETS.values())
# Full-width and plain brackets are often mixed up: （ ) is a pair too.
_EMPTY_BRACKETS = {*map("".join, BRACKETS.items()), "（)", "(）", "［]", "[］"}
SEPARATORS = ",;:|/-–—·•、，；：｜／・‧~"

CONJUNCTIONS = frozenset(
    """and or & + plus und oder sowie et ou y e och eller en of og i oraz dan atau và ve veya
    和 与 及 或 と や および""".split()
)
PREPOSITIONS = frozenset(
    """with without for of in on by from to at w/ as via into per
    mit ohne für aus von im zum zur am bei auf nach
    avec sans pour de du des d' en dans à au aux sur par
    con sin para del por sobre di da per senza su nel nella alla al
    com sem do dos das no na met zonder voor van uit op
    med utan för av till z ze bez dla do na od w we
    dengan untuk dari tanpa cho với ile için
    の で に を 的 用""".split()
)
CONNECTORS = CONJUNCTIONS | PREPOSITIONS


def _alternatives(words: frozenset[str]) -> str:
    return "|".join(sorted(map(regex.escape, words), key=len, reverse=True))


_TRAILING_CONNECTOR = regex.compile(
    rf"(?:(?:^|(?<=[\s(\[,;|]))(?:{_alternatives(CONNECTORS)})"
    r"|(?<=\p{Han}|\p{Katakana})[的和与及の])$",
    flags=regex.I,
)
_LEADING_CONNECTOR = regex.compile(rf"^(?:{_alternatives(CONNECTORS)})(?=\s|$)", flags=regex.I)
_LEADING_CONJUNCTION = regex.compile(rf"^(?:{_alternatives(CONJUNCTIONS)})(?=\s|$)", flags=regex.I)
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}\p{So}\p{Cf}]")
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]")


def cut(text: str, start: int, end: int) -> str:
    """The text without text[start:end], its two sides joined cleanly.

    "Mug (free gift), blue" without "free gift" is "Mug, blue"; "Shoes with Free Shipping"
    without "Free Shipping" is "Shoes".
    """
    left, right = text[:start].rstrip(), text[end:].lstrip()
    while (closed := _close(left, right)) != (left, right):
        left, right = closed
    if not left or not right:
        return left + right
    gone = text[len(left) : len(text) - len(right)]
    seam = gone[: max(0, start - len(left))] + gone[max(0, end - len(left)) :]
    spaced = any(character.isspace() for character in seam)
    return left + (" " if _needs_space(left[-1], right[0], spaced) else "") + right


def _close(left: str, right: str) -> tuple[str, str]:
    """One round of closing the seam between two sides; unchanged when it is closed."""
    last, first = left[-1:], right[:1]
    if last + first in _EMPTY_BRACKETS:
        return left[:-1].rstrip(), right[1:].lstrip()
    if not right or first in CLOSERS or first in SEPARATORS:
        left = _TRAILING_CONNECTOR.sub("", left).rstrip()
    if not right or first in CLOSERS or first in BRACKETS:
        left = left.rstrip(SEPARATORS + " ")
    if not right:
        left = left.rstrip("".join(BRACKETS))
    if not left or last in BRACKETS:
        right = right.lstrip(SEPARATORS + " .!?。！？")
    if not left:
        right = _LEADING_CONNECTOR.sub("", right.lstrip("".join(CLOSERS)), count=1).lstrip()
    if last and last in SEPARATORS:
        if _LEADING_CONJUNCTION.match(right):
            left = left.rstrip(SEPARATORS + " ")
        else:
            right = right.lstrip(SEPARATORS + " ")
    if _LEADING_CONJUNCTION.match(right):
        left = _TRAILING_CONNECTOR.sub("", left).rstrip()
    return left, right


def is_word(character: str) -> bool:
    """Whether a character is part of a word, or stands for one (℡, a joiner)."""
    return bool(_WORD.match(character))


def _needs_space(last: str, first: str, spaced: bool) -> bool:
    if first in CLOSERS or last in BRACKETS or first in ",;:.!?、，；：。":
        return False
    if spaced or last in ",;:*×~+" or first in "*×~+":
        return True  # what stood apart must not become a product such as 800*12
    return (
        is_word(last) and is_word(first) and not (_UNSPACED.match(last) or _UNSPACED.match(first))
    )
