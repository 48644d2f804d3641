"""How the feed's titles stand with one channel: lengths in its unit, and broken rules."""

from __future__ import annotations

from titlewright.channels import Channel, check, length, limit
from titlewright.inspection.lengths import Lengths
from titlewright.inspection.tally import Sample, Tally
from titlewright.records import JsonObject, Product, Violation
from titlewright.text.private import scrub


class RuleTally:
    """The rows that break one rule, and the rule's words from one of them."""

    def __init__(self, violation: Violation) -> None:
        self.severity = violation.severity
        self.message = scrub(violation.message)
        self.source_url = violation.source_url
        self.rows = Tally()


class ChannelSurvey:
    """Takes titles one by one.

    `too_long` are rows over the channel's limit for that product; `with_warnings` are rows that
    break rules, but none that is an error.
    """

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.lengths = Lengths()
        self.too_long = Tally()
        self.with_errors = Tally()
        self.with_warnings = Tally()
        self._rules: dict[str, RuleTally] = {}

    def add(self, row: int, product: Product) -> None:
        title = product.title
        measure = length(self.channel, title)
        self.lengths.add(measure)
        most = limit(self.channel, product)
        if most is not None and measure > most:
            self.too_long.add(
                row, lambda: Sample(row, product.id, "title", title, f"{measure} of {most}")
            )
        broken: dict[str, Violation] = {}
        for violation in check(self.channel, title, product):
            broken.setdefault(violation.rule, violation)
        for violation in broken.values():
            self._count(row, product, violation)
        if broken:
            error = any(violation.severity == "error" for violation in broken.values())
            tally = self.with_errors if error else self.with_warnings
            tally.add(row, lambda: Sample(row, product.id, "title", title, ", ".join(broken)))

    def _count(self, row: int, product: Product, violation: Violation) -> None:
        rule = self._rules.get(violation.rule)
        if rule is None:
            rule = self._rules[violation.rule] = RuleTally(violation)
        rule.rows.add(
            row, lambda: Sample(row, product.id, "title", product.title, violation.message)
        )

    @property
    def rules(self) -> list[tuple[str, RuleTally]]:
        """Rule ids with their rows, errors first, most rows first."""
        return sorted(
            self._rules.items(),
            key=lambda item: (item[1].severity != "error", -len(item[1].rows), item[0]),
        )

    def to_json(self, titles: int) -> JsonObject:
        """`titles` is how many titles were looked at, for the shares."""
        return {
            "title": self.channel.title,
            "unit": self.channel.unit,
            "limit": self.channel.max_length,
            "recommended": self.channel.recommended_length,
            "lengths": self.lengths.to_json(),
            "over_limit": tally_json(self.too_long, titles),
            "with_errors": tally_json(self.with_errors, titles),
            "with_warnings": tally_json(self.with_warnings, titles),
            "rules": [
                {
                    "rule": name,
                    "severity": rule.severity,
                    "message": rule.message,
                    "source_url": rule.source_url,
                    **tally_json(rule.rows, titles),
                }
                for name, rule in self.rules
            ],
        }


ROW_NUMBERS = 1000  # row numbers of one finding that the JSON form lists


def tally_json(tally: Tally, of: int) -> JsonObject:
    """Rows, their share of `of`, the first row numbers and samples."""
    return {
        "rows": len(tally),
        "share": share(len(tally), of),
        "row_numbers": tally.numbers[:ROW_NUMBERS].tolist(),
        "samples": [sample.to_json() for sample in tally.samples],
    }


def share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
