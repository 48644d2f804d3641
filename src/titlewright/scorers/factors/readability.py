"""Readability: can a title be taken in at a glance?

From 1 it loses, each part at most 0.4: for long words, for words piled up without a mark or a small
word between them, for many marks, and for words that shout or mix capitals and small letters.
Chinese is counted by segments: how long the run of them is until a space or a mark.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import fmean

import regex

from titlewright.generators.facts import own_brand
from titlewright.grounding.function_words import is_function_word
from titlewright.records import Product, Score
from titlewright.scorers.factors.base import Factor, quoted
from titlewright.scorers.wording import language_of
from titlewright.text.casing import is_shouting, looks_like_code
from titlewright.text.words import Atom, atoms

_MOST = 0.4  # that one part may cost
_LETTERS, _LETTERS_COST = 7.0, 0.1  # letters a word: free, and what each further one costs
_RUN, _RUN_COST = 6, 0.05  # words in a row
_UNSPACED_RUN = 8  # segments of Chinese in a row
_MARKS, _MARKS_COST = 0.06, 4.0  # share of characters
_CASE_COST = 0.15  # a word
_BREAK = regex.compile(r"[,;:|/()\[\]{}【】（）「」，、；：。·•&+–—]|\s-\s")
_MARK = regex.compile(r"[^\p{L}\p{M}\p{N}\s'’.-]")
_SPACE = regex.compile(r"\s")
_MIXED = regex.compile(r"\p{Ll}+\p{Lu}+\p{Ll}+\p{Lu}|\p{Lu}{2,}\p{Ll}{2,}\p{Lu}")
_DIGIT = regex.compile(r"\p{N}")


class Readability(Factor):
    name = "readability"

    def judge(self, product: Product, title: str) -> Score:
        words = atoms(title)
        if not words:
            return Score(self.name, 0.0, ("no words",))
        parts = (
            _long_words(words),
            _piled_up(title, words, language_of(product, title)),
            _marks(title),
            _case(words, own_brand(product).split()),
        )
        value = 1 - sum(min(_MOST, cost) for cost, _ in parts)
        reasons = tuple(reason for cost, reason in parts if cost >= 0.005)
        return Score(self.name, max(0.0, value), reasons or ("easily read",))


def _long_words(words: tuple[Atom, ...]) -> tuple[float, str]:
    spaced = [word.text for word in words if not word.unspaced and not looks_like_code(word.text)]
    mean = fmean(map(len, spaced)) if spaced else 0.0
    cost = _LETTERS_COST * max(0.0, mean - _LETTERS)
    return cost, f"long words: {quoted([max(spaced, key=len)])}" if cost else ""


def _piled_up(title: str, words: tuple[Atom, ...], language: str) -> tuple[float, str]:
    """The longest run of words that nothing breaks up; numbers break it up too."""
    costs = [
        (_RUN_COST * max(0, len(run) - (_UNSPACED_RUN if run[0].unspaced else _RUN)), run)
        for run in _runs(title, words, language)
    ]
    cost, run = max(costs, key=lambda found: found[0], default=(0.0, []))
    if not cost:
        return 0.0, ""
    return cost, f"{len(run)} words in a row, from “{run[0].text}” to “{run[-1].text}”"


def _runs(title: str, words: tuple[Atom, ...], language: str) -> Iterator[list[Atom]]:
    run: list[Atom] = []
    end = 0
    for word in words:
        between, end = title[end : word.start], word.end
        apart = _BREAK.search(between) or (word.unspaced and _SPACE.search(between))
        if run and (apart or run[0].unspaced != word.unspaced):
            yield run
            run = []
        if is_function_word(word.norm, language) or _DIGIT.search(word.text):
            if run:
                yield run
            run = []
        else:
            run.append(word)
    if run:
        yield run


def _marks(title: str) -> tuple[float, str]:
    marks = _MARK.findall(title)
    cost = _MARKS_COST * max(0.0, len(marks) / len(title) - _MARKS)
    return cost, f"{len(marks)} marks: {quoted(marks)}" if cost else ""


def _case(words: tuple[Atom, ...], brand: list[str]) -> tuple[float, str]:
    """Words that shout, and words in which capitals and small letters alternate."""
    found = [
        word.text
        for word in words
        if is_shouting(word.text, brand) or (_MIXED.search(word.text) and word.text not in brand)
    ]
    return _CASE_COST * len(found), f"capitals: {quoted(found)}" if found else ""
