"""Labelled titles with planted errors and justified rewordings."""

from titlewright.evaluation.planted.cases import Case, build_cases, read_cases, write_cases

__all__ = ["Case", "build_cases", "read_cases", "write_cases"]
