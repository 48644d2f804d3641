"""Measuring titles and the detectors that guard them."""
