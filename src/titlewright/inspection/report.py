"""What an inspection found, and its JSON form.

`FeedReport.to_json` gives, with keys that stay:

rows, products   data rows read; those that are products of their own, variants and images left out
complete         False when the inspection stopped at the limit it was given
rejects          {rows, reasons: [{field, problem, advice, rows, samples}]}
fix_first        [{check, title, level, rows, share, advice}], worst first
checks           {check id: {title, level, advice, rows, share, row_numbers, samples}}
duplicates       {ids | titles | near_titles: {rows, share, clusters, row_numbers, largest}}
languages        {titles: {code: rows}, descriptions: {code: rows}}
lengths          {median, p95, longest, histogram: [{from, to, rows}]}, in code points
channels         {name: {title, unit, limit, recommended, lengths, over_limit, with_errors,
                 with_warnings, rules}}

Shares are of `products`. `row_numbers` are the first 1,000; `samples` are {row, id, field, text,
detail} with private data masked.
"""

from __future__ import annotations

from dataclasses import dataclass

from titlewright.inspection.channel_survey import ROW_NUMBERS, ChannelSurvey, share, tally_json
from titlewright.inspection.checks import Check, Level
from titlewright.inspection.duplicates import Duplicates
from titlewright.inspection.languages import LanguageSurvey
from titlewright.inspection.lengths import Lengths
from titlewright.inspection.tally import Tally, shown
from titlewright.records import JsonObject

_RULES = 4  # rules named in one line of what to fix first


@dataclass(frozen=True, slots=True)
class RejectReason:
    """Rejects that share a field and a kind of problem (numbers and quotes aside)."""

    field: str
    problem: str
    advice: str
    rows: Tally


@dataclass(frozen=True, slots=True)
class Finding:
    """A check with the rows that it found."""

    check: Check
    rows: Tally


@dataclass(frozen=True, slots=True)
class Fix:
    """One line of what to fix first."""

    check: str
    title: str
    level: Level
    rows: int
    share: float
    advice: str


@dataclass(frozen=True, slots=True)
class FeedReport:
    """What an inspection found. `findings` has every check, also those that found nothing."""

    rows: int
    products: int
    complete: bool
    rejects: tuple[RejectReason, ...]
    findings: tuple[Finding, ...]
    same_ids: Duplicates
    same_titles: Duplicates
    near_titles: Duplicates
    languages: LanguageSurvey
    lengths: Lengths
    channels: tuple[ChannelSurvey, ...]

    @property
    def rejected(self) -> int:
        return sum(len(reason.rows) for reason in self.rejects)

    def finding(self, check_id: str) -> Finding:
        """The finding of a check by its id. Raises KeyError for an unknown id."""
        for finding in self.findings:
            if finding.check.id == check_id:
                return finding
        raise KeyError(check_id)

    def fix_first(self) -> list[Fix]:
        """What to fix, most urgent first: by rows, where an error outweighs a warning by ten."""
        fixes = [
            self._fix(f.check.id, f.check.title, f.check.level, len(f.rows), f.check.advice)
            for f in self.findings
        ]
        if self.rejects:
            worst = max(self.rejects, key=lambda reason: len(reason.rows))
            fixes.append(
                self._fix(
                    "rejects", "Rows that can't be read", "error", self.rejected, worst.advice
                )
            )
        for survey in self.channels:
            name, title = survey.channel.name, survey.channel.title
            advice = f"`titlewright generate --channel {name}` repairs what can be repaired: "
            levels: tuple[tuple[Level, str, Tally], ...] = (
                ("error", f"{title} refuses", survey.with_errors),
                ("warning", f"{title} advises against", survey.with_warnings),
            )
            for level, words, tally in levels:
                broken = [
                    f"{rule.removeprefix(name + '.').replace('-', ' ')} {len(found.rows):,}"
                    for rule, found in survey.rules
                    if found.severity == level
                ]
                rules = ", ".join(broken[:_RULES]) + (" …" if len(broken) > _RULES else "")
                fixes.append(
                    self._fix(
                        f"{level}s-{name}", f"{words} the title", level, len(tally), advice + rules
                    )
                )
        weights = {"error": 10.0, "warning": 1.0, "note": 0.1}
        found = [fix for fix in fixes if fix.rows]
        return sorted(found, key=lambda fix: (-fix.rows * weights[fix.level], fix.check))

    def _fix(self, check: str, title: str, level: Level, rows: int, advice: str) -> Fix:
        return Fix(check, title, level, rows, share(rows, max(self.products, self.rows)), advice)

    def to_json(self) -> JsonObject:
        """The report as a JSON object; the module says what its keys mean."""
        return {
            "rows": self.rows,
            "products": self.products,
            "complete": self.complete,
            "rejects": {
                "rows": self.rejected,
                "reasons": [
                    {
                        "field": reason.field,
                        "problem": reason.problem,
                        "advice": reason.advice,
                        **tally_json(reason.rows, self.rows),
                    }
                    for reason in self.rejects
                ],
            },
            "fix_first": [
                {
                    "check": fix.check,
                    "title": fix.title,
                    "level": fix.level,
                    "rows": fix.rows,
                    "share": fix.share,
                    "advice": fix.advice,
                }
                for fix in self.fix_first()
            ],
            "checks": {
                finding.check.id: {
                    "title": finding.check.title,
                    "level": finding.check.level,
                    "advice": finding.check.advice,
                    **tally_json(finding.rows, self.products),
                }
                for finding in self.findings
            },
            "duplicates": {
                "ids": self._duplicates_json(self.same_ids),
                "titles": self._duplicates_json(self.same_titles),
                "near_titles": self._duplicates_json(self.near_titles),
            },
            "languages": {
                "titles": dict(self.languages.titles.most_common()),
                "descriptions": dict(self.languages.descriptions.most_common()),
            },
            "lengths": self.lengths.to_json(),
            "channels": {
                survey.channel.name: survey.to_json(self.products) for survey in self.channels
            },
        }

    def _duplicates_json(self, duplicates: Duplicates) -> JsonObject:
        return {
            "rows": len(duplicates.rows),
            "share": share(len(duplicates.rows), self.products),
            "clusters": duplicates.clusters,
            "row_numbers": duplicates.rows[:ROW_NUMBERS].tolist(),
            "largest": [
                {
                    "size": cluster.size,
                    "rows": list(cluster.rows),
                    "texts": [shown(text) for text in cluster.texts],
                }
                for cluster in duplicates.largest
            ],
        }
