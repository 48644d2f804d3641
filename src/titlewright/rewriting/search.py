"""The search for a better title: edits that mend problems, judged by the ranking, within a budget.

A beam search over titles. Each round takes the problems of the best titles so far and their edits;
every new title goes through the gates, is ranked with the others, and pays for each word that was
edited and each problem that is left. When no edit pays any more, the best title is the answer; a
title without a warning is left alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from titlewright.gates import Refused, pass_gates
from titlewright.grounding import Grounding
from titlewright.ranking import Weigher, rank
from titlewright.records import Candidate
from titlewright.rewriting.arranging import rearranged
from titlewright.rewriting.case import Case
from titlewright.rewriting.diagnosis import EXCESS, FIRST, Finder, tastes
from titlewright.rewriting.distance import edited_words, letters_changed, words_of
from titlewright.rewriting.excess import praise
from titlewright.rewriting.joining import is_unspaced, place_of, with_first, without
from titlewright.rewriting.missing import missing_words
from titlewright.rewriting.problems import Edit, Problem, Severity
from titlewright.rewriting.truth import denied
from titlewright.scorers import Scorer

Freedom = Literal["small", "free"]
PRICE = 0.005  # of the ranking's total, for each edited word
COST: dict[Severity, float] = {"error": 1.0, "warning": 0.06, "note": 0.006}  # of a problem left
LIKENESS = 1.0  # of the share of letters in which a title differs from the form asked for
_SMALL_SHARE, _SMALL_LEAST = 0.3, 4  # of the title's words; words
_BEAM = 3
_MOST_ROUNDS = 12
_EDITED = "optimize"  # who wrote a title that was mended


@dataclass(frozen=True, slots=True)
class Budget:
    """How much may be edited beyond what truth and rules demand.

    small  up to 30 % of the title's words or four words, whichever is more, and only to mend
           warnings
    free   any number, notes too, and titles built anew
    """

    freedom: Freedom = "small"

    def words(self, title: str) -> float:
        """How many words of this title may be edited."""
        if self.freedom == "free":
            return math.inf
        return max(_SMALL_LEAST, math.floor(_SMALL_SHARE * len(words_of(title))))

    def mends(self, problem: Problem) -> bool:
        return self.freedom == "free" or problem.severity == "warning"


@dataclass(frozen=True, slots=True)
class State:
    """A title on the way: true and allowed, how it came about, and what is still wrong with it."""

    text: str
    grounding: Grounding
    changes: tuple[str, ...]
    problems: tuple[Problem, ...]
    writer: str = ""

    @property
    def wrong(self) -> bool:
        return any(problem.severity == "warning" and problem.edits for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Improved:
    """The title in the end. `bound` says that the budget, not the ranking, ended the search."""

    text: str
    grounding: Grounding
    changes: tuple[str, ...]
    problems: tuple[Problem, ...]
    writer: str
    bound: bool = False


@dataclass
class Judge:
    """What every state of a case is judged with."""

    case: Case
    scorers: Sequence[Scorer] = ()
    weigher: Weigher | None = None

    def net(self, base: str, states: Sequence[State]) -> list[float]:
        """For each state the ranking's total, less what was edited and what is still wrong."""
        ranked = rank(
            self.case.product,
            [(state.text, state.grounding) for state in states],
            self.case.channel,
            hints=self.case.hints,
            scorers=self.scorers,
            weigher=self.weigher,
        )
        totals = {one.place: one.total for one in ranked}
        return [
            totals[place]
            - PRICE * edited_words(base, state.text)
            - sum(COST[problem.severity] for problem in state.problems)
            - (LIKENESS * letters_changed(state.text, self.case.liked) if self.case.liked else 0)
            for place, state in enumerate(states)
        ]


def start(case: Case) -> State | Refused:
    """The present title made true and allowed, whatever that takes.

    Where the channel's rules take words out, promotion, praise and repeats go before them.
    """
    text, changes = _mended(case, case.product.title, (), FIRST)
    base = _admit(case, Edit(text, ""), changes)
    if isinstance(base, State) and len(words_of(base.text)) >= len(words_of(text)):
        return base
    leaner, said = _mended(case, text, changes, EXCESS)
    tried = [base, *_shortened(case, leaner, said)]
    states = [state for state in tried if isinstance(state, State)]
    if not states:
        return base
    nets = Judge(case).net(text, states)
    return states[nets.index(max(nets))]


