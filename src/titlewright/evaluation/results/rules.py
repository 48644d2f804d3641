"""Which rules of the channel the titles broke before, and break now."""

from __future__ import annotations

from titlewright.evaluation.results.measuring import Measured
from titlewright.records import JsonObject, Violation
from titlewright.text.private import scrub


class _Rule:
    def __init__(self, violation: Violation) -> None:
        self.severity = violation.severity
        self.message = scrub(violation.message)
        self.source_url = violation.source_url
        self.before = self.after = self.mended = 0  # titles


class Rules:
    """Counts titles by the rules that they break."""

    def __init__(self) -> None:
        self._rules: dict[str, _Rule] = {}
        self._before_known = False

    def add(self, measured: Measured) -> None:
        before, after = measured.before, measured.after
        old = before.violations if before else None
        self._before_known |= old is not None
        broken = {violation.rule for violation in old or ()}
        still = {violation.rule for violation in after.violations or ()}
        for violation in (*(old or ()), *(after.violations or ())):
            self._rules.setdefault(violation.rule, _Rule(violation))
        for name in broken | still:
            rule = self._rules[name]
            rule.before += name in broken
            rule.after += name in still
            rule.mended += name in broken and name not in still

    def to_json(self) -> list[JsonObject]:
        """Rules with the number of titles, errors first; before is None where it isn't known."""
        known = self._before_known
        order = sorted(
            self._rules.items(),
            key=lambda item: (item[1].severity, -item[1].before, -item[1].after, item[0]),
        )
        return [
            {
                "rule": name,
                "severity": rule.severity,
                "before": rule.before if known else None,
                "after": rule.after,
                "mended": rule.mended if known else None,
                "message": rule.message,
                "source_url": rule.source_url,
            }
            for name, rule in order
        ]
