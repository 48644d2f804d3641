"""Measuring titles, and the detector that guards them.

benchmark.benchmark(feed, generator=..., channel=...) gives the measures beside the baselines,
render.render(result) a table of them; planted holds labelled titles with planted errors,
detection the precision and recall of a detector on them.
"""
