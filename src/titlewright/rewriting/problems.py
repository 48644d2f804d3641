"""What can be wrong with a title, and the edits that would mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from titlewright.records import Span, Violation

Severity = Literal["error", "warning", "note"]


class Edit(NamedTuple):
    """A whole new title, and in words what was done; `writer` is who wrote it all anew."""

    text: str
    change: str
    writer: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    severity  error: not true, not allowed, or a word to avoid; it goes, whatever that takes
              warning: it is mended where the budget and the ranking allow
              note: a matter of taste, mended only where edits are free
    span      where in the title it stands; None for what is missing or concerns all of it
    edits     ways to mend it, none where only the seller can
    """

    name: str
    severity: Severity
    reason: str
    span: Span | None = None
    edits: tuple[Edit, ...] = ()

    def as_violation(self) -> Violation:
        """For a result's warnings, beside those of the channel."""
        severity: Literal["error", "warning"] = "error" if self.severity == "error" else "warning"
        return Violation(
            f"optimize.{self.name.replace(' ', '-')}", severity, self.reason, self.span
        )
