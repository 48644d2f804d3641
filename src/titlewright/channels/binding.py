"""Which words of a clause mean something else apart, so that they stand or fall together.

A number and its unit or what it counts, "Pack of 12", "Black and White", "Non Slip", "Sugar Free",
"Size 10", a label and its value ("Code: 9824"), and the names that the product states.
"""
# ruff: noqa: SIM905  (word lists read best as text)

from __future__ import annotations

import regex

from titlewright.channels.atoms import LEANING, Atom, Clause
from titlewright.channels.seams import CONJUNCTIONS, PREPOSITIONS
from titlewright.records import Span
from titlewright.text.casing import UNIT_WORDS

_HAS_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]")
NUMBER = regex.compile(r"[#(]?\d+(?:[.,/]\d+)*(?:-\d+(?:[./]\d+)*)?(?:\"|')?")
_ENDS_IN_DIGIT = regex.compile(r"\d$")
_HAN_MEASURES = frozenset(
    """个 件 只 片 包 盒 瓶 袋 支 双 条 套 组 寸 英寸 米 厘米 毫米 公分 毫升 升 克 千克 斤
    公斤 层 级 代 岁 月 年 天 周 瓦 伏 安 度 码 号 粒 颗 块 根 张 卷 桶 罐 箱 抽 人 人份 门 格 斗
    档 孔 合 合一 枚 本 袋入 個 枚入 本入""".split()
)
_COUNTED = frozenset("pack set box case lot bundle pair count bag carton kit size".split())
_BEFORE = frozenset(  # these change the meaning of the next word
    "no not non anti sans ohne kein keine sin sem senza without semi faux".split()
)
_AFTER = frozenset({"free", "frei", "proof", "resistant"})  # and these of the word before
_NEGATIONS = frozenset("不无無非免未没防")


def bind(clause: Clause, text: str, together: list[Span], *, loosely: bool = False) -> None:
    """Join the atoms of a clause that may not be parted.

    Loosely, small words belong to the next word only: "Botella | De Spray | De Perfume", which
    would be one atom else.
    """
    atoms = clause.atoms
    for index in range(len(atoms) - 1):
        end, next_start = atoms[index].end, atoms[index + 1].start
        named = any(span.start < end <= next_start < span.end for span in together)
        # "Pegasus 39" is a name: its number counts nothing that follows.
        closed = any(span.end == end and span.start < atoms[index].start for span in together)
        atoms[index].bound |= named or _belongs(
            atoms, index, text, counts=not closed, loosely=loosely
        )
    joined: list[Atom] = []
    for atom in atoms:
        if joined and joined[-1].bound:
            joined[-1].end, joined[-1].bound = atom.end, atom.bound
            joined[-1].words += atom.words
        else:
            joined.append(atom)
    clause.atoms[:] = joined


def _belongs(atoms: list[Atom], index: int, text: str, *, counts: bool, loosely: bool) -> bool:
    """Whether the atom at index may not be parted from the next one."""
    here, there = atoms[index].words[-1].casefold(), atoms[index + 1].words[0].casefold()
    if any(not mark.isspace() for mark in text[atoms[index].end : atoms[index + 1].start]):
        return False  # a bracket stands between
    if here.endswith((":", "：")):
        return True
    if here in CONJUNCTIONS or (there in CONJUNCTIONS and not loosely):
        return True
    if here in _BEFORE or there in _AFTER or here[-1:] in _NEGATIONS or here in LEANING:
        return True
    if here.endswith("'") and there[:1].isdigit():
        return True  # 6' 7"
    if here in _COUNTED and NUMBER.fullmatch(there):
        return True
    if here in UNIT_WORDS and index and NUMBER.fullmatch(atoms[index - 1].words[-1]):
        return bool(NUMBER.fullmatch(there))  # "5 in" is a measure, "3 in 1" is not
    if here in PREPOSITIONS or (there in PREPOSITIONS and not loosely):
        return True
    if NUMBER.fullmatch(here):
        # A number belongs to the word that it counts or measures, whatever that is.
        if _HAS_UNSPACED.search(there):
            return there in _HAN_MEASURES
        return there in UNIT_WORDS or (counts and not NUMBER.fullmatch(there))
    if here in ("x", "×", "*") or there in ("x", "×", "*"):
        return True
    measured = there in _HAN_MEASURES or there in UNIT_WORDS
    return bool(_ENDS_IN_DIGIT.search(text[: atoms[index].end])) and measured
