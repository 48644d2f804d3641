"""All that is wrong with a title, the worst first."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from titlewright.rewriting import excess, missing, ordering, truth, wording
from titlewright.rewriting.case import Case
from titlewright.rewriting.problems import Problem, Severity

Finder = Callable[[Case, str], Iterator[Problem]]
GATES: tuple[Finder, ...] = (
    excess.words_to_avoid,
    truth.contradictions,
    truth.not_backed,
    truth.broken_rules,
)
TASTE: tuple[Finder, ...] = (
    excess.promotion,
    excess.piled_audiences,
    excess.repeats,
    wording.shouting,
    wording.no_capitals,
    ordering.another_form,
    missing.missing_brand,
    missing.missing_type,
    ordering.late_brand,
    missing.missing_words,
    missing.missing_facts,
    excess.praise,
    wording.brand_spelling,
    wording.forms,
)
FIRST: tuple[Finder, ...] = (excess.words_to_avoid, truth.contradictions)  # no gate knows of them
EXCESS: tuple[Finder, ...] = (excess.promotion, excess.praise, excess.repeats)
_RANK: dict[Severity, int] = {"error": 0, "warning": 1, "note": 2}


def diagnose(case: Case, text: str) -> list[Problem]:
    """Errors, warnings and notes, in this order; each with its edits."""
    found = [problem for find in (*GATES, *TASTE) for problem in find(case, text)]
    return sorted(found, key=lambda problem: _RANK[problem.severity])


def tastes(case: Case, text: str) -> list[Problem]:
    """What is wrong with a title that has passed the gates."""
    return [problem for find in TASTE for problem in find(case, text)]
