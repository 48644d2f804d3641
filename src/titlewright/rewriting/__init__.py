"""Improving titles that exist: what is wrong, the edits that mend it, and the best of them.

Which title is better says the ranking; what is true and allowed say the gates. Products in, results
out is the business of titlewright.optimizing.
"""

from titlewright.rewriting.case import Asked, Case
from titlewright.rewriting.diagnosis import diagnose
from titlewright.rewriting.distance import edited_words, letters_changed
from titlewright.rewriting.problems import Edit, Problem
from titlewright.rewriting.search import Budget, Freedom, Improved, improve
from titlewright.rewriting.tones import TONES, Tone

__all__ = [
    "TONES",
    "Asked",
    "Budget",
    "Case",
    "Edit",
    "Freedom",
    "Improved",
    "Problem",
    "Tone",
    "diagnose",
    "edited_words",
    "improve",
    "letters_changed",
]
