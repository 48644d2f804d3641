"""A title taken apart for shortening: atoms that can't be divided, in clauses, in segments.

An atom is a word, or words that mean something else apart: a number with its unit, "Pack of
12", "Black and White", "Non Slip", a brand, an attribute's value. Chinese is divided at jieba's
words, Japanese where the script changes, Thai only at spaces. A clause is a run of atoms up to a
separator or a preposition ("with lid"); a segment a run of clauses up to a separator.
What an atom is worth is said in worth.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import regex

from titlewright.channels.seams import BRACKETS, CLOSERS, CONJUNCTIONS, PREPOSITIONS
from titlewright.records import Span
from titlewright.text.casing import UNIT_WORDS

_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}"
# A comma or full stop inside a number is part of it; brackets, commas and bars divide.
_CHUNK = regex.compile(r"(?:(?<=\d),(?=\d{3}(?!\d))|[^\s,;|()\[\]{}（）［］【】「」『』《》〈〉〔〕“”«»，、；｜・])+")
_DIVIDER = regex.compile(r"[-–—/|·•:：~&+]+")
_HAS_UNSPACED = regex.compile(f"[{_UNSPACED}]")
_LATIN_RUN = regex.compile(rf"[^\s{_UNSPACED}]+")
_JAPANESE_RUN = regex.compile(r"(?:[\p{Katakana}ー]+|[\p{Han}々〆]+|\p{Thai}+)\p{Hiragana}*|\p{Hiragana}+|[^\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]+")
_KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]")
_HAN = regex.compile(r"\p{Han}")
_NUMBER = regex.compile(r"[#(]?\d+(?:[.,/]\d+)*(?:-\d+(?:[./]\d+)*)?(?:\"|')?")
_ENDS_IN_DIGIT = regex.compile(r"\d$")
_HAN_MEASURES = frozenset(
    """个 件 只 片 包 盒 瓶 袋 支 双 条 套 组 寸 英寸 米 厘米 毫米 公分 毫升 升 克 千克 斤 公斤 层 级 代 岁 月
    年 天 周 瓦 伏 安 度 码 号 粒 颗 块 根 张 卷 桶 罐 箱 抽 人 人份 门 格 斗 档 孔 合 合一 枚 本 袋入 個 枚入 本入""".split()
)
_COUNTED = frozenset("pack set box case lot bundle pair count bag carton kit size".split())
# These begin a clause that can go as a whole: "with lid", "für Kinder". Others bind both sides.
_LEANING = frozenset(
    """with without for w/ via mit ohne für avec sans pour con sin para per senza com sem met zonder
    voor med utan för uden dla bez dengan untuk tanpa cho için compatible fits""".split()
)
_BEFORE = frozenset(  # these change the meaning of the next word
    "no not non anti sans ohne kein keine sin sem senza without semi faux".split()
)
_AFTER = frozenset({"free", "frei", "proof", "resistant"})  # and these of the word before
_NEGATIONS = frozenset("不无無非免未没防")


@dataclass(slots=True)
class Atom:
    """An indivisible piece. `worth` is given later; `segment` and `clause` number its place."""

    start: int
    end: int
    segment: int
    clause: int
    worth: float = 0.0
    bound: bool = False  # whether it may not be divided from the next
    words: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Clause:
    """Atoms that stand or fall together in meaning. `governor` is the clause it leans on."""

    number: int
    segment: int
    bracket: bool
    governor: int | None
    atoms: list[Atom] = field(default_factory=list)


def clauses(text: str, together: list[Span]) -> list[Clause]:
    """The clauses of a title. Spans of `together` (brand, attribute values) are not divided."""
    chunks = _chunks(text)
    found: list[Clause] = []
    segment, previous_end, previous_unspaced = 0, 0, False
    depth = 0
    fresh = True
    for start, end in chunks:
        gap, chunk = text[previous_end:start], text[start:end]
        unspaced = bool(_HAS_UNSPACED.search(chunk))
        divides = any(not mark.isspace() for mark in gap)
        divides |= bool(gap) and (unspaced or previous_unspaced)
        depth = max(0, depth + sum((mark in BRACKETS) - (mark in CLOSERS) for mark in gap))
        if (divides or fresh) and found:
            segment += 1
        if _DIVIDER.fullmatch(chunk) and chunk not in CONJUNCTIONS:
            previous_end, previous_unspaced, fresh = end, False, True
            continue
        word = chunk.casefold()
        leans = word in _LEANING and not divides and not fresh
        if divides or fresh or not found or leans:
            governor = found[-1].number if found and (leans or depth) else None
            found.append(Clause(len(found), segment, depth > 0, governor))
        clause = found[-1]
        for piece_start, piece_end in _divided(text, start, end) if unspaced else [(start, end)]:
            atom = Atom(piece_start, piece_end, segment, clause.number)
            atom.words.append(text[piece_start:piece_end])
            clause.atoms.append(atom)
        previous_end, previous_unspaced = end, unspaced
        fresh = chunk.endswith((":", "："))
    for clause in found:
        _bind(clause, text, together)
    return found


def _chunks(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in _CHUNK.finditer(text)]


def _divided(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Word boundaries of a chunk that holds an unspaced script; Latin runs stay whole."""
    chunk = text[start:end]
    if _HAN.search(chunk) and not _KANA.search(text):
        import rjieba

        pieces = rjieba.cut(chunk)
    else:
        pieces = _JAPANESE_RUN.findall(chunk)
    boundaries, position = {0, len(chunk)}, 0
    for piece in pieces:
        position += len(piece)
        boundaries.add(position)
    for run in _LATIN_RUN.finditer(chunk):
        boundaries.difference_update(range(run.start() + 1, run.end()))
    ordered = sorted(boundaries)
    return [(start + one, start + other) for one, other in zip(ordered, ordered[1:], strict=False)]


def _bind(clause: Clause, text: str, together: list[Span]) -> None:
    """Join the atoms of a clause that may not be parted."""
    atoms = clause.atoms
    for index in range(len(atoms) - 1):
        atoms[index].bound = _belongs(atoms, index, text) or any(
            span.start < atoms[index].end <= atoms[index + 1].start < span.end for span in together
        )
    joined: list[Atom] = []
    for atom in atoms:
        if joined and joined[-1].bound:
            joined[-1].end, joined[-1].bound = atom.end, atom.bound
            joined[-1].words += atom.words
        else:
            joined.append(atom)
    clause.atoms[:] = joined


def _belongs(atoms: list[Atom], index: int, text: str) -> bool:
    """Whether the atom at index may not be parted from the next one."""
    here, there = atoms[index].words[-1].casefold(), atoms[index + 1].words[0].casefold()
    if here in CONJUNCTIONS or there in CONJUNCTIONS:
        return True
    if here in _BEFORE or there in _AFTER or here in _NEGATIONS or here in _LEANING:
        return True
    if here in _COUNTED and _NUMBER.fullmatch(there):
        return True
    if here in PREPOSITIONS and len(atoms[index].words) > 1 and here in UNIT_WORDS:
        return bool(_NUMBER.fullmatch(there))  # "5 in" is a measure, "3 in 1" is not
    if here in PREPOSITIONS or there in PREPOSITIONS:
        return True
    if _NUMBER.fullmatch(here):
        # A number belongs to the word that it counts or measures, whatever that is.
        return not _HAS_UNSPACED.search(there) or there in _HAN_MEASURES
    if here in ("x", "×", "*") or there in ("x", "×", "*"):
        return True
    measured = there in _HAN_MEASURES or there in UNIT_WORDS
    return bool(_ENDS_IN_DIGIT.search(text[: atoms[index].end])) and measured
