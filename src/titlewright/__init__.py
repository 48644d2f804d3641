"""Titlewright: product feeds in; titles that are true, allowed, found and worth a click out."""

__version__ = "0.1.0"
