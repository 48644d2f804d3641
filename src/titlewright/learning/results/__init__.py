"""What came of the titles that were shown: lift over time, titles beside each other, segments."""

from titlewright.learning.results.analysis import Asked, analyse

__all__ = ["Asked", "analyse"]