def _shortened(case: Case, text: str, changes: tuple[str, ...]) -> Iterator[State | Refused]:
    """The title cut to what the channel allows, as it is and with what is asked for kept."""
    plain = _admit(case, Edit(text, ""), changes)
    yield plain
    if isinstance(plain, State):
        for problem in missing_words(case, plain.text):
            for words in (asked.words for asked in case.asked if asked.words in problem.reason):
                place = place_of(words, text)
                if place:
                    kept = with_first(text[place.start : place.end], without(text, place))
                    yield _admit(case, Edit(kept, f'kept "{words}" by putting it first'), changes)


def _mended(
    case: Case, text: str, changes: tuple[str, ...], finders: Sequence[Finder]
) -> tuple[str, tuple[str, ...]]:
    """The title without what these finders find, by the first edit of each problem."""
    for find in finders:
        for _ in range(len(words_of(text))):
            edits = (
                edit
                for problem in find(case, text)
                if problem.severity != "note" or find is praise
                for edit in problem.edits[:1]
            )
            edit = next(edits, None)
            if edit is None or edit.text == text:
                break
            text = edit.text
            changes = (*changes, edit.change)
    return text, changes


def improve(
    case: Case,
    base: State,
    budget: Budget,
    *,
    judge: Judge,
    proposals: Iterable[Candidate] = (),
    counted_from: str = "",
) -> Improved:
    """The best title that edits reach from the base, or the base itself.

    `proposals` are whole titles, as a model writes them, which only free edits take up. Edited
    words are counted from the base, or from an earlier title that it goes back to.
    """
    origin = counted_from or base.text
    allowed = budget.words(origin)
    beam, seen = [base], {base.text}
    bound = False
    for round_number in range(_MOST_ROUNDS):
        if not any(state.wrong for state in beam):
            break
        found: list[State] = []
        edits = [(state, edit) for state in beam for edit in _edits(state, budget)]
        if round_number == 0 and budget.freedom == "free":
            edits += [(base, edit) for edit in rearranged(case, base.text, case.hints)]
            edits += [
                (base, Edit(one.text, f"rewritten by {one.generator}", one.generator))
                for one in proposals
            ]
        for state, edit in edits:
            new = _admit(case, edit, state.changes, state.writer)
            if isinstance(new, Refused) or new.text in seen or _squeezed_in(new, state, edit):
                continue
            if denied(case, new.grounding):
                continue
            if edited_words(origin, new.text) > allowed:
                bound = True
                continue
            seen.add(new.text)
            found.append(new)
        if not found:
            break
        pool = [*beam, *found]
        nets = judge.net(origin, pool)
        order = sorted(
            range(len(pool)), key=lambda place: (-round(nets[place], 9), pool[place].text)
        )
        kept = [pool[place] for place in order[:_BEAM]]
        if kept == beam:
            break
        beam = kept
    best = beam[0]
    return Improved(
        best.text,
        best.grounding,
        best.changes,
        best.problems,
        best.writer,
        bound and best.wrong,
    )


def _squeezed_in(new: State, before: State, edit: Edit) -> bool:
    """Whether an edit cost a title of a script without spaces other words, for want of room."""
    if edit.writer or not is_unspaced(new.text):
        return False
    return len(new.changes) > len(before.changes) + 1


def _edits(state: State, budget: Budget) -> list[Edit]:
    if not state.wrong and budget.freedom == "small":
        return []
    return [edit for problem in state.problems if budget.mends(problem) for edit in problem.edits]


def _admit(case: Case, edit: Edit, before: tuple[str, ...], writer: str = "") -> State | Refused:
    """The state that an edit leads to; what was done before is gone where all is written anew."""
    passed = pass_gates(edit.text, case.grounder, case.channel, case.hints.avoid)
    if isinstance(passed, Refused):
        return passed
    done = () if edit.writer else before
    changes = (*done, *filter(None, (edit.change,)), *passed.changes)
    return State(
        text=passed.text,
        grounding=passed.grounding,
        changes=changes,
        problems=tuple(tastes(case, passed.text)),
        writer=edit.writer or writer or (_EDITED if changes else ""),
    )
