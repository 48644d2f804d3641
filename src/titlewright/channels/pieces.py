"""Taking a title apart for shortening, from left to right.

Chinese is divided at jieba's words, Japanese where the script changes, Thai only at spaces. A
clause is a run of atoms up to a separator or a preposition ("with lid"); a segment is a run of
clauses up to a separator. Which words can't be parted is said in binding.py, what a piece is
worth in worth.py.
"""

# ruff: noqa: SIM905  (word lists read best as text)

from __future__ import annotations

from itertools import pairwise

import regex

from titlewright.channels.atoms import LEANING, Atom, Clause
from titlewright.channels.binding import NUMBER, bind
from titlewright.channels.seams import BRACKETS, CLOSERS, CONJUNCTIONS
from titlewright.records import Span

_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}"
# A comma inside a number is part of it; brackets, commas and bars divide.
_CHUNK = regex.compile(
    r"(?:(?:19|20)\d\d\s[-–]\s(?:19|20)?\d\d(?!\d)"  # a range of years
    r"|(?<=\d),(?=\d{3}(?!\d))"
    r"|(?<=\w)\((?:s|es|n|en|r)\)"  # outlet(s)
    r"|[^\s,;|()\[\]{}（）［］【】「」『』《》〈〉〔〕“”«»〖〗，、；｜・])+"
)
_DIVIDER = regex.compile(r"[-–—/|·•:：~&+]+")
_HAS_UNSPACED = regex.compile(f"[{_UNSPACED}]")
_LATIN_RUN = regex.compile(rf"[^\s{_UNSPACED}]+")
_JAPANESE_RUN = regex.compile(
    r"(?:[\p{Katakana}ー]+|[\p{Han}々〆]+|\p{Thai}+)\p{Hiragana}*|\p{Hiragana}+"
    rf"|[^{_UNSPACED}]+"
)
_KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]")
_HAN = regex.compile(r"\p{Han}")
_PLACING = frozenset("in on from by at".split())  # these lean only when little follows them
_MOST_PLACED = 3  # words after such a preposition
_INTRODUCING = frozenset(  # "suitable for": these lean together with the preposition
    """suitable designed ideal perfect great good used made fit best compatible intended only
    geeignet passend ideale adapté idéal compatible ideal compatível""".split()
)
_VERBS = frozenset(  # "slip on", "built in": what follows a verb does not lean
    """made built plug slip clip iron roll carry pull snap stick walk screw press strap hook bolt
    step drop push add stand turn hands rub tie spray peel log all two three stay""".split()
)


def clauses(text: str, together: list[Span], *, loosely: bool = False) -> list[Clause]:
    """The clauses of a title. Spans of `together` (brand, attribute values) are not divided."""
    taker = _Taker(text)
    for match in _CHUNK.finditer(text):
        taker.take(*match.span())
    found = _without_long_places(taker.found)
    for clause in found:
        bind(clause, text, together, loosely=loosely)
    return found


def is_introduced(clause: Clause) -> bool:
    """Whether a clause begins with a word such as "for" or "compatible"."""
    return clause.atoms[0].words[0].casefold() in LEANING | _INTRODUCING


class _Taker:
    """Takes the chunks of a title from left to right into clauses."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[Clause] = []
        self.outer: list[Clause | None] = []  # what an open bracket interrupts
        self.current: Clause | None = None
        self.listing: Clause | None = None  # a leaning clause that a comma may continue
        self.segment = 0
        self.end = 0

    def take(self, start: int, end: int) -> None:
        chunk = self.text[start:end]
        unspaced = bool(_HAS_UNSPACED.search(chunk))
        sides = self.text[max(0, self.end - 1) : self.end] + chunk[0]
        self._cross(self.text[self.end : start], bool(_HAS_UNSPACED.search(sides)))
        self.end = end
        word = chunk.casefold()
        if _DIVIDER.fullmatch(chunk) and chunk not in CONJUNCTIONS:
            self.current = self.listing = None
            return
        before = self.current.atoms[-1].words[-1].casefold() if self.current else ""
        leans = word in LEANING and bool(before) and before not in _VERBS | LEANING
        leans &= not NUMBER.fullmatch(before)  # "5 in", "3 in 1"
        introduced = None
        if leans and before in _INTRODUCING and self.current:
            introduced = self.current.atoms.pop()
            leans = bool(self.current.atoms)
        if self.current is None or leans:
            self.current = self._open(self.current if leans else None)
        if introduced:
            introduced.segment, introduced.clause = self.current.segment, self.current.number
            introduced.bound = True
            self.current.atoms.append(introduced)
        pieces = _divided(self.text, start, end) if unspaced else [(start, end)]
        for piece_start, piece_end in pieces:
            atom = Atom(piece_start, piece_end, self.current.segment, self.current.number)
            atom.words.append(self.text[piece_start:piece_end])
            self.current.atoms.append(atom)
        if chunk.endswith((":", "：")) and len(self.current.atoms) > 1:
            self.current = None  # a heading ends; a single word is the label of what follows

    def _cross(self, gap: str, unspaced: bool) -> None:
        """Go over what stands between two chunks: brackets, separators, spaces."""
        for mark in gap:
            if mark in BRACKETS:
                self.outer.append(self.current)
                self.current = None
            elif mark in CLOSERS:
                self.current = self.outer.pop() if self.outer else None
            elif not mark.isspace() or unspaced:
                self.current = None
                if mark not in ",，、":
                    self.listing = None

    def _open(self, governor: Clause | None) -> Clause:
        """A new clause, in a new segment unless it leans on a clause of this one."""
        if governor is None:
            self.segment += bool(self.found)
        segment = self.segment if governor is None else governor.segment
        leaned = governor or next((clause for clause in reversed(self.outer) if clause), None)
        clause = Clause(
            len(self.found), segment, bool(self.outer), leaned.number if leaned else None
        )
        if governor is not None:
            self.listing = clause
        elif self.listing is not None:
            clause.continues = self.listing.number
        self.found.append(clause)
        return clause


def _without_long_places(found: list[Clause]) -> list[Clause]:
    """Give what follows a preposition of place back to the clause before it, unless it is short:
    in "Flamingo on Coral Accent Area Rug" the preposition tells nothing of where clauses end."""
    kept: list[Clause] = []
    place: dict[int, int] = {}  # of each clause, among those kept
    for clause in found:
        words = [word for atom in clause.atoms for word in atom.words]
        if (
            clause.governor is not None
            and words[0].casefold() in _PLACING
            and len(words) > _MOST_PLACED + 1
        ):
            place[clause.number] = place[clause.governor]
            kept[place[clause.governor]].atoms += clause.atoms
            continue
        place[clause.number] = len(kept)
        kept.append(clause)
    for number, clause in enumerate(kept):
        clause.number = number
        if clause.governor is not None:
            clause.governor = place[clause.governor]
        if clause.continues is not None:
            clause.continues = place[clause.continues]
        for atom in clause.atoms:
            atom.clause, atom.segment = number, clause.segment
    return kept


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
    return [(start + one, start + other) for one, other in pairwise(ordered)]
