"""Measuring titles, and the detector that guards them.

benchmark(feed, generator=..., channel=...) -> dict;  render(result) -> rich table
planted: labelled titles with planted errors;  detection: precision and recall on them
"""

from titlewright.evaluation.benchmark import benchmark
from titlewright.evaluation.render import render

__all__ = ["benchmark", "render"]
