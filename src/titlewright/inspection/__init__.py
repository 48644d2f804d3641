"""What is wrong with a feed: duplicates, gaps, broken text, contradictions, rules of channels."""

from titlewright.inspection.console import render
from titlewright.inspection.page import to_html
from titlewright.inspection.report import FeedReport, Finding, Fix
from titlewright.inspection.survey import inspect_feed

__all__ = ["FeedReport", "Finding", "Fix", "inspect_feed", "render", "to_html"]
